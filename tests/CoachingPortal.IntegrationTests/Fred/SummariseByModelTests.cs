using System.Net;
using System.Net.Http.Json;
using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using CoachingPortal.Accounts;
using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.Fred.Summary;
using CoachingPortal.Fred;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Privacy;
using CoachingPortal.Sessions;
using CoachingPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Fred;

/// <summary>Summaries by a model, what becomes of them while it does not answer, and what the system page says of it.</summary>
public sealed class SummariseByModelTests(FredModelTests.ModelPortal portal) : IClassFixture<FredModelTests.ModelPortal>
{
    [Fact]
    public async Task Summarise_Model_KeepsWhatIsProvenAndMarksTheRest()
    {
        portal.Model.Words =
        [
            """```json {"summary": "They talked about price.", "decisions": [{"text": "Raise prices", "quote": "let's go with ninety", "turns": [1]}],""",
            """ "nextActions": [{"text": "Invented", "owner": "coach", "quote": "I will buy a boat", "turns": [1]}, {"text": "Rewrite the page", "owner": "founder", "dueOn": "2026-11-27", "quote": "rewrite the pricing page", "turns": [1], "unsure": true}],""",
            """ "openQuestions": [{"text": "Who tells the old customers?", "quote": "who tells the old ones", "turns": [1]}]} ```""",
        ];
        try
        {
            var session = await portal.ASessionAsync();
            var turn = new Turn
            {
                SessionId = session.Id, PersonId = portal.Founder.Id, Speaker = "Fiona Founder", Role = Role.Founder, Text = "Let’s go with ninety. I'll rewrite the pricing page. But who tells the old ones?",
                StartedAt = session.StartsAt, EndedAt = session.StartsAt, Source = TurnSource.Caption, Key = "k",
            };
            await portal.InDbAsync(async db =>
            {
                db.Add(turn);
                await db.SaveChangesAsync();
            });

            await portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None);

            var (text, source) = await portal.InDbAsync(db => Task.FromResult(db.Sessions.Where(s => s.Id == session.Id).AsEnumerable().Select(s => (s.Summary, s.SummarySource)).Single()));
            Assert.Equal(("They talked about price.", SummarySource.Model), (text, source));
            var items = await portal.InDbAsync(db => Task.FromResult(db.Items.Where(i => i.SessionId == session.Id).OrderBy(i => i.Position).ToList()));
            Assert.Equal(
                [("Raise prices", false, false), ("Invented", false, true), ("Rewrite the page", true, false), ("Who tells the old customers?", false, false)],
                items.Select(i => (i.Text, i.IsUnsure, i.IsUnverified)));
            Assert.Equal(ItemKind.OpenQuestion, items[3].Kind);
            Assert.Equal([turn.Id], items[0].EvidenceTurnIds);
            Assert.Equal((Role.Founder, new DateOnly(2026, 11, 27)), (items[2].Owner, items[2].DueOn));
        }
        finally
        {
            portal.Model.Words = ["What ", "would ", "help?"];
        }
    }

    [Fact]
    public async Task Summarise_ModelsSentences_LeadToTheirTurnsOrAreMarked_UntilSomebodyRewordsThem()
    {
        var session = await ASessionWithWordsAsync();
        const string Answer = """{"summary": [{"text": "They settled\n the price.", "quote": "raise the prices", "turns": [1]}, {"text": "They bought a boat.", "quote": "we buy a boat", "turns": [1]}]}""";
        await WithModelAsync(m => m.Words = [Answer], () => portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None));

        var head = (await portal.Get<SessionReader>().LoadAsync(session.Id, Coach))!.Head;
        Assert.Equal("They settled the price.\n\nThey bought a boat.", head.Summary);
        Assert.Equal([("They settled the price.", false, 1), ("They bought a boat.", true, 1)], head.SummaryPoints.Select(p => (p.Text, p.IsUnverified, p.Evidence.Count)));
        await using var context = APage();
        EvidenceLine? shown = null;
        var section = context.Render<SummarySection>(p => p.Add(s => s.Head, head).Add(s => s.Caller, Coach).Add(s => s.OnShow, line => shown = line));
        Assert.Single(section.FindAll("[data-testid=unverified]"));
        var prompt = section.Find("details:has([data-testid=summary-prompt]) pre").TextContent;
        Assert.Contains(portal.Model.Requests, r => r.GetProperty("messages")[0].GetProperty("content").ToString() == prompt);
        Assert.Empty(context.Render<SummarySection>(p => p.Add(s => s.Head, head with { ViewerRole = Role.Founder }).Add(s => s.Caller, Coach)).FindAll("[data-testid=summary-prompt]"));
        await section.FindAll("[data-testid=evidence]")[0].ClickAsync(new());
        Assert.Equal(head.SummaryPoints[0].Evidence[0], shown);

        section.Render(p => p.Add(s => s.Head, head with { Summary = "They settled the price.\n\nThey sold a boat." }));
        Assert.Empty(section.FindAll("[data-testid=unverified]"));
        Assert.Single(section.FindAll("[data-testid=evidence]"));

        await portal.Get<SessionSummary>().SaveAsync(session.Id, Coach, "They settled the price.\n\nThey sold a boat.", head.SummaryVersion);
        Assert.Equal(["They settled the price."], (await portal.InDbAsync(db => Task.FromResult(db.Sessions.Single(s => s.Id == session.Id)))).SummaryPoints.Select(p => p.Text));
    }

    private const string GoodAnswer = """{"summary": "The model's own words.", "decisions": [{"text": "Raise prices", "quote": "raise the prices", "turns": [1]}], "nextActions": []}""";

    [Fact]
    public async Task Again_ModelAway_WhatItHadMadeStandsAndThatIsSaid()
    {
        var session = await ASessionWithWordsAsync();
        await WithModelAsync(m => m.Words = [GoodAnswer], () => portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None));
        var before = await ReadAsync(session);
        Assert.Equal(SummarySource.Model, before.Session.SummarySource);

        await portal.AgreeAsync(session, portal.Founder.Id);
        await WithModelAsync(m => m.Refuses = true, async () =>
        {
            Assert.Equal(MadeAgain.Stands, await portal.Get<SummariseSession>().AgainAsync(session.Id, Coach));
            var failure = await Assert.ThrowsAsync<StepFailedException>(() => portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None));
            Assert.Equal("FRED's model did not answer. The summary and the lists stay as they were.", failure.Message);
            var sent = await portal.SignedIn(portal.Coach).PostAsJsonAsync("/api/fred/call/summary", new { roomName = session.RoomName, transcript = new[] { new { role = "founder", text = "Other words." } }, replace = true });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, sent.StatusCode);
        });

        var after = await ReadAsync(session);
        Assert.Equal((before.Session.Summary, SummarySource.Model, before.Session.SummaryAt), (after.Session.Summary, after.Session.SummarySource, after.Session.SummaryAt));
        Assert.Equal(before.Items.Select(i => (i.Id, i.Version)), after.Items.Select(i => (i.Id, i.Version)));
        Assert.Equal(1, await portal.InDbAsync(db => db.Turns.CountAsync(t => t.SessionId == session.Id)));
    }

    [Fact]
    public async Task Post_ConsentWithdrawnWhileTheModelAnswers_KeepsNothing()
    {
        var session = await portal.AnAgreedSessionAsync();
        Task WithdrawAsync() => portal.InDbAsync(async db =>
        {
            await Consents.AnswerAsync(db, session.Id, portal.Founder.Id, ConsentWording.Transcript, granted: false, DateTimeOffset.UtcNow);
        });

        await WithModelAsync(m => (m.Words, m.Meanwhile) = ([GoodAnswer], WithdrawAsync), async () =>
        {
            var sent = await portal.SignedIn(portal.Coach).PostAsJsonAsync("/api/fred/call/summary", new { roomName = session.RoomName, transcript = new[] { new { role = "founder", text = "Let's raise the prices." } } });
            Assert.Equal(HttpStatusCode.Conflict, sent.StatusCode);
        });

        Assert.Null((await ReadAsync(session)).Session.TranscriptJson);
        Assert.False(await portal.InDbAsync(db => db.Turns.AnyAsync(t => t.SessionId == session.Id)));
    }

    [Fact]
    public async Task Again_ModelAwayAndOnlyTheOfflineGuidesStands_IsMadeOfflineAndSaysSo()
    {
        var session = await ASessionWithWordsAsync();

        await WithModelAsync(m => m.Refuses = true, async () =>
        {
            await portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None);
            Assert.Equal(MadeAgain.Offline, await portal.Get<SummariseSession>().AgainAsync(session.Id, Coach));
        });

        var (made, items) = await ReadAsync(session);
        Assert.Equal(SummarySource.Offline, made.SummarySource);
        Assert.StartsWith("FRED's model did not answer.", made.Summary, StringComparison.Ordinal);
        Assert.NotEmpty(items);
    }

    [Fact]
    public async Task Again_ModelAwayAndASummaryByHand_StaysAndListsAreMadeOnlyWhereTheModelMadeNone()
    {
        var session = await ASessionWithWordsAsync();
        await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.Summary, "By hand.").SetProperty(s => s.SummarySource, SummarySource.Hand)));

        await WithModelAsync(m => m.Refuses = true, async () => Assert.Equal(MadeAgain.Offline, await portal.Get<SummariseSession>().AgainAsync(session.Id, Coach)));
        Assert.All((await ReadAsync(session)).Items, i => Assert.Equal(SummarySource.Offline, i.Source));
        await WithModelAsync(m => m.Words = [GoodAnswer], async () => Assert.Equal(MadeAgain.ListsAlone, await portal.Get<SummariseSession>().AgainAsync(session.Id, Coach)));
        await WithModelAsync(m => m.Refuses = true, async () => Assert.Equal(MadeAgain.Stands, await portal.Get<SummariseSession>().AgainAsync(session.Id, Coach)));

        var (made, items) = await ReadAsync(session);
        Assert.Equal("By hand.", made.Summary);
        Assert.Equal(("Raise prices", SummarySource.Model), Assert.Single(items.Select(i => (i.Text, i.Source))));
    }

    [Fact]
    public async Task MakeItAgain_ModelAway_ThePageSaysThatItStays()
    {
        var session = await ASessionWithWordsAsync();
        await WithModelAsync(m => m.Words = [GoodAnswer], () => portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None));
        await using var context = APage();
        var head = (await portal.Get<SessionReader>().LoadAsync(session.Id, Coach))!.Head;
        var section = context.Render<SummarySection>(p => p.Add(s => s.Head, head).Add(s => s.Caller, Coach).Add(s => s.CanMake, true));

        await WithModelAsync(m => m.Refuses = true, () => section.Find("[data-testid=summary-again]").ClickAsync(new()));

        Assert.Equal(["FRED's model did not answer. The summary and the lists stay as they were; try again in a while."], context.Services.GetRequiredService<Toasts>().Snapshot().Select(t => t.Text));
    }

    [Fact]
    public async Task SystemChecks_ByThemselves_NeverAskTheModelAndSayHowItLastWent()
    {
        var asked = portal.Model.Requests.Count;
        await portal.Get<SystemChecks>().GlanceAsync();
        Assert.Equal(asked, portal.Model.Requests.Count);

        await portal.Get<SystemChecks>().RunAsync();
        Assert.Equal(asked + 1, portal.Model.Requests.Count);

        await WithModelAsync(m => m.Refuses = true, async () => await AskAsync());
        await SeenAsync("model", ProbeState.Fails, "did not answer the last request");
        await AskAsync();
        var check = await SeenAsync("model", ProbeState.Works, "answered the last request in");
        Assert.True(check.LastSuccessAt > check.LastFailureAt && check.LastFailureAt < check.CheckedAt);
        Assert.Equal(asked + 3, portal.Model.Requests.Count);
    }

    [Fact]
    public async Task SystemChecks_SummaryMadeOfflineForTheModel_SaySoUntilTheModelMakesOne()
    {
        var session = await ASessionWithWordsAsync();
        await WithModelAsync(m => m.Refuses = true, () => portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None));

        var fails = await SeenAsync("summaries", ProbeState.Fails, "The last one was made offline, because the model gave none.");
        Assert.Equal((await ReadAsync(session)).Session.SummaryAt, fails.LastFailureAt);
        await WithModelAsync(m => m.Words = [GoodAnswer], () => portal.Get<SummariseSession>().RunAsync(session.Id, Guid.Empty, CancellationToken.None));
        var works = await SeenAsync("summaries", ProbeState.Works, "; nothing is waiting.");

        Assert.Equal((await ReadAsync(session)).Session.SummaryAt, works.LastSuccessAt);
    }

    /// <summary>Looks until it is so: what a request cost is written down beside the answer.</summary>

    private async Task<SystemCheck> SeenAsync(string part, ProbeState state, string words)
    {
        SystemCheck? check = null;
        await CallSteps.EventuallyAsync(async () =>
        {
            await portal.Get<SystemChecks>().GlanceAsync();
            check = (await portal.Get<SystemChecks>().ListAsync()).Single(p => p.Name == part).Check;
            return check!.State == state && check.Words.Contains(words, StringComparison.Ordinal);
        }, $"{part}: {state}, {words}");
        return check!;
    }

    private Caller Coach => new(portal.Coach.Id, Role.Coach, portal.Coach.Name);

    private BunitContext APage()
    {
        var context = new BunitContext();
        context.Services.AddScoped<Toasts>();
        context.Services.AddSingleton(TimeProvider.System);
        context.Services.AddScoped<ViewerTimeZone>();
        context.AddAuthorization().SetClaims(new Claim(ViewerTimeZone.Claim, "Europe/Berlin"));
        context.Services.AddFallbackServiceProvider(portal.Services);
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        return context;
    }

    private async Task<CoachingSession> ASessionWithWordsAsync()
    {
        var session = await portal.ASessionAsync();
        await portal.InDbAsync(db =>
        {
            db.Add(new Turn
            {
                SessionId = session.Id, PersonId = portal.Founder.Id, Speaker = "Fiona Founder", Role = Role.Founder, Text = "Let's raise the prices to ninety. I'll rewrite the pricing page tomorrow.",
                StartedAt = session.StartsAt, EndedAt = session.StartsAt, Source = TurnSource.Caption, Key = "k",
            });
            return db.SaveChangesAsync();
        });
        return session;
    }

    private async Task WithModelAsync(Action<FakeModel> set, Func<Task> act)
    {
        set(portal.Model);
        try
        {
            await act();
        }
        finally
        {
            (portal.Model.Words, portal.Model.Refuses, portal.Model.Meanwhile) = (["What ", "would ", "help?"], false, null);
        }
    }

    private Task<(CoachingSession Session, List<SessionItem> Items)> ReadAsync(CoachingSession session) => portal.InDbAsync(async db => (
        await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == session.Id),
        await db.Items.AsNoTracking().Where(i => i.SessionId == session.Id).OrderBy(i => i.Position).ToListAsync()));

    private async Task AskAsync()
    {
        var session = await portal.ASessionAsync();
        var result = await portal.Get<FredChat>().AskAsync(session.Id, new(portal.Founder.Id, Role.Founder, portal.Founder.Name), "Are you there?", Guid.NewGuid());
        Assert.True(await result.Answer!.Finished);
    }
}
