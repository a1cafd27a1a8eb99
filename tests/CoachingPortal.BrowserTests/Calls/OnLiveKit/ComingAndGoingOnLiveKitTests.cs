namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>The same comings and goings when a LiveKit server carries the call.</summary>
[Trait("Category", GivenServer.Category)]
public sealed class ComingAndGoingOnLiveKitTests(Stage stage) : ComingAndGoingTests(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync([.. GivenServer.SettingsOrSkip, ShortGrace]);
}
