using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Calls;

/// <summary>A portal that dies in the middle of a call, and another that starts on what it left in the database.</summary>
public sealed class RestartTests(PostgresServer postgres)
{
    [Fact]
    public async Task Restart_LongAfterTheLastSign_GivesEveryoneTheirGraceAndThenEndsTheRest()
    {
        await using var first = new ShortGrace(postgres);
        await first.InitializeAsync();
        var session = await first.ASessionAsync();
        await using var founder = await first.EntersAsync(first.Founder, session.Id);
        await using var coach = await first.EntersAsync(first.Coach, session.Id);
        await first.SaysToFredAsync(session.Id, first.Founder, 2);
        await first.SaysToFredAsync(session.Id, first.Coach, 1);
        await first.DisposeAsync();
        await first.AgeAsync(session.Id);

        await using var second = first.Again();
        await using var back = await HubClient.ConnectAsync(second, second.Founder);
        var state = await back.InvokeAsync("Enter", founder.Participation);
        Assert.Equal(2, state!["people"]!.AsArray().Count);
        await CallSteps.EventuallyAsync(async () => (await second.ParticipationAsync(coach.Participation)).EndedAt is not null, "the end of who did not come back");

        Assert.Null((await second.ParticipationAsync(founder.Participation)).EndedAt);
        Assert.Equal((0, 1), (await second.FredNotesOfAsync(session.Id, second.Founder), await second.FredNotesOfAsync(session.Id, second.Coach)));
        await second.LeavesAsync(second.Founder, founder.Participation);
        Assert.Equal((2, 1), (await second.FredNotesOfAsync(session.Id, second.Founder), await second.FredNotesOfAsync(session.Id, second.Coach)));
        Assert.NotNull((await second.InDbAsync(db => db.Calls.SingleAsync(c => c.SessionId == session.Id))).EndedAt);
    }

    [Fact]
    public async Task Restart_NobodyComesBack_EndsTheCallOnce()
    {
        await using var first = new ShortGrace(postgres);
        await first.InitializeAsync();
        var session = await first.ASessionAsync();
        await using var founder = await first.EntersAsync(first.Founder, session.Id);
        await first.SaysToFredAsync(session.Id, first.Founder, 3);
        await first.DisposeAsync();
        await first.AgeAsync(session.Id);

        await using var second = first.Again();
        await CallSteps.EventuallyAsync(() => second.InDbAsync(db => db.Calls.AnyAsync(c => c.SessionId == session.Id && c.EndedAt != null)), "the end of the call");

        Assert.Equal(3, await second.FredNotesOfAsync(session.Id, second.Founder));
    }

    /// <summary>Short, and long enough for a portal to start and somebody to come back on a busy machine.</summary>
    private sealed class ShortGrace(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Calls:Grace"] = "00:00:10" };

        /// <summary>As if the portal had been down for an hour.</summary>
        public async Task AgeAsync(Guid sessionId)
        {
            await using var connection = new Npgsql.NpgsqlConnection(ConnectionString);
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand("update participations set last_seen_at = last_seen_at - interval '1 hour' where session_id = $1", connection) { Parameters = { new() { Value = sessionId } } };
            await command.ExecuteNonQueryAsync();
        }
    }
}
