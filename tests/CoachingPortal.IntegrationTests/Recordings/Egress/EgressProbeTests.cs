using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

public sealed class EgressProbeTests(EgressWorld world) : IClassFixture<EgressWorld>
{
    [Fact]
    public async Task Checks_WithAndWithoutAWorker_SayWhetherOneWouldRecordAndAGlanceLeavesThatStanding()
    {
        var checks = world.Get<SystemChecks>();
        await checks.GlanceAsync();
        Assert.Equal((ProbeState.Works, ProbeState.Unknown), ((await FoundAsync("egress")).State, (await WorkerAsync()).State));

        await checks.RunAsync();
        var there = await WorkerAsync();
        world.LiveKit.HasEgressWorker = false;
        await checks.RunAsync();
        var gone = await WorkerAsync();
        await checks.GlanceAsync();
        var glanced = await WorkerAsync();

        Assert.Equal((ProbeState.Works, "A worker is there."), (there.State, there.Words));
        Assert.Equal((ProbeState.Fails, true), (gone.State, gone.Words.Contains("No worker takes recordings", StringComparison.Ordinal)));
        Assert.NotNull(gone.LastSuccessAt);
        Assert.Equal((gone.State, gone.Words, gone.CheckedAt), (glanced.State, glanced.Words, glanced.CheckedAt));
        Assert.True((await FoundAsync("egress")).CheckedAt > gone.CheckedAt);
        Assert.Empty(world.LiveKit.Egresses);
        Assert.Equal(2, world.LiveKit.Asked<RoomCompositeEgressRequest>("StartRoomCompositeEgress").Count);

        // Work that was done since says more than the check.
        world.LiveKit.HasEgressWorker = true;
        var (_, egress) = await world.ARecordedCallAsync();
        var recordedAt = gone.CheckedAt.AddMinutes(1);
        await world.InDbAsync(db => db.Egresses.Where(e => e.Id == egress.Id)
            .ExecuteUpdateAsync(u => u.SetProperty(e => e.Status, EgressState.Complete).SetProperty(e => e.UpdatedAt, recordedAt)));
        await checks.GlanceAsync();
        var worked = await WorkerAsync();
        Assert.Equal((ProbeState.Works, recordedAt), (worked.State, worked.LastSuccessAt!.Value));
    }

    private Task<SystemCheck> WorkerAsync() => FoundAsync("egress-worker");

    private async Task<SystemCheck> FoundAsync(string name) => (await world.Get<SystemChecks>().ListAsync()).Single(c => c.Name == name).Check!;
}
