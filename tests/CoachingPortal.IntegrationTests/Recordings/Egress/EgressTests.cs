using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.LiveKit;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>From the gate's decision to LiveKit and back, with the portal's own worker.</summary>
public sealed class EgressTests(EgressWorld world) : IClassFixture<EgressWorld>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => world.CalmAsync();

    [Fact]
    public async Task Start_SomebodyIsMissingOrUndecided_WaitsForThem()
    {
        var call = await world.ACallAsync();
        await world.JoinsAsync(call, world.Coach);
        await world.SaysAsync(call, world.Coach, true);
        await world.JoinsAsync(call, world.Founder);
        await Task.Delay(300);
        Assert.Empty(await world.EgressesAsync(call));

        await world.SaysAsync(call, world.Founder, true);

        await world.EgressAsync(call, e => e is { Status: EgressState.Starting, EgressId: not null });
        Assert.Single(await world.StartedAsync(call));
    }

    [Fact]
    public async Task Start_Asked_IsSoundAloneAsMp4WithAacIntoTheBucketUnderTheStoredKey()
    {
        var (call, recording, _, _) = await world.ARunningRecordingAsync();
        var egress = await world.EgressAsync(call, e => e.EgressId is not null);

        var asked = world.LiveKit.Asked<RoomCompositeEgressRequest>("StartRoomCompositeEgress").Last(r => r.RoomName == egress.RoomName);
        Assert.Equal((await world.RoomOfAsync(call), true, AudioCodec.Aac), (asked.RoomName, asked.AudioOnly, asked.Advanced.AudioCodec));
        var file = Assert.Single(asked.FileOutputs);
        Assert.Equal((EncodedFileType.Mp4, egress.Key), (file.FileType, file.Filepath));
        Assert.Equal((world.Bucket.Bucket, world.Bucket.AccessKey, world.Bucket.Secret, world.Bucket.Endpoint, true), (file.S3.Bucket, file.S3.AccessKey, file.S3.Secret, file.S3.Endpoint, file.S3.ForcePathStyle));
        Assert.Equal($"recordings/{egress.WantedAt.UtcDateTime:yyyy'/'MM'/'dd}/{call.SessionId}/{egress.SegmentId}.mp4", egress.Key);
        Assert.Equal(Recorder.Egress, recording.Recorder);
    }

    [Fact]
    public async Task State_UntilLiveKitTakesSound_SaysThatItIsStarting()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        var egress = await world.EgressAsync(call, e => e.EgressId is not null);
        Assert.Equal((RecordingPhase.Starting, "The recording is starting", Recorder.Egress), await SeenAsync(call));

        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive));

        Assert.Equal((RecordingPhase.Active, null, Recorder.Egress), await SeenAsync(call));
    }

    [Fact]
    public async Task Refusal_OfALateComer_WaitsUntilTheEgressHasReallyEnded()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        var gate = world.Get<EgressGate>();
        Assert.False(await world.InTransactionAsync(db => gate.MustWaitAsync(db, call.SessionId, world.Founder.Id)));

        var (_, ticket) = await world.AsksForATicketAsync(world.Founder, call.SessionId, new { consents = new { recording = false } });
        Assert.False((bool)ticket!["canPublish"]!);
        Assert.False(new TokenVerifier(world.LiveKit.Key, world.LiveKit.Secret).Verify((string)ticket["token"]!).Video.CanPublish);
        Assert.False(await world.InTransactionAsync(db => gate.MustWaitAsync(db, call.SessionId, world.Coach.Id)));
        await world.ConnectsAsync(call, world.Founder, canPublish: false);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await Task.Delay(300);
        Assert.False(await world.MayPublishAsync(call, world.Founder));

        await world.TellsAsync(await world.FinishesAsync(egress, Start(egress), TimeSpan.FromSeconds(10)));

        await CallSteps.EventuallyAsync(() => world.MayPublishAsync(call, world.Founder), "the founder may speak");
        Assert.False(await world.InTransactionAsync(db => gate.MustWaitAsync(db, call.SessionId, world.Founder.Id)));
        await world.EgressAsync(call, e => e.HeldPersonIds.Length == 0); // written down after LiveKit was told
        Assert.All(await world.EgressesAsync(call), e => Assert.Empty(e.HeldPersonIds));
    }

    [Fact]
    public async Task PauseAndResume_MakeSuccessiveFilesOfOneRecording()
    {
        var (call, first) = await world.ARecordedCallAsync();
        await world.GateAsync(call, (db, gate) => gate.PauseAsync(db, call.SessionId, world.Coach.Id));
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        Assert.Equal("Paused by Carla Coach", (await world.StateAsync(call)).Reason);

        await world.GateAsync(call, (db, gate) => gate.ResumeAsync(db, call.SessionId, world.Coach.Id));

        // While the first is still written.
        var second = await world.EgressAsync(call, e => e.Id != first.Id && e.EgressId is not null);
        Assert.NotEqual(first.Key, second.Key);
        Assert.Equal(first.RecordingId, second.RecordingId);
        await world.TellsAsync(world.LiveKit.Advance(second.EgressId!, EgressStatus.EgressActive));
        await world.TellsAsync(await world.FinishesAsync(first, Start(first), TimeSpan.FromSeconds(10)));
        Assert.Equal([EgressState.Complete, EgressState.Active], (await world.EgressesAsync(call)).Select(e => e.Status));
        Assert.Equal(RecordingPhase.Active, (await world.StateAsync(call)).Phase);
    }

    [Fact]
    public async Task Start_Fails_IsTriedOnceMoreAndThenSaidAndTriedAgainWhenAsked()
    {
        world.LiveKit.Fails("StartRoomCompositeEgress", LiveKitCode.ResourceExhausted);
        var (call, _, _, _) = await world.ARunningRecordingAsync();

        var state = await world.StateAsync(call, s => s.Phase == RecordingPhase.Failed);

        Assert.Equal("Not recorded: LiveKit had no recorder free.", state.Reason);
        Assert.Equal(2, (await world.EgressesAsync(call)).Single().Attempts);
        await world.GateAsync(call, (_, _) => Task.CompletedTask);
        await Task.Delay(300);
        Assert.Single(await world.EgressesAsync(call));

        world.LiveKit.Works();
        await world.GateAsync(call, (db, gate) => gate.ResumeAsync(db, call.SessionId, world.Founder.Id));
        await world.EgressAsync(call, e => e is { Status: EgressState.Starting, EgressId: not null });
        Assert.Single(await world.StartedAsync(call));
    }

    [Fact]
    public async Task Start_FailsOnce_WorksTheSecondTimeUnderAnotherKey()
    {
        world.LiveKit.FailsTimes("StartRoomCompositeEgress", 1, LiveKitCode.Internal);
        var (call, _, _, _) = await world.ARunningRecordingAsync();

        var egress = await world.EgressAsync(call, e => e.EgressId is not null);

        Assert.Equal(2, egress.Attempts);
        Assert.EndsWith("-2.mp4", egress.Key, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_RoomIsNotThereYet_IsAskedUntilItIs()
    {
        world.LiveKit.FailsTimes("StartRoomCompositeEgress", 4, LiveKitCode.NotFound);
        var (call, _, _, _) = await world.ARunningRecordingAsync();

        Assert.Equal(1, (await world.EgressAsync(call, e => e.EgressId is not null)).Attempts);
    }

    [Fact]
    public async Task Start_AnswerIsLost_IsFoundByItsKeyAndNotStartedTwice()
    {
        _ = world.LiveKit.LosesTheAnswerOf("StartRoomCompositeEgress");
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        // Nobody waited for it: the portal gives it five seconds.
        var room = await world.RoomOfAsync(call);
        Assert.DoesNotContain(world.LiveKit.Calls, c => c is { IsDone: true, Request: RoomCompositeEgressRequest asked } && asked.RoomName == room);

        var egress = await world.EgressAsync(call, e => e.EgressId is not null);

        Assert.Equal(egress.EgressId, Assert.Single(await world.StartedAsync(call)).EgressId);
    }

    [Fact]
    public async Task Start_WithdrawnBeforeTheAnswer_IsStoppedAsSoonAsItIsThere()
    {
        world.LiveKit.IsSlow("StartRoomCompositeEgress", TimeSpan.FromSeconds(1));
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        await world.EgressAsync(call, e => e.Status == EgressState.Starting);

        await world.SaysAsync(call, world.Coach, false);

        var egress = await world.EgressAsync(call, e => e.StoppedAt is not null);
        Assert.Equal(EgressStatus.EgressEnding, Assert.Single(await world.StartedAsync(call)).Status);
        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressAborted));
        Assert.Equal(EgressState.Failed, (await world.EgressAsync(call, e => e.IsFinal)).Status);
    }

    [Fact]
    public async Task Egress_BreaksInTheMiddle_IsSaidAndStartsAgainWhenAsked()
    {
        var (call, egress) = await world.ARecordedCallAsync();

        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressFailed, i => i.Error = "Source closed"));

        var state = await world.StateAsync(call);
        Assert.Equal((RecordingPhase.Failed, "Not recorded: LiveKit's recorder reported: Source closed"), (state.Phase, state.Reason));
        await world.GateAsync(call, (db, gate) => gate.ResumeAsync(db, call.SessionId, world.Coach.Id));
        await world.EgressAsync(call, e => e.Id != egress.Id && e.EgressId is not null);
    }

    [Fact]
    public async Task Egress_ReachesItsLimit_GoesOnInAnotherFile()
    {
        var (call, egress) = await world.ARecordedCallAsync();

        var info = await world.FinishesAsync(egress, Start(egress), TimeSpan.FromMinutes(60));
        info.Status = EgressStatus.EgressLimitReached;
        await world.TellsAsync(info);

        var next = await world.EgressAsync(call, e => e.Id != egress.Id && e.EgressId is not null);
        Assert.Equal(egress.RecordingId, next.RecordingId);
        Assert.Equal(EgressState.Complete, (await world.EgressesAsync(call))[0].Status);
    }

    [Fact]
    public async Task Room_ThatIsBeingRecorded_TakesNoSecondEgressWhateverItIsFor()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        var now = world.Clock.GetUtcNow();
        var other = new Call { SessionId = call.SessionId, Transport = CallTransport.Livekit, StartedAt = now, EndedAt = now };
        var recording = new Recording
        {
            SessionId = call.SessionId, CallId = other.Id, RequestedById = world.Founder.Id, Status = RecordingStatus.Active, Recorder = Recorder.Egress, StartedAt = now, SampleRate = 48_000,
            Segments = [new() { RecordingId = Guid.Empty, Number = 1, StartedAt = now }],
        };

        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => world.InDbAsync(async db =>
        {
            db.AddRange(other, recording);
            db.Add(new RecordingEgress
            {
                SessionId = call.SessionId, RecordingId = recording.Id, SegmentId = recording.Segments[0].Id, Kind = EgressKind.Room, RoomName = egress.RoomName,
                Key = "recordings/second.mp4", Status = EgressState.Wanted, LeaseUntil = now, WantedAt = now, UpdatedAt = now,
            });
            await db.SaveChangesAsync();
        }));

        Assert.Equal("egresses_room", Assert.IsType<Npgsql.PostgresException>(refused.InnerException).ConstraintName);
    }

    [Fact]
    public async Task EndOfTheCall_StopsTheEgress()
    {
        var (call, _) = await world.ARecordedCallAsync();

        await world.EndsAsync(call);

        await world.EgressAsync(call, e => e.StoppedAt is not null);
    }

    [Fact]
    public async Task TwoWorkers_ManyCalls_StartEachEgressOnce()
    {
        await using var other = world.Again(services => services.AddSingleton(world.Get<EgressTimes>()));
        _ = other.Services;
        var calls = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ => (await world.ARunningRecordingAsync()).Call));

        foreach (var call in calls)
            await world.EgressAsync(call, e => e.EgressId is not null);

        await Task.Delay(1000);
        foreach (var call in calls)
            Assert.Single(await world.StartedAsync(call));
    }

    private static DateTimeOffset Start(RecordingEgress egress) => egress.FileStartedAt ?? egress.WantedAt;

    private async Task<(RecordingPhase, string?, Recorder)> SeenAsync(Call call) => (await world.StateAsync(call)) is var s ? (s.Phase, s.Reason, s.Recorder) : default;
}
