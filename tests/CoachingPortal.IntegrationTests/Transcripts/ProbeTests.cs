using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Search;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Transcripts;

/// <summary>What the system page says of transcripts and search.</summary>
public sealed class ProbeTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Transcripts_AStepFailedLongAgo_LastFailedThenAtEveryCheck()
    {
        var session = await portal.ASessionAsync();
        var call = new Call { SessionId = session.Id, StartedAt = session.StartsAt, EndedAt = session.EndsAt, Transport = CallTransport.Direct };
        var failedAt = new DateTimeOffset(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);
        await portal.InDbAsync(async db =>
        {
            db.Add(call);
            await db.SaveChangesAsync();
            db.Add(new PostCallStep { CallId = call.Id, SessionId = session.Id, Name = "transcribe", Position = 1, Status = StepStatus.Failed, Attempts = 5, Error = "The server was away.", FailedAt = failedAt });
            await db.SaveChangesAsync();
        });

        var first = await CheckAsync("transcripts");
        var second = await CheckAsync("transcripts");

        Assert.All([first, second], c => Assert.Equal((ProbeState.Fails, failedAt, "The server was away."), (c.State, c.LastFailureAt, c.LastFailure)));
        await StepAsync(call, StepStatus.Running);
        await StepAsync(call, StepStatus.Done);
        var done = await CheckAsync("transcripts");
        Assert.Equal((ProbeState.Unknown, failedAt), (done.State, done.LastFailureAt));
        // The database notes the time of whatever fails.
        await StepAsync(call, StepStatus.Failed);
        Assert.Equal(DateTimeOffset.UtcNow, (await CheckAsync("transcripts")).LastFailureAt!.Value, TimeSpan.FromMinutes(5));
        await StepAsync(call, StepStatus.Done);
    }

    [Fact]
    public async Task Summaries_FreshPortal_NobodyKnowsYet()
    {
        var check = await CheckAsync("summaries");

        Assert.Equal((ProbeState.Unknown, "FRED summed up no session in the last seven days; nothing is waiting."), (check.State, check.Words));
    }

    [Fact]
    public async Task Search_WithoutItsIndex_SaysSoUntilItIsThere()
    {
        Assert.Equal(ProbeState.Works, (await CheckAsync("search")).State);
        await portal.InDbAsync(db => db.Database.ExecuteSqlAsync($"alter index turns_search rename to turns_search_away"));
        try
        {
            var check = await CheckAsync("search");
            Assert.Equal(ProbeState.Fails, check.State);
            Assert.StartsWith("The index turns_search is missing", check.Words, StringComparison.Ordinal);
        }
        finally
        {
            await portal.InDbAsync(db => db.Database.ExecuteSqlAsync($"alter index turns_search_away rename to turns_search"));
        }
        var again = await CheckAsync("search");
        Assert.Equal(ProbeState.Works, again.State);
        Assert.True(again.LastSuccessAt > again.LastFailureAt);
    }

    [Fact]
    public async Task Search_TheListOfSimilarWordsIsBehind_SaysHowFar()
    {
        var session = await portal.ASessionAsync();
        await SaidAsync(TimeSpan.FromMinutes(2), "Zebras gallop quietly at 10");

        var empty = await CheckAsync("search");
        Assert.Equal(ProbeState.Fails, empty.State);
        Assert.Contains("lacks 3 of the 3 words of the newest turns: the next night puts them in. Until then", empty.Words, StringComparison.Ordinal);
        await portal.Get<SearchWords>().AddAsync(session.Id);
        // What was said this very moment is not awaited yet.
        await SaidAsync(TimeSpan.Zero, "Giraffes");
        var whole = await CheckAsync("search");
        Assert.Equal(ProbeState.Works, whole.State);
        Assert.EndsWith("follows within seconds and lacks none.", whole.Words, StringComparison.Ordinal);
        await SaidAsync(TimeSpan.FromMinutes(2), "Zebras rest");
        var behind = await CheckAsync("search");
        Assert.Equal(ProbeState.Works, behind.State);
        Assert.EndsWith("lacks 1 of the 4 words of the newest turns: the next night puts them in.", behind.Words, StringComparison.Ordinal);
        await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).ExecuteDeleteAsync());
        await portal.Get<SearchWords>().MendAsync();

        Task SaidAsync(TimeSpan ago, string text) => portal.InDbAsync(db =>
        {
            var at = DateTimeOffset.UtcNow - ago;
            db.Add(new Turn { Id = Guid.CreateVersion7(at), SessionId = session.Id, Speaker = "Fiona", Text = text, StartedAt = at, EndedAt = at, Source = TurnSource.Caption, Key = text });
            return db.SaveChangesAsync();
        });
    }

    private Task StepAsync(Call call, StepStatus status) => portal.InDbAsync(db => db.PostCallSteps.Where(s => s.CallId == call.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.Status, status)));

    private async Task<SystemCheck> CheckAsync(string part)
    {
        await portal.Get<SystemChecks>().RunAsync();
        return (await portal.Get<SystemChecks>().ListAsync()).Single(p => p.Name == part).Check!;
    }
}

public sealed class ArchiveBucketAwayTests(ArchiveBucketAwayTests.World portal) : IClassFixture<ArchiveBucketAwayTests.World>
{
    public sealed class World(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Archive:Bucket"] = "sessions-of-all", ["Archive:AccessKey"] = "key", ["Archive:Secret"] = "secret", ["Archive:Region"] = "eu-central-1", ["Archive:Endpoint"] = "http://127.0.0.1:9",
        };
    }

    [Fact]
    public async Task Archive_ItsOwnBucketIsAway_IsSaidThoughNothingWasArchivedYet()
    {
        var result = await portal.Services.GetServices<ISystemProbe>().Single(p => p.Name == "archive").ProbeAsync(CancellationToken.None);

        Assert.Equal(ProbeState.Fails, result.State);
        Assert.Contains("Bucket sessions-of-all cannot be written", result.Words, StringComparison.Ordinal);
        Assert.Null(result.LastFailureAt); // now: it was tried now
    }
}
