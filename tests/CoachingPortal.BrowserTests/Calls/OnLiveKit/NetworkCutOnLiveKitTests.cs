namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>The same network gone when a LiveKit server carries the call.</summary>
[Collection(Stage.Waiting)]
[Trait("Category", GivenServer.Category)]
public sealed class NetworkCutOnLiveKitTests(Stage stage) : NetworkCutTests(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync([.. GivenServer.SettingsOrSkip, ShortGrace]);
}
