using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.LiveKit;

public sealed class SystemChecksOnLiveKitTests(LiveKitPortal portal) : IClassFixture<LiveKitPortal>
{
    [Fact]
    public async Task Run_LiveKitThereAndThenRefusingAndThenAway_SaysEach()
    {
        var works = await CheckAsync("livekit");
        portal.LiveKit.Fails("ListRooms", LiveKitCode.Unauthenticated);
        var refused = await CheckAsync("livekit");
        portal.LiveKit.Fails("ListRooms", LiveKitCode.Unavailable);
        var away = await CheckAsync("livekit");

        Assert.Equal(ProbeState.Works, works.State);
        Assert.Equal(ProbeState.Fails, refused.State);
        Assert.Contains("LiveKit:ApiSecret", refused.Words, StringComparison.Ordinal);
        Assert.Equal(ProbeState.Fails, away.State);
        Assert.Contains("LiveKit:Url", away.Words, StringComparison.Ordinal);
        Assert.NotNull(away.LastSuccessAt);
    }

    [Fact]
    public async Task Run_NoBucket_SaysThatEgressIsNotSetUp() => Assert.Equal(ProbeState.NotSetUp, (await CheckAsync("egress")).State);

    [Fact]
    public async Task Run_CallsButNoWebhook_SaysWhereToPointThem()
    {
        Assert.NotEqual(ProbeState.Fails, (await CheckAsync("webhooks")).State);
        var session = await portal.ASessionAsync();
        await using (var founder = await portal.EntersAsync(portal.Founder, session.Id))
            await portal.LeavesAsync(portal.Founder, founder.Participation);

        var unheard = await CheckAsync("webhooks");

        Assert.Equal(ProbeState.Fails, unheard.State);
        Assert.Contains("/api/livekit/webhook", unheard.Words, StringComparison.Ordinal);
    }

    private async Task<SystemCheck> CheckAsync(string name)
    {
        await portal.Get<SystemChecks>().RunAsync();
        return (await portal.Get<SystemChecks>().ListAsync()).Single(p => p.Name == name).Check!;
    }
}
