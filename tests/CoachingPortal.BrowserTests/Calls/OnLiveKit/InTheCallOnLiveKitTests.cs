namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>The same controls when a LiveKit server carries the call.</summary>
[Trait("Category", GivenServer.Category)]
public sealed class InTheCallOnLiveKitTests(Stage stage) : InTheCallTests(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync(GivenServer.SettingsOrSkip);
}
