using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>While the portal runs on: one for all of them.</summary>
public class ComingAndGoingTests(Stage stage) : ComingAndGoing(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync(ShortGrace);

    [Fact]
    public async Task TabClosed_CoachStays_ChatIsAppendedOnceAndTheCallGoesOn()
    {
        await Fiona.Page.CloseAsync(new() { RunBeforeUnload = false });

        await NotesHoldAsync(1);
        await Assertions.Expect(Carla.Find("call")).ToBeVisibleAsync();
        Assert.Equal(1, await OpenParticipationsAsync());
    }

    /// <summary>The lobby stands still while somebody joins; when that fails it goes on.</summary>
    [Fact]
    public async Task Join_ThePortalIsAway_IsSaidInTheLobby_WhichGoesOnUntilItWorks()
    {
        await Fiona.LeaveAsync();
        await Fiona.OpenLobbyAsync();
        TaskCompletionSource answer = new();
        await Fiona.Page.RouteAsync("**/api/livekit/token", async route =>
        {
            await answer.Task;
            await route.FulfillAsync(new() { Status = 503 });
        });
        await Fiona.Find("join").ClickAsync();
        await Fiona.Page.WaitUntilAsync("() => document.querySelector('[data-testid=lobby-preview]').paused");
        await Assertions.Expect(Fiona.Find("join")).ToHaveTextAsync("Joining…");

        answer.SetResult();
        await Assertions.Expect(Fiona.Page.Locator("#join-words")).ToBeVisibleAsync();
        await Fiona.Page.WaitUntilAsync("() => !document.querySelector('[data-testid=lobby-preview]').paused");
        await Fiona.Page.UnrouteAsync("**/api/livekit/token");
        await Fiona.JoinAsync();
        await Carla.SeesAndHearsTheOtherAsync();
    }

    [Fact]
    public async Task NetworkAwayForAMoment_PersonComesBackIntoTheCallByItself()
    {
        await Fiona.SeesAndHearsTheOtherAsync();
        await Fiona.Visitor.Context.SetOfflineAsync(true);
        await Task.Delay(TimeSpan.FromSeconds(Grace + 3), TestContext.Current.CancellationToken);
        await Fiona.Visitor.Context.SetOfflineAsync(false);

        await Database.UntilAsync(_ => OpenParticipationsAsync(), open => open == 2, "both in the call again", 60);
        await Fiona.IsInTheCallAsync();
        await Fiona.SeesAndHearsTheOtherAsync();
        await Fiona.AskFredAsync("And again after the tunnel.");
        await Fiona.LeaveAsync();
        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task BothLeaveInTheSameInstant_EachMessageOnceAndTheCallEndsOnce()
    {
        await Carla.OpenFredAsync();
        await Carla.AskFredAsync("What did I miss?");

        await Task.WhenAll(Fiona.LeaveAsync(), Carla.LeaveAsync());

        await NotesHoldAsync(1);
        await NotesHoldAsync(1, NoteVisibility.Coach);
        await Database.UntilAsync(db => db.Calls.CountAsync(c => c.SessionId == Session.Id && c.EndedAt != null), ended => ended == 1, "the call's end");
    }

    [Fact]
    public async Task ReloadAndMoreIsSaid_EachMessageOnce()
    {
        await Fiona.Page.ReloadAsync();
        await Fiona.IsInTheCallAsync();
        await Fiona.OpenFredAsync();
        await Assertions.Expect(Fiona.Find("fred-message-founder")).ToHaveCountAsync(1);
        await Fiona.AskFredAsync("One more thing.");
        await Fiona.LeaveAsync();

        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task LeaveClickedTwice_AndBackLater_IsANewParticipation_EachMessageOnce()
    {
        await Fiona.Find("leave").DblClickAsync();
        await Assertions.Expect(Fiona.Find("after-call")).ToBeVisibleAsync();
        await NotesHoldAsync(1);
        await Task.Delay(TimeSpan.FromSeconds(Grace + 2), TestContext.Current.CancellationToken);

        await Fiona.Find("rejoin").ClickAsync();
        await Assertions.Expect(Fiona.Find("lobby")).ToBeVisibleAsync();
        await Fiona.JoinAsync();
        await Fiona.OpenFredAsync();
        await Assertions.Expect(Fiona.Find("fred-message-founder")).ToHaveCountAsync(1);
        await Fiona.AskFredAsync("I thought about it on the way.");
        await Fiona.LeaveAsync();

        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task SecondTab_TakesTheCallOver_OldTabSaysSoAndStaysAway()
    {
        var second = new Seat(Fiona.Visitor, Session);
        var tab = await Fiona.Visitor.Context.NewPageAsync();
        await tab.GotoAsync($"/sessions/{Session.Id}/call");
        await tab.GetByTestId("join").ClickAsync();
        await Assertions.Expect(tab.GetByTestId("call")).ToBeVisibleAsync();

        await Assertions.Expect(second.Find("moved-notice")).ToBeVisibleAsync();
        await Task.Delay(TimeSpan.FromSeconds(Grace + 2), TestContext.Current.CancellationToken);
        await Assertions.Expect(second.Find("moved-notice")).ToBeVisibleAsync();
        await Assertions.Expect(tab.GetByTestId("call")).ToBeVisibleAsync();
        Assert.Equal(2, await OpenParticipationsAsync());
        await tab.GetByTestId("leave").ClickAsync();
        await NotesHoldAsync(1);
    }

    [Fact]
    public async Task SessionCancelledByHand_BothAreTold_NothingLeadsBackIn_UntilItIsBroughtBack()
    {
        var desk = await Carla.Visitor.Context.NewPageAsync();
        await desk.GotoAsync($"/sessions/{Session.Id}/edit");
        await desk.GetByTestId("session-cancel").ClickAsync();
        await Assertions.Expect(desk).ToHaveURLAsync(Portal!.Address + "/sessions");

        foreach (var seat in new[] { Fiona, Carla })
        {
            await Assertions.Expect(seat.Find("after-call")).ToContainTextAsync("This session was cancelled");
            await Assertions.Expect(seat.Find("rejoin")).ToBeHiddenAsync();
        }
        await NotesHoldAsync(1);
        await Database.UntilAsync(_ => OpenParticipationsAsync(), open => open == 0, "nobody in the call");

        await Fiona.Find("to-session").ClickAsync();
        await Assertions.Expect(Fiona.Find("session-cancelled")).ToBeVisibleAsync();
        await Assertions.Expect(Fiona.Find("session-join")).ToHaveCountAsync(0);
        await Fiona.Page.GotoAsync($"/sessions/{Session.Id}/call");
        await Assertions.Expect(Fiona.Find("call-cancelled")).ToBeVisibleAsync();
        await Assertions.Expect(Fiona.Find("lobby")).ToHaveCountAsync(0);

        await desk.GotoAsync($"/sessions/{Session.Id}/edit");
        await desk.GetByTestId("session-restore").ClickAsync();
        await Assertions.Expect(desk.GetByTestId("session-cancel")).ToBeVisibleAsync();
        await Fiona.OpenLobbyAsync();
        Fiona.Visitor.ConsoleIsClean(WhenPutOut);
        Carla.Visitor.ConsoleIsClean(WhenPutOut);
    }

    /// <summary>A page that is put out before it is told why, or gives a sign of life just then, asks whether it may come back, and a browser reports the refusal.</summary>
    private const string WhenPutOut = "the server responded with a status of 409";
}
