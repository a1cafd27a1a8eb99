using System.Globalization;
using CoachingPortal.Domain;
using Npgsql;

namespace CoachingPortal.Transcripts.Search;

/// <summary>Whether the index of what was said is whole and quick.</summary>
internal sealed class SearchProbe(NpgsqlDataSource database, TimeProvider time) : ISystemProbe
{
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

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
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        if (reader.IsDBNull(0) || !reader.GetBoolean(0))
            return new(ProbeState.Fails, "The index turns_search is missing or broken, so that a search reads every transcript: run “reindex index turns_search” in the database.");
        var took = time.GetElapsedTime(begun);
        var words = string.Create(CultureInfo.InvariantCulture, $"{reader.GetInt64(1):N0} different words have been said; the index answered in {took.TotalMilliseconds:0} ms. The database keeps it up with every change, so that nothing ever waits to be indexed.");
        return took < Slow ? new(ProbeState.Works, words) : new(ProbeState.Fails, words + " That is slow: the database is busy, or has too little memory.");
    }
}
