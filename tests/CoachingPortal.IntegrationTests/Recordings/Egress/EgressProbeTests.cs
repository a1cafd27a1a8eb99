using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

public sealed class EgressProbeTests(EgressWorld world) : IClassFixture<EgressWorld>
{
    [Fact]
    public async Task Run_WithAndWithoutAWorker_SaysWhetherOneWouldRecord()
    {
        var checks = world.Get<SystemChecks>();
        await checks.GlanceAsync();
        Assert.Equal(ProbeState.Unknown, (await FoundAsync()).State);

        await checks.RunAsync();
        var there = await FoundAsync();
        world.LiveKit.HasEgressWorker = false;
        await checks.RunAsync();
        var gone = await FoundAsync();

        Assert.Equal((ProbeState.Works, true), (there.State, there.Words.Contains("A worker is there", StringComparison.Ordinal)));
        Assert.Equal((ProbeState.Fails, true), (gone.State, gone.Words.Contains("No worker takes recordings", StringComparison.Ordinal)));
        Assert.NotNull(gone.LastSuccessAt);
        Assert.Empty(world.LiveKit.Egresses);
        Assert.Equal(2, world.LiveKit.Asked<RoomCompositeEgressRequest>("StartRoomCompositeEgress").Count);
    }

    private async Task<SystemCheck> FoundAsync() => (await world.Get<SystemChecks>().ListAsync()).Single(c => c.Name == "egress").Check!;
}
