using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>The portal dies in the middle of a call, and comes back.</summary>
public class PortalKilledTests(Stage stage) : ComingAndGoing(stage)
{
    private const string CoveredByTheNotice =
        """
        () => [...document.querySelectorAll("#call button, #call-title")].filter((e) => e.checkVisibility({ visibilityProperty: true })).filter((e) => {
          const box = e.getBoundingClientRect();
          const under = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          const notice = document.getElementById("components-reconnect-modal").getBoundingClientRect();
          return box.top < notice.bottom || under?.closest("#components-reconnect-modal");
        }).map((e) => e.dataset.testid ?? e.id)
        """;

    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.TheMortalPortalAsync(ShortGrace);

    [Fact]
    public async Task ServerKilledAndStartedAgain_ControlsWorkMeanwhile_BothComeBackByThemselves_EachMessageOnce()
    {
        await Portal!.KillAsync();
        var killed = DateTimeOffset.UtcNow;
        var notice = Fiona.Page.Locator("#components-reconnect-modal");
        await Assertions.Expect(notice).ToBeVisibleAsync();
        foreach (var (width, height) in new[] { (360, 640), (1280, 800) })
        {
            await Fiona.Page.SetViewportSizeAsync(width, height);
            Assert.Empty(await Fiona.Page.EvaluateAsync<string[]>(CoveredByTheNotice));
            await Assertions.Expect(notice).ToBeInViewportAsync();
        }
        // The controls are the browser's own: they work while nobody answers.
        await Fiona.Find("mute").ClickAsync();
        await Assertions.Expect(Fiona.Find("mute")).ToHaveAttributeAsync("aria-pressed", "true");
        await Fiona.Find("camera").ClickAsync();
        await Assertions.Expect(Fiona.Find("camera")).ToHaveAttributeAsync("aria-pressed", "true");

        await Portal.StartAsync();
        await Database.UntilAsync(
            db => db.Participations.CountAsync(p => p.SessionId == Session.Id && p.EndedAt == null && p.JoinedAt != null && p.LastSeenAt > killed),
            seen => seen == 2, "both seen again", 90);
        await Fiona.CircuitIsBackAsync();
        await Fiona.IsInTheCallAsync();
        await Assertions.Expect(Fiona.Find("mute")).ToHaveAttributeAsync("aria-pressed", "true");
        await Fiona.SeesAndHearsTheOtherAsync();
        await Task.Delay(TimeSpan.FromSeconds(Grace + 4), TestContext.Current.CancellationToken);
        Assert.Equal(2, await OpenParticipationsAsync());
        await Fiona.OpenFredAsync();
        await Fiona.AskFredAsync("Where were we?");
        await Fiona.LeaveAsync();
        await NotesHoldAsync(2);
    }

    [Fact]
    public async Task ServerKilledAndNobodyComesBack_EachMessageOnce()
    {
        await Portal!.KillAsync();
        await Fiona.Page.CloseAsync();
        await Carla.Page.CloseAsync();
        await Portal.StartAsync();

        await NotesHoldAsync(1);
        await Database.UntilAsync(_ => OpenParticipationsAsync(), open => open == 0, "nobody in the call");
    }
}
