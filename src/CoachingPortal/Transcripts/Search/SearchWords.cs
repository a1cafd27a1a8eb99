using CoachingPortal.Data;
using Npgsql;
using Quartz;

namespace CoachingPortal.Transcripts.Search;

/// <summary>
/// Keeps the list of all words that were said, from which similar ones are found. It follows the turns a few seconds
/// behind: two people who speak at once must not wait for each other over a common word.
/// </summary>
public sealed class SearchWords(SessionFeed feed, NpgsqlDataSource database, TimeProvider time, ILogger<SearchWords> log)
    : SettledSessions(feed, TimeSpan.FromSeconds(5), time, log)
{
    /// <summary>Which words are in the list.</summary>
    internal const string Kept = "length(word) between 3 and 40 and word !~ '^[0-9]'";

    protected override bool Matters(SessionChange change) => change == SessionChange.Turns;

    /// <summary>A list that is still empty is made whole at once: what was there before, or came in without news, need not wait for the night.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await IsEmptyAsync(stoppingToken))
                await MendAsync(stoppingToken);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // The night does it; the portal starts.
        }
        await base.ExecuteAsync(stoppingToken);
    }

    private async Task<bool> IsEmptyAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select not exists (select from search_words)");
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    /// <summary>Adds the words of one session.</summary>
    protected override Task FollowAsync(Guid sessionId, CancellationToken cancellation) => AddAsync(sessionId, cancellation);

    internal async Task AddAsync(Guid sessionId, CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // In order, so that two nodes never hold words that the other waits for.
        await using var command = new NpgsqlCommand(
            $"""
            insert into search_words (word)
            select distinct word from turns t cross join unnest(tsvector_to_array(to_tsvector('public.portal', t.text))) word
            where t.session_id = $1 and t.superseded_at is null and {Kept} order by word
            on conflict do nothing
            """, connection) { Parameters = { new() { Value = sessionId } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes the list hold the words that stand in turns, and no other: what was purged or corrected leaves no word behind.</summary>
    internal async Task MendAsync(CancellationToken cancellation = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"""
            lock table search_words in share row exclusive mode;
            create temporary table said on commit drop as
                select word from ts_stat('select to_tsvector(''public.portal'', text) from turns where superseded_at is null') where {Kept};
            create unique index on said (word);
            analyze said;
            delete from search_words w where not exists (select from said where said.word = w.word);
            insert into search_words (word) select word from said order by word on conflict do nothing;
            """, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}

/// <summary>Every night, on one node. Stored by its name: never renamed.</summary>
[DisallowConcurrentExecution]
public sealed class SearchWordsMend(SearchWords words) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await words.MendAsync(cancellationToken);
}
