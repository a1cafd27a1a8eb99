namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>The same story when a LiveKit server carries it.</summary>
[Trait("Category", GivenServer.Category)]
public sealed class StoryOnLiveKitTests(Stage stage) : StoryTests(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync(GivenServer.SettingsOrSkip);
}
