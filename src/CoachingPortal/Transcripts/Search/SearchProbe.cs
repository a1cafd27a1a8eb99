using System.Globalization;
using CoachingPortal.Domain;
using Npgsql;

namespace CoachingPortal.Transcripts.Search;

/// <summary>Whether the index of what was said is whole and quick, and whether the list for similar words keeps up with it.</summary>
internal sealed class SearchProbe(NpgsqlDataSource database, TimeProvider time) : ISystemProbe
{
    /// <summary>Of the newest turns, enough to see whether the list follows; a look at all takes the night's time.</summary>
    private const int Newest = 50;

    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <summary>The list is a few seconds behind on purpose.</summary>
    private static readonly TimeSpan Followed = TimeSpan.FromMinutes(1);

    public string Name => "search";

    public string Title => "Search";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var begun = time.GetTimestamp();
        await using var command = new NpgsqlCommand(
            """
            select (select indisvalid from pg_index where indexrelid = to_regclass('public.turns_search')), (select count(*) from search_words),
                (select count(*) from (select from turns where superseded_at is null and to_tsvector('public.portal', text) @@ 'the'::tsquery limit 1) t)
            """, connection);
        long known;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            if (reader.IsDBNull(0) || !reader.GetBoolean(0))
                return new(ProbeState.Fails, "The index turns_search is missing or broken, so that a search reads every transcript: run “reindex index turns_search” in the database.");
            known = reader.GetInt64(1);
        }
        var took = time.GetElapsedTime(begun);
        var (said, missing) = await NewestAsync(connection, cancellation);
        var words = string.Create(
            CultureInfo.InvariantCulture,
            $"{known:N0} different words have been said; the index answered in {took.TotalMilliseconds:0} ms. The database keeps it up with every change. The list for words that are written nearly alike follows within seconds{(missing == 0 ? " and lacks none." : $", but lacks {missing:N0} of the {said:N0} words of the newest turns: the next night puts them in.")}");
        return took >= Slow ? new(ProbeState.Fails, words + " That is slow: the database is busy, or has too little memory.")
            : missing > said / 2 ? new(ProbeState.Fails, words + " Until then a search finds hardly anything but the very words.")
            : new(ProbeState.Works, words);
    }

    /// <returns>Words of the newest turns that belong into the list, and how many of them it lacks.</returns>
    private async Task<(long Said, long Missing)> NewestAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Ids begin with their time, so that the newest are found by the key.
        await using var command = new NpgsqlCommand(
            $"""
            select count(*), count(*) filter (where not exists (select from search_words s where s.word = said.word)) from (
                select distinct word from (select text from turns where superseded_at is null and id < $1 order by id desc limit {Newest}) t
                    cross join unnest(tsvector_to_array(to_tsvector('public.portal', t.text))) word
                where {SearchWords.Kept}) said
            """, connection) { Parameters = { new() { Value = Guid.CreateVersion7(time.GetUtcNow() - Followed) } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
