using System.Diagnostics;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Summary;
using CoachingPortal.IntegrationTests.Calls;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoachingPortal.IntegrationTests.Fred;

public sealed class FredModelTests(FredModelTests.ModelPortal portal) : IClassFixture<FredModelTests.ModelPortal>
{
    public sealed class ModelPortal(PostgresServer postgres) : Portal(postgres), IAsyncLifetime
    {
        public FakeModel Model { get; } = new();

        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
        {
            ["Fred:Endpoint"] = Model.Endpoint,
            ["Fred:Model"] = "fake",
            ["Fred:Key"] = "secret",
            ["Fred:FirstWordSeconds"] = "6",
            ["Fred:AnswerSeconds"] = "9",
            ["Fred:OfflineWordMs"] = "0",
        };

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await Model.StartAsync();
            await InitializeAsync();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            await Model.DisposeAsync();
        }
    }

    [Fact]
    public async Task Ask_Model_AnswersAndIsNotCalledOffline()
    {
        var (answer, session, founder) = await AskAsync("How do I start?");

        Assert.Equal(("What would help?", false), (answer.Text, answer.IsOffline));
        Assert.False(portal.Get<FredChat>().IsOffline);
        var asked = portal.Model.Requests.Last();
        Assert.Equal("fake", asked.GetProperty("model").GetString());
        Assert.Equal(["system", "user"], asked.GetProperty("messages").EnumerateArray().Select(m => m.GetProperty("role").GetString()!));
        Assert.Equal((portal.Founder.Id, session.Id), (founder.Id, answer.SessionId));
    }

    [Fact]
    public async Task Ask_SlowButInTime_IsWaitedFor() => Assert.False((await AskAsync("SLOW start")).Answer.IsOffline);

    [Theory]
    [InlineData("FAIL please", FredMentor.TakesOver)]
    [InlineData("SILENT please", FredMentor.TakesOver)]
    [InlineData("STALL please", FredMentor.TakesOverMidway)]
    [InlineData("MALFORMED please", FredMentor.TakesOverMidway)]
    [InlineData("CUT please", FredMentor.TakesOverMidway)]
    public async Task Ask_ModelFails_PersonIsToldAndTheOfflineGuideAnswers(string text, string told)
    {
        var watch = Stopwatch.StartNew();

        var (answer, _, _) = await AskAsync(text);

        Assert.True(answer.IsOffline);
        Assert.Contains(told, answer.Text, StringComparison.Ordinal);
        Assert.Contains("I am the offline guide", answer.Text, StringComparison.Ordinal);
        Assert.True(told != FredMentor.TakesOverMidway || answer.Text.StartsWith("What", StringComparison.Ordinal), answer.Text);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Ask_Founder_ModelNeverSeesTheCoachsPrivateNotesOrChat()
    {
        var session = await portal.ASessionAsync();
        await portal.InDbAsync(async db =>
        {
            db.Add(Note(session, NoteVisibility.Coach, "SECRET-NOTE"));
            db.Add(Note(session, NoteVisibility.Shared, "OPEN-NOTE"));
            db.Add(new ChatMessage { SessionId = session.Id, PersonId = portal.Coach.Id, Role = ChatRole.Coach, Text = "SECRET-CHAT", CreatedAt = DateTimeOffset.UtcNow });
            db.Add(new SessionItem { SessionId = session.Id, Kind = ItemKind.NextAction, Text = "OPEN-ACTION", Source = SummarySource.Hand, CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
        });

        await AskAsync("What is there?", session, portal.Founder);
        var founders = portal.Model.Requests.Last().ToString();
        await AskAsync("And for me?", session, portal.Coach);
        var coachs = portal.Model.Requests.Last().ToString();

        Assert.Contains("OPEN-NOTE", founders, StringComparison.Ordinal);
        Assert.Contains("OPEN-ACTION", founders, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", founders, StringComparison.Ordinal);
        Assert.Contains("SECRET-NOTE", coachs, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Summarise_ModelBusyTwice_IsAskedAgainAndEachRequestIsWrittenDown()
    {
        portal.Model.Words = ["""{"summary": "They talked."}"""];
        portal.Model.Busy = 2;
        try
        {
            var session = await portal.ASessionAsync();
            await portal.InDbAsync(db =>
            {
                db.Add(Note(session, NoteVisibility.Shared, "Price is the matter."));
                return db.SaveChangesAsync();
            });

            await portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None);

            Assert.Equal(SummarySource.Model, await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).Select(s => s.SummarySource).SingleAsync()));
            List<ModelCall> calls = [];
            await CallSteps.EventuallyAsync(async () => (calls = await portal.InDbAsync(db => db.ModelCalls.Where(c => c.SessionId == session.Id).OrderBy(c => c.AskedAt).ToListAsync())).Count == 3, "three requests are written down");
            Assert.All(calls, c => Assert.Equal((ModelPurpose.Summary, "fake"), (c.Purpose, c.Model)));
            Assert.Equal([true, true, false], calls.Select(c => c.Failure is not null));
            Assert.Equal((123, 45), (calls[2].InputTokens, calls[2].OutputTokens));
        }
        finally
        {
            portal.Model.Words = ["What ", "would ", "help?"];
            portal.Model.Busy = 0;
        }
    }

    [Fact]
    public async Task Summarise_ModelRefuses_IsNotAskedAgain()
    {
        portal.Model.Refuses = true;
        try
        {
            var session = await portal.ASessionAsync();
            await portal.InDbAsync(db =>
            {
                db.Add(Note(session, NoteVisibility.Shared, "Price is the matter."));
                return db.SaveChangesAsync();
            });
            var asked = portal.Model.Requests.Count;

            await portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None);

            Assert.Equal(asked + 1, portal.Model.Requests.Count);
            Assert.Equal(SummarySource.Offline, await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).Select(s => s.SummarySource).SingleAsync()));
        }
        finally
        {
            portal.Model.Refuses = false;
        }
    }

    [Fact]
    public void Options_HalfAModel_StopsTheStartNamingWhatIsMissing()
    {
        var result = new FredOptions.Validator().Validate(null, new() { Endpoint = "ftp://x", FirstWordSeconds = 0 });

        Assert.Contains(result.Failures!, f => f.StartsWith("Fred:Model and Fred:Key missing", StringComparison.Ordinal));
        Assert.Contains(result.Failures!, f => f.StartsWith("Fred:Endpoint must be", StringComparison.Ordinal));
        Assert.Contains(result.Failures!, f => f.StartsWith("Fred:FirstWordSeconds", StringComparison.Ordinal));
        Assert.Same(ValidateOptionsResult.Success, new FredOptions.Validator().Validate(null, new()));
    }

    private static NoteEntry Note(CoachingSession session, NoteVisibility visibility, string text) =>
        new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = visibility, Text = text, CreatedAt = DateTimeOffset.UtcNow };

    private async Task<(RunningAnswer Answer, CoachingSession Session, Person Asker)> AskAsync(string text, CoachingSession? session = null, Person? asker = null)
    {
        session ??= await portal.ASessionAsync();
        asker ??= portal.Founder;
        var result = await portal.Get<FredChat>().AskAsync(session.Id, new Caller(asker.Id, asker.Role, asker.Name), text, Guid.NewGuid());
        Assert.True(await result.Answer!.Finished);
        return (result.Answer, session, asker);
    }
}
