using System.Net;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.Recordings.Egress;
using CoachingPortal.Recordings;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>What LiveKit posts of an egress reaches the recording, through the door.</summary>
public sealed class EgressWebhookTests(EgressWorld world) : IClassFixture<EgressWorld>
{
    [Fact]
    public async Task Egress_ToldByWebhooks_IsRecordingThenComplete()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        var egress = await world.EgressAsync(call, e => e.EgressId is not null);

        await HearAsync(FakeLiveKit.Event("egress_updated", world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive)));
        Assert.Equal(RecordingPhase.Active, (await world.StateAsync(call, s => s.Phase == RecordingPhase.Active)).Phase);

        await HearAsync(FakeLiveKit.Event("egress_ended", await world.FinishesAsync(egress, world.Clock.GetUtcNow().AddSeconds(-30), TimeSpan.FromSeconds(30))));
        var done = (await world.EgressesAsync(call)).Single(e => e.Id == egress.Id);
        Assert.Equal((EgressState.Complete, 1000), (done.Status, done.Size));
    }

    [Fact]
    public async Task Egress_WhoseEndOvertakesItsStart_StaysEnded()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        var egress = await world.EgressAsync(call, e => e.EgressId is not null);
        var started = FakeLiveKit.Event("egress_started", world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive));
        var ended = FakeLiveKit.Event("egress_ended", await world.FinishesAsync(egress, world.Clock.GetUtcNow().AddSeconds(-30), TimeSpan.FromSeconds(30)));

        await HearAsync(ended);
        await HearAsync(started);
        await HearAsync(ended);

        Assert.Equal(EgressState.Complete, (await world.EgressesAsync(call)).Single(e => e.Id == egress.Id).Status);
    }

    [Fact]
    public async Task Egress_OfSomebodyElse_IsPassedOver()
    {
        var before = await world.InDbAsync(db => db.Egresses.CountAsync());

        await HearAsync(FakeLiveKit.Event("egress_ended", new EgressInfo { EgressId = "EG_stranger", RoomName = "r", Status = EgressStatus.EgressComplete }));

        Assert.Equal(before, await world.InDbAsync(db => db.Egresses.CountAsync()));
    }

    private async Task HearAsync(WebhookEvent happened)
    {
        using var client = world.SignedIn(null);
        Assert.Equal(HttpStatusCode.OK, await world.LiveKit.PostAsync(client, happened));
        await CallSteps.EventuallyAsync(() => world.InDbAsync(db => db.LiveKitEvents.AnyAsync(e => e.Id == happened.Id && e.AppliedAt != null)), "the event is applied");
    }
}
