using CoachingPortal.Domain;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.Storage;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>A portal dies between any two steps of an egress, and another one finds what is left to do.</summary>
public sealed class EgressCrashTests(EgressStepsWorld world) : IClassFixture<EgressStepsWorld>, IAsyncDisposable
{
    /// <summary>What one test leaves, the next one's worker would take up.</summary>
    public ValueTask DisposeAsync() => world.CalmAsync();

    [Theory]
    [InlineData("before LiveKit heard of it")]
    [InlineData("after LiveKit had begun")]
    public async Task Start_PortalDies_TheNextOneStartsItOrFindsItRunning(string when)
    {
        var reached = Trouble("StartRoomCompositeEgress", when);
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        await DiesInAStepAsync(reached);
        var left = Assert.Single(await world.EgressesAsync(call));
        Assert.Equal((EgressState.Starting, null), (left.Status, left.EgressId));

        using var next = world.AWorker();
        await next.RunOnceAsync(CancellationToken.None);
        Assert.Null(Assert.Single(await world.EgressesAsync(call)).EgressId);
        world.Clock.Advance(TimeSpan.FromSeconds(21));
        await UntilAsync(next, call, e => e.EgressId is not null);

        var started = Assert.Single(await world.StartedAsync(call));
        Assert.Equal(started.EgressId, Assert.Single(await world.EgressesAsync(call)).EgressId);
    }

    [Fact]
    public async Task Start_StepOutlivesItsLease_LeavesTheRowToWhoeverWentOn()
    {
        world.LiveKit.Fails("StartRoomCompositeEgress", LiveKitCode.ResourceExhausted);
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        var now = world.Clock.GetUtcNow();
        await world.InDbAsync(db => db.Egresses.Where(e => e.SessionId == call.SessionId).ExecuteUpdateAsync(u => u
            .SetProperty(e => e.Status, EgressState.Starting).SetProperty(e => e.Attempts, 1).SetProperty(e => e.AskedAt, now).SetProperty(e => e.LeaseUntil, now + world.Get<EgressTimes>().Lease)));
        var claimed = Assert.Single(await world.EgressesAsync(call));

        await world.Get<EgressSteps>().TakeAsync(claimed, CancellationToken.None);
        await world.Get<EgressSteps>().TakeAsync(claimed, CancellationToken.None);

        Assert.Equal(EgressState.Wanted, Assert.Single(await world.EgressesAsync(call)).Status);
    }

    [Theory]
    [InlineData("before LiveKit heard of it")]
    [InlineData("after LiveKit had begun")]
    public async Task Stop_PortalDies_TheNextOneStopsIt(string when)
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        using var first = world.AWorker();
        await UntilAsync(first, call, e => e.EgressId is not null);
        var reached = Trouble("StopEgress", when);
        await world.SaysAsync(call, world.Founder, false);
        await DiesInAStepAsync(reached);
        Assert.Equal((EgressState.Ending, null), (await world.EgressesAsync(call)).Select(e => (e.Status, e.StoppedAt)).Single());

        world.Clock.Advance(TimeSpan.FromSeconds(21));
        using var next = world.AWorker();
        await UntilAsync(next, call, e => e.StoppedAt is not null);

