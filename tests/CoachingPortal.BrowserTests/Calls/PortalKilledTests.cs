using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>The portal dies in the middle of a call: each test has one of its own.</summary>
public class PortalKilledTests(Stage stage) : ComingAndGoing(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.APortalAsync(ShortGrace);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Portal is not null)
            await Portal.DisposeAsync();
    }

    [Fact]
    public async Task ServerKilledAndStartedAgain_BothComeBackByThemselves_EachMessageOnce()
    {
        await Portal!.KillAsync();
        await Portal.StartAsync();

        await Database.UntilAsync(_ => RecentlySeenAsync(), seen => seen == 2, "both seen again", 40);
        await Fiona.IsInTheCallAsync();
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

    private Task<int> RecentlySeenAsync()
    {
        var since = DateTimeOffset.UtcNow.AddSeconds(-3);
        return Database.AskAsync(db => db.Participations.CountAsync(p => p.SessionId == Session.Id && p.EndedAt == null && p.JoinedAt != null && p.LastSeenAt > since));
    }
}
