using System.Net.Http.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Fred.Summary;
using CoachingPortal.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Fred;

/// <summary>The step after a call, and making it again.</summary>
public sealed class SummariseSessionTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Step_NothingSaid_LeavesTheSummaryEmpty()
    {
        var session = await portal.ASessionAsync();

        await RunAsync(session);

        Assert.Null((await ReadAsync(session)).Session.Summary);
    }

    [Fact]
    public async Task Step_NoTranscript_DrawsOnChatAndNotesAndSaysSo()
    {
        var session = await portal.ASessionAsync();
        await portal.InDbAsync(async db =>
        {
            db.Add(new ChatMessage { SessionId = session.Id, PersonId = portal.Founder.Id, Role = ChatRole.Founder, Text = "I will call Markus about the contract by Friday.", CreatedAt = DateTimeOffset.UtcNow });
            db.Add(new ChatMessage { SessionId = session.Id, PersonId = portal.Coach.Id, Role = ChatRole.Coach, Text = "SECRET: she avoids the contract question again.", CreatedAt = DateTimeOffset.UtcNow });
            db.Add(new NoteEntry { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, Text = "The contract with Markus is the big rock.", CreatedAt = DateTimeOffset.UtcNow });
            db.Add(new NoteEntry { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Coach, Text = "SECRET: tired founder, contract fear.", CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
        });

        await RunAsync(session);

        var (stored, items, _) = await ReadAsync(session);
        Assert.StartsWith("There is no transcript of this session. This draws on the founder's chat with FRED and the notes.", stored.Summary, StringComparison.Ordinal);
        Assert.Contains("big rock", stored.Summary, StringComparison.Ordinal);
        Assert.DoesNotContain("SECRET", stored.Summary + string.Join(' ', items.Select(i => i.Text)), StringComparison.Ordinal);
        Assert.Equal("Call Markus about the contract by Friday", Assert.Single(items).Text);
    }

    [Fact]
    public async Task Again_AfterACorrection_MakesAnewWhatProgramsWroteAndKeepsWhatPeopleDid()
    {
        var session = await portal.AnAgreedSessionAsync();
        await portal.SignedIn(portal.Coach).PostAsJsonAsync(SummaryTests.Path, new { roomName = session.RoomName, summary = "An agent's.", transcript = SummaryTests.Transcript, decisions = new[] { "Buy a boat" } });
        await portal.InDbAsync(db =>
        {
            db.Add(new SessionItem { SessionId = session.Id, Kind = ItemKind.Decision, Text = "By hand", Source = SummarySource.Hand, Position = 9, CreatedAt = DateTimeOffset.UtcNow });
            db.Add(new SessionItem { SessionId = session.Id, Kind = ItemKind.NextAction, Text = "The pricing page: rewrite it tomorrow", Source = SummarySource.Hand, Position = 10, CreatedAt = DateTimeOffset.UtcNow });
            return db.SaveChangesAsync();
        });
        var again = portal.Get<SummariseSession>();

        Assert.Equal(MadeAgain.NotFound, await again.AgainAsync(session.Id, new(portal.Founder.Id, Role.Founder, "")));
        Assert.Equal(MadeAgain.NotFound, await again.AgainAsync(session.Id, new(portal.OtherCoach.Id, Role.Coach, "")));
        Assert.Equal("An agent's.", (await ReadAsync(session)).Session.Summary);
        Assert.Equal(MadeAgain.All, await again.AgainAsync(session.Id, new(portal.Coach.Id, Role.Coach, "")));

        var (stored, items, _) = await ReadAsync(session);
        Assert.Equal(SummarySource.Offline, stored.SummarySource);
        Assert.Equal(["By hand", "The pricing page: rewrite it tomorrow", "Go with ninety for new customers"], items.Select(i => i.Text));
        await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.Summary, "Mine.").SetProperty(s => s.SummarySource, SummarySource.Hand)));
        Assert.Equal(MadeAgain.ListsAlone, await again.AgainAsync(session.Id, new(portal.Coach.Id, Role.Coach, "")));
        Assert.Equal("Mine.", (await ReadAsync(session)).Session.Summary);
    }

    [Fact]
    public async Task Again_NothingWasSaid_LeavesTheSummary()
    {
        var session = await portal.ASessionAsync(change: s => s.Summary = "Stands");

        Assert.Equal(MadeAgain.NothingWasSaid, await portal.Get<SummariseSession>().AgainAsync(session.Id, new(portal.Coach.Id, Role.Coach, "")));
        Assert.Equal("Stands", (await ReadAsync(session)).Session.Summary);
    }

    [Fact]
    public async Task Step_RunAgain_KeepsHandMadeAndTickedOffAndDoublesNothing()
    {
        var session = await portal.ASessionAsync();
        await SayAsync(session, "Let's go with ninety for new customers. I'll rewrite the pricing page. I'll email the old customers.", 0);
        await RunAsync(session);
        await portal.InDbAsync(async db =>
        {
            var page = await db.Items.SingleAsync(i => i.SessionId == session.Id && i.Text.StartsWith("Rewrite"));
            page.DoneAt = DateTimeOffset.UtcNow;
            db.Add(new SessionItem { SessionId = session.Id, Kind = ItemKind.NextAction, Text = "By hand", Source = SummarySource.Hand, Position = 20, CreatedAt = DateTimeOffset.UtcNow });
            (await db.Sessions.SingleAsync(s => s.Id == session.Id)).SummarySource = SummarySource.Hand;
            (await db.Sessions.SingleAsync(s => s.Id == session.Id)).Summary = "In my words.";
            await db.SaveChangesAsync();
        });
        var before = (await ReadAsync(session)).Items;
        await SayAsync(session, "And I will book the venue tomorrow.", 60);

        await RunAsync(session);
        await RunAsync(session);

        var (stored, items, _) = await ReadAsync(session);
        Assert.Equal("In my words.", stored.Summary);
        Assert.Equal([.. before.Select(i => i.Id), items[^1].Id], items.Select(i => i.Id));
        Assert.Equal("Book the venue tomorrow", items[^1].Text);
        Assert.NotNull(items.Single(i => i.Text.StartsWith("Rewrite", StringComparison.Ordinal)).DoneAt);
    }

    [Fact]
    public async Task Step_RunAgain_AnOpenItemThatSaysTheSameTakesWhatTheWordsNowTellOfIt()
    {
        var session = await portal.ASessionAsync();
        await SayAsync(session, "I'll rewrite the pricing page by tomorrow. I'll email the old customers.", 0);
        await RunAsync(session);
        var first = (await ReadAsync(session)).Items;
        var (page, mail) = (first.Single(i => i.Text.StartsWith("Rewrite", StringComparison.Ordinal)), first.Single(i => i.Text.StartsWith("Email", StringComparison.Ordinal)));
        // A better transcript took the turn's place; what is known of the items is of before.
        await portal.InDbAsync(async db =>
        {
            await db.Turns.Where(t => t.SessionId == session.Id).ExecuteDeleteAsync();
            await db.Items.Where(i => i.SessionId == session.Id)
                .ExecuteUpdateAsync(u => u.SetProperty(i => i.IsUnverified, true).SetProperty(i => i.IsUnsure, true).SetProperty(i => i.Owner, Role.Coach).SetProperty(i => i.DueOn, new DateOnly(2020, 1, 1)));
            await db.Items.Where(i => i.Id == mail.Id).ExecuteUpdateAsync(u => u.SetProperty(i => i.DoneAt, DateTimeOffset.UtcNow));
        });
        await SayAsync(session, "I'll rewrite the pricing page by tomorrow. I'll email the old customers.", 1);

        await RunAsync(session);

        var (_, items, turns) = await ReadAsync(session);
        Assert.Equal(first.Select(i => (i.Id, i.Position)), items.Select(i => (i.Id, i.Position)));
        var (pageNow, mailNow) = (items.Single(i => i.Id == page.Id), items.Single(i => i.Id == mail.Id));
        Assert.Equal([Assert.Single(turns).Id], pageNow.EvidenceTurnIds);
        Assert.Equal((Role.Founder, page.DueOn, page.IsUnsure, false), (pageNow.Owner, pageNow.DueOn, pageNow.IsUnsure, pageNow.IsUnverified));
        Assert.Equal((Role.Coach, true), (mailNow.Owner, mailNow.DoneAt is not null));
        Assert.Equal(mail.EvidenceTurnIds, mailNow.EvidenceTurnIds);
    }

    [Fact]
    public async Task Step_AfterASecondCall_BringsNeitherARemovedItemBackNorAnEditedOnesFirstWords()
    {
        var session = await portal.ASessionAsync();
        await SayAsync(session, "I'll rewrite the pricing page. I'll email the old customers. I'll call the bank.", 0);
        await RunAsync(session);
        var store = portal.Services.GetRequiredService<SessionItems>();
        var first = (await ReadAsync(session)).Items;
        var (page, mail, bank) = (first.Single(i => i.Text.StartsWith("Rewrite", StringComparison.Ordinal)), first.Single(i => i.Text.StartsWith("Email", StringComparison.Ordinal)), first.Single(i => i.Text.StartsWith("Call", StringComparison.Ordinal)));
        var caller = new Caller(portal.Coach.Id, Role.Coach, portal.Coach.Name);
        await store.RemoveAsync(session.Id, page.Id, caller);
        await store.EditAsync(session.Id, mail.Id, caller, "Write to everybody who bought in spring", Role.Founder, null, mail.Version);
        var undone = await store.RemoveAsync(session.Id, bank.Id, caller);
        await store.PutBackAsync(undone!, caller);
        await SayAsync(session, "And I will book the venue tomorrow.", 3600);

        await RunAsync(session);

        var (_, items, _) = await ReadAsync(session);
        Assert.Equal(["Book the venue tomorrow", "Call the bank", "Write to everybody who bought in spring"], items.Select(i => i.Text).Order());
    }

    [Fact]
    public async Task Step_AgentsSummaryStands_ChangesNothing()
    {
        var session = await portal.ASessionAsync(change: s =>
        {
            s.Summary = "The agent's.";
            s.SummarySource = SummarySource.Agent;
        });
        await SayAsync(session, "I'll rewrite the pricing page.", 0);

        await RunAsync(session);

        var (stored, items, _) = await ReadAsync(session);
        Assert.Equal("The agent's.", stored.Summary);
        Assert.Empty(items);
    }

    private Task RunAsync(CoachingSession session) => portal.Services.GetServices<IPostCallStep>().Single(s => s.Name == "summarise").RunAsync(session.Id, Guid.Empty, CancellationToken.None);

    private Task SayAsync(CoachingSession session, string text, int second) => portal.InDbAsync(async db =>
    {
        var at = session.StartsAt.AddSeconds(second);
        db.Add(new Turn { SessionId = session.Id, PersonId = portal.Founder.Id, Speaker = "Fiona Founder", Role = Role.Founder, Text = text, StartedAt = at, EndedAt = at, Source = TurnSource.Caption, Key = $"k{second}" });
        await db.SaveChangesAsync();
    });

    private Task<(CoachingSession Session, List<SessionItem> Items, List<Turn> Turns)> ReadAsync(CoachingSession session) => portal.InDbAsync(async db => (
        await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == session.Id),
        await db.Items.AsNoTracking().Where(i => i.SessionId == session.Id).OrderBy(i => i.Position).ToListAsync(),
        await db.Turns.AsNoTracking().Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).ToListAsync()));
}
