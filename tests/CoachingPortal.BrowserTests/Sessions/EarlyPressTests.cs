using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Sessions;

/// <summary>Somebody is quicker than the page's circuit.</summary>
public sealed class EarlyPressTests(Stage stage)
{
    [Fact]
    public async Task Page_DrawnButNotLive_TakesNoPressThatWouldBeLost_AndItsLinksLead()
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var session = await database.ASessionAsync(coach, await database.APersonAsync("Fiona Founder", Role.Founder));
        await database.AskAsync(db => db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.CancelledAt, DateTimeOffset.UtcNow)));
        await using var carla = await Visitor.SignInAsync(stage, portal, coach);
        var slow = new TaskCompletionSource();
        await carla.Page.RouteAsync("**/_blazor/negotiate*", async route =>
        {
            await slow.Task;
            await route.ContinueAsync();
        });

        // Links lead on.
        await carla.GoToAsync("/sessions?show=cancelled");
        await carla.Find("session-new").ClickAsync();
        await Assertions.Expect(carla.Find("schedule-title")).ToBeDisabledAsync();
        await carla.Page.GetByText("Back", new() { Exact = true }).ClickAsync();
        await Assertions.Expect(carla.Page).ToHaveURLAsync(portal.Address + "/sessions");

        // A press waits for whoever hears it.
        await carla.GoToAsync($"/sessions/{session.Id}/edit");
        var pressed = carla.Find("session-restore").ClickAsync();
        await Assertions.Expect(carla.Find("session-restore")).ToBeDisabledAsync();
        slow.SetResult();
        await pressed;
        await Assertions.Expect(carla.Find("session-cancel")).ToBeVisibleAsync();
        await database.UntilAsync(db => db.Sessions.Where(s => s.Id == session.Id).Select(s => s.CancelledAt).SingleAsync(), at => at is null, "the session stands again");
    }
}
