using System.Text.Json.Nodes;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.Storage;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>Each microphone on its own, beside the recording of the room, for the transcript.</summary>
public sealed class VoicesTests(VoicesWorld world) : IClassFixture<VoicesWorld>, IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await world.CalmAsync();
        world.Service.Reset();
    }

    [Fact]
    public async Task RoomIsRecorded_EachMicrophoneIsToo_IntoTheBucketUnderTheStoredKey()
    {
        var talk = await world.ATalkAsync(world.Founder, world.Coach);
        await world.Get<EgressVoices>().LookEverywhereAsync(CancellationToken.None);
        Assert.Empty(await world.VoicesAsync(talk.Call));

        await world.TellsAsync(world.LiveKit.Advance(talk.Room.EgressId!, EgressStatus.EgressActive));

        var voices = await world.VoicesAsync(talk.Call, v => v.Count(e => e.EgressId is not null) == 2, "both are recorded");
        Assert.Equal([(world.Founder.Id, talk.FounderTrack), (world.Coach.Id, talk.CoachTrack)], voices.Select(v => (v.PersonId!.Value, v.TrackId!)).OrderBy(v => v.Item2));
        foreach (var voice in voices)
        {
            var asked = Assert.Single(world.LiveKit.Asked<TrackEgressRequest>("StartTrackEgress"), r => r.TrackId == voice.TrackId);
            Assert.Equal((talk.RoomName, voice.Key, true), (asked.RoomName, asked.File.Filepath, asked.File.DisableManifest));
            Assert.Equal((world.Bucket.Bucket, world.Bucket.AccessKey, world.Bucket.Secret, world.Bucket.Endpoint, true), (asked.File.S3.Bucket, asked.File.S3.AccessKey, asked.File.S3.Secret, asked.File.S3.Endpoint, asked.File.S3.ForcePathStyle));
            Assert.Equal(talk.Room.Key.Replace(".mp4", $"-{voice.Id}.ogg", StringComparison.Ordinal), voice.Key);
        }
    }

    [Fact]
    public async Task WhoeverDoesNotAgreeToATranscript_IsNotRecordedAlone_UntilTheyDo()
    {
        var talk = await world.ARecordedTalkAsync(world.Coach);
        await world.VoiceAsync(talk, talk.CoachTrack);
        await world.Get<EgressVoices>().LookEverywhereAsync(CancellationToken.None);
        Assert.Equal(world.Coach.Id, Assert.Single(await world.VoicesAsync(talk.Call)).PersonId);

        await world.TranscriptAsync(talk.Call, world.Founder, true);

        Assert.Equal(world.Founder.Id, (await world.VoiceAsync(talk, talk.FounderTrack)).PersonId);
    }

    [Fact]
    public async Task WhoeverAgreedToAnotherService_IsNotRecordedAlone()
    {
        var talk = await world.ATalkAsync(world.Coach);
        await world.GateAsync(talk.Call, (db, _) => Consents.AnswerAsync(db, talk.Call.SessionId, world.Founder.Id, ConsentWording.TranscriptBy("another.example"), true, world.Clock.GetUtcNow()));

        await world.TellsAsync(world.LiveKit.Advance(talk.Room.EgressId!, EgressStatus.EgressActive));
        await world.VoiceAsync(talk, talk.CoachTrack);
        await world.Get<EgressVoices>().LookEverywhereAsync(CancellationToken.None);

        Assert.Equal(world.Coach.Id, Assert.Single(await world.VoicesAsync(talk.Call)).PersonId);
    }

    [Fact]
    public async Task TranscriptWithdrawn_StopsThatVoiceAlone_AndAnotherYesBeginsAnew()
    {
        var talk = await world.ARecordedTalkAsync(world.Founder, world.Coach);
        var (founder, coach) = (await world.VoiceAsync(talk, talk.FounderTrack), await world.VoiceAsync(talk, talk.CoachTrack));

        await world.TranscriptAsync(talk.Call, world.Founder, false);

        await world.VoicesAsync(talk.Call, v => v.Exists(e => e.Id == founder.Id && e.StoppedAt is not null), "the founder's voice is stopped");
        Assert.Equal(EgressState.Active, (await world.EgressesAsync(talk.Call)).Single().Status);
        Assert.Equal(EgressState.Active, (await world.VoicesAsync(talk.Call)).Single(e => e.Id == coach.Id).Status);
        await world.Get<EgressVoices>().LookEverywhereAsync(CancellationToken.None);
        Assert.Equal(2, (await world.VoicesAsync(talk.Call)).Count);

        await world.TranscriptAsync(talk.Call, world.Founder, true);

        var again = await world.VoicesAsync(talk.Call, v => v.Count == 3 && v[^1].EgressId is not null, "the founder's voice is recorded again");
        Assert.Equal(talk.FounderTrack, again[^1].TrackId);
    }

    [Fact]
    public async Task RecordingWithdrawn_StopsEveryVoice()
    {
        var talk = await world.ARecordedTalkAsync(world.Founder, world.Coach);
        await world.VoiceAsync(talk, talk.FounderTrack);
        await world.VoiceAsync(talk, talk.CoachTrack);

        await world.SaysAsync(talk.Call, world.Founder, false);

        await world.VoicesAsync(talk.Call, v => v.TrueForAll(e => e.StoppedAt is not null), "both voices are stopped");
        await world.EgressAsync(talk.Call, e => e.StoppedAt is not null);
        Assert.All(await world.StartedAsync(talk.Call), e => Assert.Equal(EgressStatus.EgressEnding, e.Status));
    }

    [Fact]
    public async Task AnotherMicrophone_IsRecordedOnce_HoweverOftenItIsTold()
    {
        var talk = await world.ARecordedTalkAsync(world.Coach);
        var first = await world.VoiceAsync(talk, talk.CoachTrack);
        world.LiveKit.Unpublish(talk.RoomName, world.Coach.Id.ToString(), talk.CoachTrack);
        var another = world.LiveKit.Publish(talk.RoomName, world.Coach.Id.ToString()).Sid;

        await world.TracksAsync("track_published", talk, world.Coach, another);
        await world.TracksAsync("track_published", talk, world.Coach, another);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.Get<EgressVoices>().LookEverywhereAsync(CancellationToken.None)));
        await world.TracksAsync("track_unpublished", talk, world.Coach, talk.CoachTrack);
        // It is told late that the first one was switched on.
        await world.TracksAsync("track_published", talk, world.Coach, talk.CoachTrack);

        await world.VoiceAsync(talk, another);
        await world.VoicesAsync(talk.Call, v => v.Exists(e => e.Id == first.Id && e.StoppedAt is not null), "the first microphone's is stopped");
        await world.Get<EgressVoices>().LookEverywhereAsync(CancellationToken.None);
        Assert.Equal([talk.CoachTrack, another], (await world.VoicesAsync(talk.Call)).Select(v => v.TrackId));
    }

    [Fact]
    public async Task Microphones_LiveKitCouldNotBeAskedFor_AreFoundByTheReconciliation()
    {
        world.LiveKit.Fails("ListParticipants");
        var talk = await world.ARecordedTalkAsync(world.Coach);
        await CallSteps.EventuallyAsync(() => Task.FromResult(world.LiveKit.Asked<ListParticipantsRequest>("ListParticipants").Any(r => r.Room == talk.RoomName)), "LiveKit was asked");
        Assert.Empty(await world.VoicesAsync(talk.Call));
        world.LiveKit.Works();

        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);

        await world.VoiceAsync(talk, talk.CoachTrack);
        Assert.DoesNotContain(world.LiveKit.Asked<StopEgressRequest>("StopEgress"), r => world.LiveKit.Egresses.Any(e => e.EgressId == r.EgressId && e.RoomName == talk.RoomName));
    }

    [Fact]
    public async Task VoicesAreWrittenDown_UnderTheirSpeakersAndTimes()
    {
        var talk = await world.ARecordedTalkAsync(world.Founder, world.Coach);
        var (founder, coach) = (await world.VoiceAsync(talk, talk.FounderTrack), await world.VoiceAsync(talk, talk.CoachTrack));
        var start = await world.IsOverAsync(talk);
        await Assert.ThrowsAsync<StepWaitsException>(() => world.TranscribeAsync(talk.Call));
        await world.SpokeAsync(founder, start.AddSeconds(9));
        await world.SpokeAsync(coach, start.AddSeconds(2.5));

        await world.TranscribeAsync(talk.Call);

        Assert.Empty(world.Service.Complaints);
        var (turns, words) = await world.TranscriptAsync(talk.Call, start);
        Assert.Equal(["Carla: spoken 2.5-5.9", "Fiona: spoken 9.0-12.4"], turns);
        Assert.Equal("Written down after the call, from each one's own recording.", words);
    }

    [Fact]
    public async Task VoiceThatCannotBeRecorded_HarmsNothingElse_AndThePageSaysSo()
    {
        world.LiveKit.Fails("StartTrackEgress", LiveKitCode.ResourceExhausted);
        var talk = await world.ARecordedTalkAsync(world.Founder, world.Coach);
        await world.VoicesAsync(talk.Call, v => v.Count == 2 && v.TrueForAll(e => e is { Status: EgressState.Failed, Attempts: 2 }), "both were tried twice");
        await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
        Assert.Equal(2, (await world.VoicesAsync(talk.Call)).Count);
        Assert.Equal((RecordingPhase.Active, null), ((await world.StateAsync(talk.Call)).Phase, (await world.StateAsync(talk.Call)).Reason));

        var start = await world.IsOverAsync(talk);
        await world.TranscribeAsync(talk.Call);

        Assert.Equal(RecordingStatus.Complete, (await world.RecordingOfAsync(talk.Call))!.Status);
        var (turns, words) = await world.TranscriptAsync(talk.Call, start);
        Assert.Empty(turns);
        Assert.EndsWith("Not all that Fiona Founder and Carla Coach said could be recorded on its own: there the captions of the call stay.", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VoiceThatNeverEnds_KeepsNeitherTheRecordingNorTheOthersBack()
    {
        var talk = await world.ARecordedTalkAsync(world.Founder, world.Coach);
        var (founder, coach) = (await world.VoiceAsync(talk, talk.FounderTrack), await world.VoiceAsync(talk, talk.CoachTrack));
        var start = await world.IsOverAsync(talk);
        Assert.Equal(RecordingStatus.Complete, (await world.RecordingOfAsync(talk.Call))!.Status);
        await world.SpokeAsync(coach, start.AddSeconds(4));
        await Assert.ThrowsAsync<StepWaitsException>(() => world.TranscribeAsync(talk.Call));
        await world.InDbAsync(db => db.Egresses.Where(e => e.Id == founder.Id).ExecuteUpdateAsync(u => u.SetProperty(e => e.StopWantedAt, e => e.StopWantedAt!.Value.AddMinutes(-10))));

        await world.TranscribeAsync(talk.Call);

        var (turns, words) = await world.TranscriptAsync(talk.Call, start);
        Assert.Equal(["Carla: spoken 4.0-7.4"], turns);
        Assert.EndsWith("Not all that Fiona Founder said could be recorded on its own: there the captions of the call stay.", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusal_WaitsForTheRoomsEgress_AndForNobodyElsesVoice()
    {
        var talk = await world.ARecordedTalkAsync(world.Coach);
        await world.VoiceAsync(talk, talk.CoachTrack);
        await world.SaysAsync(talk.Call, world.Founder, false);
        Assert.True(await MustWaitAsync(talk, world.Founder));
        await world.EgressAsync(talk.Call, e => e.StoppedAt is not null);

        await world.TellsAsync(await world.FinishesAsync(talk.Room, talk.Room.WantedAt, TimeSpan.FromSeconds(5)));

        Assert.False(await MustWaitAsync(talk, world.Founder));
        Assert.Contains(await world.VoicesAsync(talk.Call), v => !v.IsFinal);
    }

    [Fact]
    public async Task Voices_AreNotPlayed_AndGoWithTheRecording()
    {
        var talk = await world.ARecordedTalkAsync(world.Coach);
        var coach = await world.VoiceAsync(talk, talk.CoachTrack);
        var start = await world.IsOverAsync(talk);
        await world.SpokeAsync(coach, start.AddSeconds(1));
        var recording = (await world.RecordingOfAsync(talk.Call))!;
        using var client = world.SignedIn(world.Coach);
        var listed = JsonNode.Parse(await client.GetStringAsync($"/api/recordings?sessionId={recording.SessionId}"))!["recordings"]![0]!;
        Assert.Equal(["part-1.mp4", "session_info.json"], listed["files"]!.AsArray().Select(f => (string)f!["name"]!));
        Assert.NotNull(await world.Get<IObjectStore>().HeadAsync(coach.Key));

        await world.InDbAsync(db => db.Recordings.Where(r => r.Id == recording.Id).ExecuteUpdateAsync(u => u.SetProperty(r => r.DeletedAt, world.Clock.GetUtcNow().AddDays(-400))));
        await world.TranscribeAsync(talk.Call);
        Assert.Empty(world.Service.Requests);
        await world.Get<RecordingLibrary>().PurgeAsync();

        Assert.Null(await world.Get<IObjectStore>().HeadAsync(coach.Key));
        Assert.Empty(await world.VoicesAsync(talk.Call));
    }

    private Task<bool> MustWaitAsync(Talk talk, Person person) => world.InTransactionAsync(db => world.Get<EgressGate>().MustWaitAsync(db, talk.Call.SessionId, person.Id));
}