        Assert.Equal(EgressStatus.EgressEnding, Assert.Single(await world.StartedAsync(call)).Status);
    }

    [Fact]
    public async Task Release_PortalDies_TheNextOneLetsThemSpeak()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        using var first = world.AWorker();
        await UntilAsync(first, call, e => e.EgressId is not null);
        await world.ConnectsAsync(call, world.Founder, canPublish: false);
        await world.SaysAsync(call, world.Founder, false);
        await world.InTransactionAsync(db => world.Get<EgressGate>().MustWaitAsync(db, call.SessionId, world.Founder.Id));
        await UntilAsync(first, call, e => e.StoppedAt is not null);
        // Of this room alone: what an earlier test asked for and gave up may still be on its way there.
        var room = await world.RoomOfAsync(call);
        var reached = world.LiveKit.Hangs<UpdateParticipantRequest>("UpdateParticipant", r => r.Room == room);
        var egress = Assert.Single(await world.EgressesAsync(call));
        await world.TellsAsync(await world.FinishesAsync(egress, world.Clock.GetUtcNow().AddSeconds(-9), TimeSpan.FromSeconds(9)));
        await DiesInAStepAsync(reached);
        Assert.False(await world.MayPublishAsync(call, world.Founder));

        world.Clock.Advance(TimeSpan.FromSeconds(21));
        using var next = world.AWorker();
        await UntilAsync(next, call, e => e.HeldPersonIds.Length == 0);

        Assert.True(await world.MayPublishAsync(call, world.Founder));
    }

    [Fact]
    public async Task Reconcile_EveryWebhookWasLost_BringsTheRowsUpToDate()
    {
        var call = await AStartedCallAsync();
        var egress = Assert.Single(await world.EgressesAsync(call));

        world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive);
        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
        Assert.Equal(EgressState.Active, Assert.Single(await world.EgressesAsync(call)).Status);

        await world.EndsAsync(call);
        await world.FinishesAsync(egress, egress.WantedAt.AddSeconds(1), TimeSpan.FromSeconds(30), 5000);
        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
        var done = Assert.Single(await world.EgressesAsync(call));
        Assert.Equal((EgressState.Complete, 5000, 30_000, egress.WantedAt.AddSeconds(1)), (done.Status, done.Size, done.DurationMs, done.FileStartedAt));
    }

    [Fact]
    public async Task Reconcile_AnEgressThatNobodyWants_IsStopped()
    {
        var call = await AStartedCallAsync();
        var room = await world.RoomOfAsync(call);
        var server = world.Get<MediaServer.LiveKitServer>();
        var request = new RoomCompositeEgressRequest { RoomName = room, AudioOnly = true, FileOutputs = { new EncodedFileOutput { Filepath = "recordings/orphan.mp4", S3 = new() { Bucket = "b" } } } };
        var orphan = await server.Egress.StartRoomCompositeEgress(request);
        request.RoomName = "somebody-elses-room";
        var stranger = await server.Egress.StartRoomCompositeEgress(request);

        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);

        var all = world.LiveKit.Egresses;
        Assert.Equal(EgressStatus.EgressEnding, all.Single(e => e.EgressId == orphan.EgressId).Status);
        Assert.Equal(EgressStatus.EgressStarting, all.Single(e => e.EgressId == stranger.EgressId).Status);
        Assert.Equal(EgressStatus.EgressStarting, all.Single(e => e.RoomName == room && e.EgressId != orphan.EgressId).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reconcile_LiveKitHasForgottenIt_GoesByTheObject(bool isThere)
    {
        var call = await AStartedCallAsync();
        var egress = Assert.Single(await world.EgressesAsync(call));
        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive));
        await world.EndsAsync(call);
        await world.InDbAsync(db => db.Egresses.Where(e => e.Id == egress.Id).ExecuteUpdateAsync(u => u.SetProperty(e => e.EgressId, "EG_forgotten_" + Guid.NewGuid().ToString("N"))));
        if (isThere)
            await world.Get<IObjectStore>().PutAsync(egress.Key, new MemoryStream(new byte[777]));
        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
        Assert.Equal(EgressState.Ending, Assert.Single(await world.EgressesAsync(call)).Status);

        world.Clock.Advance(TimeSpan.FromSeconds(35));
        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);

        var done = Assert.Single(await world.EgressesAsync(call));
        Assert.Equal(
            isThere ? (EgressState.Complete, 777L, null) : (EgressState.Failed, null, "LiveKit does not know this recording any more, and no file arrived."),
            (done.Status, done.Size, done.Failure));
    }

    [Fact]
    public async Task Start_NeverBecomesActive_IsGivenUpTriedAgainAndThenSaid()
    {
        var call = await AStartedCallAsync();
        using var worker = world.AWorker();

        world.Clock.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(worker, call, e => e is { Attempts: 2, EgressId: not null });
        Assert.Equal([EgressStatus.EgressEnding, EgressStatus.EgressStarting], (await world.StartedAsync(call)).Select(e => e.Status));
        world.Clock.Advance(TimeSpan.FromSeconds(31));
        await UntilAsync(worker, call, e => e.Status == EgressState.Failed);

        Assert.Equal("Not recorded: LiveKit's recorder did not begin in time.", (await world.StateAsync(call)).Reason);
        Assert.All(await world.StartedAsync(call), e => Assert.Equal(EgressStatus.EgressEnding, e.Status));
    }

    private async Task<Call> AStartedCallAsync()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        using var worker = world.AWorker();
        await UntilAsync(worker, call, e => e.EgressId is not null);
        return call;
    }

    /// <returns>Done when the trouble is there.</returns>
    private Task Trouble(string method, string when) =>
        when.StartsWith("before", StringComparison.Ordinal) ? world.LiveKit.Hangs(method) : world.LiveKit.LosesTheAnswerOf(method);

    /// <summary>A worker begins what is due and is gone before it is done.</summary>
    private async Task DiesInAStepAsync(Task reached)
    {
        using var worker = world.AWorker();
        using var death = new CancellationTokenSource();
        var step = worker.RunOnceAsync(death.Token);
        await reached.WaitAsync(TimeSpan.FromSeconds(60));
        await death.CancelAsync();
        await step;
        world.LiveKit.Works();
    }

    private async Task UntilAsync(EgressWorker worker, Call call, Func<RecordingEgress, bool> holds)
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); DateTime.UtcNow < until; await Task.Delay(20))
        {
            await worker.RunOnceAsync(CancellationToken.None);
            if (holds((await world.EgressesAsync(call))[^1]))
                return;
        }
        var last = (await world.EgressesAsync(call))[^1];
        Assert.Fail($"It stayed {last.Status} {last.EgressId} {last.Failure}");
    }
}
