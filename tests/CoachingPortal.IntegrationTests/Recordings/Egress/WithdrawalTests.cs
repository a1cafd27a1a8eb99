using System.Diagnostics;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Recordings;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>How soon whoever no longer agrees is no longer recorded. It goes by the clock, so nothing else runs beside it.</summary>
[Collection(Alone.Name)]
public sealed class WithdrawalTests(EgressWorld world) : IClassFixture<EgressWorld>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => world.CalmAsync();

    [Fact]
    public async Task Withdrawal_WhileItRecords_StopsTheEgressWithinTwoSeconds()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        var watch = Stopwatch.StartNew();

        await world.SaysAsync(call, world.Founder, false);

        await world.EgressAsync(call, e => e.StoppedAt is not null);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(egress.EgressId, Assert.Single(world.LiveKit.Asked<StopEgressRequest>("StopEgress"), r => r.EgressId == egress.EgressId).EgressId);
        Assert.Equal((RecordingPhase.Stopped, "Fiona Founder no longer agrees to recording"), ((await world.StateAsync(call)).Phase, (await world.StateAsync(call)).Reason));
    }

    [Fact]
    public async Task Withdrawal_LiveKitDoesNotStop_SilencesWhoWithdrewUntilItHasEnded()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        await world.ConnectsAsync(call, world.Founder);
        await world.ConnectsAsync(call, world.Coach);
        world.LiveKit.Fails("StopEgress", LiveKitCode.Unavailable);
        var watch = Stopwatch.StartNew();

        await world.SaysAsync(call, world.Founder, false);

        await CallSteps.EventuallyAsync(async () => !await world.MayPublishAsync(call, world.Founder), "the founder is silenced");
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(1.4), TimeSpan.FromSeconds(3));
        Assert.True(await world.MayPublishAsync(call, world.Coach));
        world.LiveKit.Works();
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        Assert.False(await world.MayPublishAsync(call, world.Founder));
        await world.TellsAsync(await world.FinishesAsync(egress, egress.FileStartedAt!.Value, TimeSpan.FromSeconds(10)));
        await CallSteps.EventuallyAsync(() => world.MayPublishAsync(call, world.Founder), "the founder may speak");
    }

    [Fact]
    public async Task Withdrawal_LiveKitStopsInTime_SilencesNobody()
    {
        var (call, _) = await world.ARecordedCallAsync();
        await world.ConnectsAsync(call, world.Founder);

        await world.SaysAsync(call, world.Founder, false);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await Task.Delay(2500);

        Assert.True(await world.MayPublishAsync(call, world.Founder));
    }
}
