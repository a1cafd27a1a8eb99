using CoachingPortal.Domain;
using CoachingPortal.Insights;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.IntegrationTests.LiveKit;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>
/// A worker that is killed, or its machine: it leaves the room after a while, and LiveKit calls its egresses active for ever
/// and cannot stop them.
/// </summary>
public sealed class CutOffTests(EgressStepsWorld world) : IClassFixture<EgressStepsWorld>, IAsyncDisposable
{
    private static readonly TimeSpan LongAgo = TimeSpan.FromSeconds(35);

    public ValueTask DisposeAsync() => world.CalmAsync();

    [Fact]
    public async Task WorkerKilled_WhileTheCallRuns_IsSaidThere()
    {
        var (call, egress) = await ARecordedCallAsync();
        world.Clock.Advance(LongAgo);
        await ReconcileAsync();
        Assert.Equal(EgressState.Active, (await RowAsync(call)).Status);

        world.LiveKit.Kill(egress.EgressId!);
        await ReconcileAsync();

        Assert.Equal((EgressState.Failed, "LiveKit's recorder was cut off, and no file arrived."), ((await RowAsync(call)).Status, (await RowAsync(call)).Failure));
        var state = await world.StateAsync(call);
        Assert.Equal((RecordingPhase.Failed, "Not recorded: LiveKit's recorder was cut off, and no file arrived."), (state.Phase, state.Reason));
        await ReconcileAsync();
        Assert.DoesNotContain(world.LiveKit.Asked<StopEgressRequest>("StopEgress"), r => r.EgressId == egress.EgressId);
    }

    [Fact]
    public async Task WorkerKilled_AndSomebodyWithdraws_TheyAreHeardAgain()
    {
        var (call, egress) = await ARecordedCallAsync();
        await world.ConnectsAsync(call, world.Founder);
        world.LiveKit.Kill(egress.EgressId!);
        await world.SaysAsync(call, world.Founder, false);
        using var worker = world.AWorker();
        await UntilAsync(worker, call, e => e.HeldPersonIds.Length > 0);
        Assert.False(await world.MayPublishAsync(call, world.Founder));

        world.Clock.Advance(LongAgo);
        await ReconcileAsync();
        await UntilAsync(worker, call, e => e.IsFinal && e.HeldPersonIds.Length == 0);

        Assert.True(await world.MayPublishAsync(call, world.Founder));
    }

    [Fact]
    public async Task WorkerKilled_WhatItUploadedBefore_IsTheRecording()
    {
        var (call, egress) = await ARecordedCallAsync();
        world.LiveKit.Kill(egress.EgressId!);
        await world.FinishesAsync(egress, egress.FileStartedAt!.Value, TimeSpan.FromSeconds(9), size: 777);
        world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive);
        world.Clock.Advance(LongAgo);

        await ReconcileAsync();

        // The first: it goes on in a second one.
        var first = (await world.EgressesAsync(call))[0];
        Assert.Equal((EgressState.Complete, 777L), (first.Status, first.Size));
    }

    [Fact]
    public async Task Orphans_OneThatCannotBeStopped_HoldsUpNoneOfTheOthers()
    {
        var (call, _) = await ARecordedCallAsync();
        var server = world.Get<MediaServer.LiveKitServer>();
        var ids = new List<string>();
        foreach (var name in new[] { "one", "two" })
        {
            var output = new EncodedFileOutput { Filepath = $"recordings/{name}.mp4", S3 = new() { Bucket = "b" } };
            ids.Add((await server.Egress.StartRoomCompositeEgress(new() { RoomName = await world.RoomOfAsync(call), AudioOnly = true, FileOutputs = { output } })).EgressId);
        }
        world.LiveKit.Kill(ids[0]);

        await ReconcileAsync();

        Assert.Equal([EgressStatus.EgressStarting, EgressStatus.EgressEnding], world.LiveKit.Egresses.Where(e => ids.Contains(e.EgressId)).Select(e => e.Status));
    }

    [Fact]
    public async Task HandlerKilled_LiveKitSaysSoWithoutTheFilesStart_WhichStays_AndNothingCountsAsRecorded()
    {
        var (call, egress) = await ARecordedCallAsync();
        var began = egress.FileStartedAt!.Value;

        // As a worker reports a handler of its own that was killed.
        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressFailed, i =>
        {
            i.FileResults.Clear();
            (i.StartedAt, i.Error) = (FakeLiveKit.Nanoseconds(began.AddSeconds(-1.2)), "signal: killed");
        }));
        await world.EndsAsync(call);

        var row = await RowAsync(call);
        Assert.Equal((EgressState.Failed, began, "LiveKit's recorder reported: signal: killed"), (row.Status, row.FileStartedAt, row.Failure));
        var insights = await world.Get<InsightsReader>().OfSessionAsync(call.SessionId, new(world.Coach.Id, Role.Coach, world.Coach.Name));
        Assert.Null(insights!.Recorded);
    }

    private async Task<(Call Call, RecordingEgress Egress)> ARecordedCallAsync()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        using var worker = world.AWorker();
        await UntilAsync(worker, call, e => e.EgressId is not null);
        var began = FakeLiveKit.Nanoseconds(world.Clock.GetUtcNow());
        await world.TellsAsync(world.LiveKit.Advance(
            (await RowAsync(call)).EgressId!, EgressStatus.EgressActive, i => i.FileResults.Add(new Livekit.Server.Sdk.Dotnet.FileInfo { StartedAt = began })));
        return (call, await RowAsync(call));
    }

    private Task ReconcileAsync() => world.Get<EgressReconcile>().RunAsync(CancellationToken.None);

    private async Task<RecordingEgress> RowAsync(Call call) => Assert.Single(await world.EgressesAsync(call));

    private async Task UntilAsync(EgressWorker worker, Call call, Func<RecordingEgress, bool> holds)
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); !holds(await RowAsync(call)); await Task.Delay(20))
        {
            Assert.True(DateTime.UtcNow < until, $"It stayed {(await RowAsync(call)).Status} {(await RowAsync(call)).Failure}");
            await worker.RunOnceAsync(CancellationToken.None);
        }
    }
}
