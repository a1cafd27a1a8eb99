using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.Recordings.Egress;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>What an operator sees of webhooks and egresses. Other tests measure at the same time, so nothing here counts how many.</summary>
public sealed class LiveKitMetersTests(EgressWorld world) : IClassFixture<EgressWorld>, IDisposable
{
    private readonly Meters meters = new();

    public void Dispose() => meters.Dispose();

    [Fact]
    public async Task Webhooks_KeptRepeatedAndRefused_AreCountedAndTimed()
    {
        using var client = world.SignedIn(null);
        var happened = FakeLiveKit.Event("room_started", e => e.Room = new Room { Sid = "RM_1", Name = "r" });
        Assert.Equal(HttpStatusCode.OK, await world.LiveKit.PostAsync(client, happened));
        Assert.Equal(HttpStatusCode.OK, await world.LiveKit.PostAsync(client, happened));
        using var forged = world.LiveKit.Hook(Encoding.UTF8.GetBytes("{}"));
        forged.Headers.Remove("Authorization");
        forged.Headers.TryAddWithoutValidation("Authorization", new AccessToken(world.LiveKit.Key, world.LiveKit.Secret + "x").ToJwt());
        await client.SendAsync(forged);

        await meters.SeesAsync("portal.webhook.received", "outcome=kept");
        await meters.SeesAsync("portal.webhook.received", "outcome=repeated");
        await meters.SeesAsync("portal.webhook.refused", "reason=signature");
        await meters.SeesAsync("portal.webhook.lag", "outcome=applied", v => v is >= 0 and < 60);
    }

    [Fact]
    public async Task Egress_StartedAndCompleteOrFailed_IsCountedAndItsStartTimed()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        await world.EndsAsync(call);
        await world.TellsAsync(await world.FinishesAsync(egress, egress.WantedAt.AddSeconds(1), TimeSpan.FromSeconds(20)));
        var (_, broken) = await world.ARecordedCallAsync();
        await world.TellsAsync(world.LiveKit.Advance(broken.EgressId!, EgressStatus.EgressFailed));

        await meters.SeesAsync("portal.egress.started", "kind=room");
        await meters.SeesAsync("portal.egress.ended", "kind=room,outcome=complete");
        await meters.SeesAsync("portal.egress.ended", "kind=room,outcome=failed");
        await meters.SeesAsync("portal.egress.start.duration", "kind=room", v => v is >= 0 and < 60);
    }

    private sealed class Meters : IDisposable
    {
        private readonly ConcurrentQueue<(string Name, string Tags, double Value)> seen = new();
        private readonly MeterListener listener = new();

        public Meters()
        {
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == Telemetry.Name)
                    l.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Keep(i, value, tags));
            listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Keep(i, value, tags));
            listener.Start();
        }

        public Task SeesAsync(string name, string tags, Func<double, bool>? value = null) => CallSteps.EventuallyAsync(
            () => Task.FromResult(seen.Any(s => s.Name == name && s.Tags == tags && (value ?? (v => v == 1))(s.Value))), $"{name} {tags}");

        public void Dispose() => listener.Dispose();

        private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            seen.Enqueue((instrument.Name, string.Join(',', tags.ToArray().Select(t => $"{t.Key}={t.Value}")), value));
    }
}
