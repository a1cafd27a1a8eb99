namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>The portal dies in the middle of a call that a LiveKit server carries.</summary>
[Trait("Category", GivenServer.Category)]
public sealed class PortalKilledOnLiveKitTests(Stage stage) : PortalKilledTests(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.TheMortalPortalAsync([.. GivenServer.SettingsOrSkip, ShortGrace]);
}
