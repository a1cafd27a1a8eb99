using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Hosting;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.Recordings.Egress;
using CoachingPortal.Recordings.Egress;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>What the portal does by itself around LiveKit is in the traces. Other tests work at the same time.</summary>
public sealed class LiveKitTracesTests : IClassFixture<EgressWorld>, IDisposable
{
    private readonly EgressWorld world;
    private readonly ConcurrentQueue<Activity> seen = new();
    private readonly ActivityListener listener;

    public LiveKitTracesTests(EgressWorld world)
    {
        this.world = world;
        listener = new()
        {
            ShouldListenTo = source => source.Name == Telemetry.Name,
            Sample = (ref _) => ActivitySamplingResult.AllData,
            ActivityStopped = seen.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
    }

    public void Dispose() => listener.Dispose();

    [Fact]
    public async Task Webhook_Applied_IsASpan()
    {
        using var client = world.SignedIn(null);
        var happened = FakeLiveKit.Event("room_started", e => e.Room = new Room { Sid = "RM_1", Name = "r" });

        Assert.Equal(HttpStatusCode.OK, await world.LiveKit.PostAsync(client, happened));

        await SeesAsync("webhook room_started", "portal.webhook.id", happened.Id);
    }

    [Fact]
    public async Task Egress_EachStepAndTheReconciliations_AreSpans()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        await world.EndsAsync(call);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.Get<EgressReconcile>().RunAsync(default);
        await world.Get<RoomReconcile>().RunAsync(default);

        await SeesAsync("egress starting", "portal.egress.id", egress.Id);
        await SeesAsync("egress ending", "portal.egress.id", egress.Id);
        Assert.Contains(seen, a => a.OperationName == "egress reconcile");
        Assert.Contains(seen, a => a.OperationName == "room reconcile");
    }

    private Task SeesAsync(string name, string tag, object value) => CallSteps.EventuallyAsync(
        () => Task.FromResult(seen.Any(a => a.OperationName == name && value.Equals(a.GetTagItem(tag)))), $"a span {name}");
}
