using System.Net;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.LiveKit;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Quartz;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>Whoever must be silent until an egress has ended is so with every ticket they hold, and no longer than that.</summary>
public sealed class SilenceTests(EgressWorld world) : IClassFixture<EgressWorld>, IAsyncLifetime
{
    /// <summary>The reconciliation runs when a test has it run, and hides nothing else.</summary>
    public async ValueTask InitializeAsync() => await (await world.Get<ISchedulerFactory>().GetScheduler()).PauseTrigger(new TriggerKey("room-reconcile"));

    public ValueTask DisposeAsync() => world.CalmAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Held_ComesInWithAnOlderTicket_MayStillNotPublish(bool isTold)
    {
        var (call, _) = await ASilencedFounderAsync();

        await AreInAnewAsync(call, canPublish: true, isTold);

        await CallSteps.EventuallyAsync(async () => !await world.MayPublishAsync(call, world.Founder), "the founder is silenced again");
        Assert.True(await world.MayPublishAsync(call, world.Coach));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Released_ComesInWithTheTicketOfTheTimeBefore_MayPublish(bool isTold)
    {
        var (call, egress) = await ASilencedFounderAsync();
        world.LiveKit.Works();
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.TellsAsync(await world.FinishesAsync(egress, egress.FileStartedAt!.Value, TimeSpan.FromSeconds(10)));
        await world.EgressAsync(call, e => e.HeldPersonIds.Length == 0);

        await AreInAnewAsync(call, canPublish: false, isTold);

        await CallSteps.EventuallyAsync(() => world.MayPublishAsync(call, world.Founder), "the founder may speak");
    }

    /// <summary>Both in the room; the founder withdrew, and LiveKit does not stop.</summary>
    private async Task<(Call Call, RecordingEgress Egress)> ASilencedFounderAsync()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        await world.ConnectsAsync(call, world.Founder);
        await world.ConnectsAsync(call, world.Coach);
        world.LiveKit.Fails("StopEgress", LiveKitCode.Unavailable);
        await world.SaysAsync(call, world.Founder, false);
        await CallSteps.EventuallyAsync(async () => !await world.MayPublishAsync(call, world.Founder), "the founder is silenced");
        return (call, egress);
    }

    private async Task AreInAnewAsync(Call call, bool canPublish, bool isTold)
    {
        var founder = await world.ConnectsAsync(call, world.Founder, canPublish);
        Assert.Equal(canPublish, await world.MayPublishAsync(call, world.Founder));
        if (!isTold)
        {
            await world.Get<RoomReconcile>().RunAsync(default);
            return;
        }
        using var client = world.SignedIn(null);
        Assert.Equal(HttpStatusCode.OK, await world.LiveKit.PostAsync(client, FakeLiveKit.Event("participant_joined", await world.RoomOfAsync(call), founder)));
    }
}
