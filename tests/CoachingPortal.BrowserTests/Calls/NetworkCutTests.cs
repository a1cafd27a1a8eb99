namespace CoachingPortal.BrowserTests.Calls;

/// <summary>The same for a person whose network is gone for good, which takes long to be seen.</summary>
[Collection(Stage.Waiting)]
public class NetworkCutTests(Stage stage) : ComingAndGoing(stage)
{
    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync(ShortGrace);

    [Fact]
    public async Task NetworkCutForGood_ChatIsAppendedOnce()
    {
        await Fiona.Visitor.Context.SetOfflineAsync(true);

        // The connection looks alive until its pings have been missing for half a minute.
        await NotesHoldAsync(1, patience: 90);
        Assert.Equal(1, await OpenParticipationsAsync());
    }
}
