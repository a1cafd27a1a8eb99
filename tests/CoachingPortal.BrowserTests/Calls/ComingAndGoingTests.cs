using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>
/// However a person vanishes, what they and FRED said stands in the notes, each message once; and nobody who is back is
/// thrown out. The grace for the vanished is short here, so that the tests are.
/// </summary>
public sealed class ComingAndGoingTests(Stage stage) : IAsyncLifetime
{
    private const int Grace = 4;
    private readonly List<Visitor> visitors = [];
    private PortalProcess? portal;
    private Stage.Database database = null!;
    private CoachingSession session = null!;
    private Seat fiona = null!;
    private Seat carla = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await SetTheSceneAsync();
        }
        catch
        {
            // The runner does not dispose of what could not be set up, and a call left running slows all that follows.
            await DisposeAsync();
            throw;
        }
    }

    private async Task SetTheSceneAsync()
    {
        (portal, database) = await stage.APortalAsync($"Calls:Grace=00:00:0{Grace}");
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        session = await database.ASessionAsync(coach, founder);
        visitors.Add(await Visitor.SignInAsync(stage, portal, founder, 440));
        visitors.Add(await Visitor.SignInAsync(stage, portal, coach, 1000));
        fiona = new Seat(visitors[0], session);
        carla = new Seat(visitors[1], session);
        await fiona.OpenLobbyAsync();
        await fiona.JoinAsync();
        await carla.OpenLobbyAsync();
        await carla.JoinAsync();
        await fiona.OpenFredAsync();
        await fiona.AskFredAsync("I keep putting off the pricing talk.");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors)
            await visitor.DisposeAsync();
        if (portal is not null)
            await portal.DisposeAsync();
    }

    [Fact]
    public async Task TabClosed_CoachStays_ChatIsAppendedOnceAndTheCallGoesOn()
    {
        await fiona.Page.CloseAsync(new() { RunBeforeUnload = false });

        await NotesHoldAsync(1);
        await Assertions.Expect(carla.Find("call")).ToBeVisibleAsync();
        Assert.Equal(1, await OpenParticipationsAsync());
    }

    [Fact]
    public async Task NetworkCutForGood_ChatIsAppendedOnce()
    {
        await fiona.Visitor.Context.SetOfflineAsync(true);

        // The connection looks alive until its pings have been missing for half a minute.
        await NotesHoldAsync(1, patience: 60);
        Assert.Equal(1, await OpenParticipationsAsync());
    }

    [Fact]
    public async Task NetworkAwayForAMoment_PersonComesBackIntoTheCallByItself()
    {
        await fiona.SeesAndHearsTheOtherAsync();
        await fiona.Visitor.Context.SetOfflineAsync(true);
        await Task.Delay(TimeSpan.FromSeconds(Grace + 3), TestContext.Current.CancellationToken);
        await fiona.Visitor.Context.SetOfflineAsync(false);

        await database.UntilAsync(_ => OpenParticipationsAsync(), open => open == 2, "both in the call again", 30);
        await fiona.IsInTheCallAsync();
        await fiona.SeesAndHearsTheOtherAsync();
        await fiona.AskFredAsync("And again after the tunnel.");
        await fiona.LeaveAsync();
        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task ServerKilledAndStartedAgain_BothComeBackByThemselves_EachMessageOnce()
    {
        await portal!.KillAsync();
        await portal.StartAsync();

        await database.UntilAsync(_ => RecentlySeenAsync(), seen => seen == 2, "both seen again", 40);
        await fiona.IsInTheCallAsync();
        await fiona.SeesAndHearsTheOtherAsync();
        await Task.Delay(TimeSpan.FromSeconds(Grace + 4), TestContext.Current.CancellationToken);
        Assert.Equal(2, await OpenParticipationsAsync());
        await fiona.OpenFredAsync();
        await fiona.AskFredAsync("Where were we?");
        await fiona.LeaveAsync();
        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task ServerKilledAndNobodyComesBack_EachMessageOnce()
    {
        await portal!.KillAsync();
        await fiona.Page.CloseAsync();
        await carla.Page.CloseAsync();
        await portal.StartAsync();

        await NotesHoldAsync(1);
        await database.UntilAsync(_ => OpenParticipationsAsync(), open => open == 0, "nobody in the call");
    }

    [Fact]
    public async Task BothLeaveInTheSameInstant_EachMessageOnceAndTheCallEndsOnce()
    {
        await carla.OpenFredAsync();
        await carla.AskFredAsync("What did I miss?");

        await Task.WhenAll(fiona.LeaveAsync(), carla.LeaveAsync());

        await NotesHoldAsync(1);
        await NotesHoldAsync(1, NoteVisibility.Coach);
        await database.UntilAsync(db => db.Calls.CountAsync(c => c.SessionId == session.Id && c.EndedAt != null), ended => ended == 1, "the call's end");
    }

    [Fact]
    public async Task LeaveClickedTwice_EachMessageOnce()
    {
        await fiona.Find("leave").DblClickAsync();

        await NotesHoldAsync(1);
    }

    [Fact]
    public async Task ReloadAndMoreIsSaid_EachMessageOnce()
    {
        await fiona.Page.ReloadAsync();
        await fiona.IsInTheCallAsync();
        await fiona.OpenFredAsync();
        await Assertions.Expect(fiona.Find("fred-message-founder")).ToHaveCountAsync(1);
        await fiona.AskFredAsync("One more thing.");
        await fiona.LeaveAsync();

        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task ComesBackLater_IsANewParticipation_EachMessageOnce()
    {
        await fiona.LeaveAsync();
        await NotesHoldAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(Grace + 2), TestContext.Current.CancellationToken);

        await fiona.Find("rejoin").ClickAsync();
        await Assertions.Expect(fiona.Find("lobby")).ToBeVisibleAsync();
        await fiona.JoinAsync();
        await fiona.OpenFredAsync();
        await Assertions.Expect(fiona.Find("fred-message-founder")).ToHaveCountAsync(1);
        await fiona.AskFredAsync("I thought about it on the way.");
        await fiona.LeaveAsync();

        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task SecondTab_TakesTheCallOver_OldTabSaysSoAndStaysAway()
    {
        var second = new Seat(fiona.Visitor, session);
        var tab = await fiona.Visitor.Context.NewPageAsync();
        await tab.GotoAsync($"/sessions/{session.Id}/call");
        await tab.GetByTestId("join").ClickAsync();
        await Assertions.Expect(tab.GetByTestId("call")).ToBeVisibleAsync(new() { Timeout = 30_000 });

        await Assertions.Expect(second.Find("moved-notice")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await Task.Delay(TimeSpan.FromSeconds(Grace + 2), TestContext.Current.CancellationToken);
        await Assertions.Expect(second.Find("moved-notice")).ToBeVisibleAsync();
        await Assertions.Expect(tab.GetByTestId("call")).ToBeVisibleAsync();
        Assert.Equal(2, await OpenParticipationsAsync());
        await tab.GetByTestId("leave").ClickAsync();
        await NotesHoldAsync(1);
    }

    private Task<int> OpenParticipationsAsync() =>
        database.AskAsync(db => db.Participations.CountAsync(p => p.SessionId == session.Id && p.EndedAt == null && p.JoinedAt != null));

    private Task<int> RecentlySeenAsync()
    {
        var since = DateTimeOffset.UtcNow.AddSeconds(-3);
        return database.AskAsync(db => db.Participations.CountAsync(p => p.SessionId == session.Id && p.EndedAt == null && p.JoinedAt != null && p.LastSeenAt > since));
    }

    /// <summary>Waits until the notes hold that many questions and answers, and a little longer to see that no more come.</summary>
    private async Task NotesHoldAsync(int exchanges, NoteVisibility visibility = NoteVisibility.Shared, double patience = 40)
    {
        Task<List<ChatRole?>> Roles(CoachingPortal.Data.PortalDb db) =>
            db.Notes.Where(n => n.SessionId == session.Id && n.Kind == NoteKind.Fred && n.Visibility == visibility).OrderBy(n => n.Number).Select(n => n.ChatRole).ToListAsync();
        await database.UntilAsync(Roles, r => r.Count >= 2 * exchanges, $"{exchanges} exchanges in the notes", patience);
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);
        var asker = visibility == NoteVisibility.Shared ? ChatRole.Founder : ChatRole.Coach;
        Assert.Equal(
            Enumerable.Range(0, exchanges).SelectMany(_ => new ChatRole?[] { asker, ChatRole.Fred }),
            await database.AskAsync(Roles));
    }
}
