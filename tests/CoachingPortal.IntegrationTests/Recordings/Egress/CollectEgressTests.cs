using System.Net;
using System.Text.Json.Nodes;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>After the call: what LiveKit wrote becomes one recording that people can play.</summary>
public sealed class CollectEgressTests(EgressWorld world) : IClassFixture<EgressWorld>, IAsyncDisposable
{
    public ValueTask DisposeAsync() => world.CalmAsync();

    [Fact]
    public async Task Call_InTwoSpans_IsOneRecordingInTwoPartsFromTheirTrueStart()
    {
        var (call, recording) = await ATwoPartCallAsync();

        Assert.Equal((RecordingStatus.Complete, 90_000), (recording.Status, recording.DurationMs));
        Assert.Equal(["part-1.mp4", "part-2.mp4", "session_info.json"], recording.Files.Select(f => f.Name).Order());
        var parts = recording.Files.Where(f => f.StartedAt is not null).OrderBy(f => f.StartedAt).ToList();
        Assert.Equal(recording.StartedAt, parts[0].StartedAt);
        Assert.Equal([(0, 40_000, 40_000), (60_000, 30_000, 30_000)], parts.Select(p => ((int)(p.StartedAt!.Value - recording.StartedAt).TotalMilliseconds, (int)p.DurationMs!, (int)p.Size)));
        // The recorder began a while after it was asked: a turn's place in the sound is counted from the sound.
        var wanted = (await world.EgressesAsync(call))[0].WantedAt;
        Assert.InRange(recording.StartedAt - wanted, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(10));

        var info = JsonNode.Parse(await TextAsync(recording, RecordingKeys.Info))!;
        Assert.Equal([0, 60_000], info["files"]!.AsArray().Select(f => (int)f!["startMs"]!));
        Assert.Equal((40_000, 60_000, "paused"), ((int)info["notRecorded"]![0]!["startMs"]!, (int)info["notRecorded"]![0]!["endMs"]!, (string)info["notRecorded"]![0]!["because"]!));
    }

    [Fact]
    public async Task Recording_InParts_IsListedAndStreamedWithRanges()
    {
        var (_, recording) = await ATwoPartCallAsync();
        using var client = world.SignedIn(world.Founder);

        var listed = JsonNode.Parse(await client.GetStringAsync($"/api/recordings?sessionId={recording.SessionId}"))!["recordings"]![0]!;
        Assert.Equal(($"/api/recordings/{recording.Id}/files/part-1.mp4", 70_000), ((string)listed["recordingUrl"]!, (int)listed["size"]!));
        Assert.Equal(["part-1.mp4", "part-2.mp4", "session_info.json"], listed["files"]!.AsArray().Select(f => (string)f!["name"]!));

        using var request = new HttpRequestMessage(HttpMethod.Get, (string)listed["recordingUrl"]!) { Headers = { Range = new(10_000, 10_099) } };
        using var response = await client.SendAsync(request);
        Assert.Equal((HttpStatusCode.PartialContent, "audio/mp4", 40_000), (response.StatusCode, response.Content.Headers.ContentType!.MediaType, response.Content.Headers.ContentRange!.Length));
        Assert.Equal(Enumerable.Repeat((byte)1, 100), await response.Content.ReadAsByteArrayAsync());
        using var stranger = world.SignedIn(world.OtherFounder);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync((string)listed["recordingUrl"]!)).StatusCode);
    }

    [Fact]
    public async Task Step_WhileLiveKitIsStillWriting_WaitsWithoutFailing()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        await world.EndsAsync(call);
        var wait = await Assert.ThrowsAsync<StepWaitsException>(() => CollectAsync(call));
        Assert.InRange(wait.After, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.TellsAsync(await world.FinishesAsync(egress, world.Clock.GetUtcNow().AddSeconds(-20), TimeSpan.FromSeconds(20)));
        await CollectAsync(call);

        Assert.Equal(RecordingStatus.Complete, (await world.RecordingOfAsync(call))!.Status);
    }

    [Fact]
    public async Task Call_ThatCouldNotBeRecorded_FailsWithTheReason()
    {
        world.LiveKit.Fails("StartRoomCompositeEgress", LiveKitCode.ResourceExhausted);
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        await world.StateAsync(call, s => s.Phase == RecordingPhase.Failed);
        await world.EndsAsync(call);

        await CollectAsync(call);

        var recording = (await world.RecordingOfAsync(call))!;
        Assert.Equal((RecordingStatus.Failed, "This call was not recorded: LiveKit had no recorder free."), (recording.Status, recording.FailureReason));
    }

    [Fact]
    public async Task File_ThatCameLate_IsFoundWhenItIsTriedAgain()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        await world.EndsAsync(call);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.TellsAsync(world.LiveKit.Complete(egress.EgressId!, world.Clock.GetUtcNow().AddSeconds(-20), TimeSpan.FromSeconds(20), 500));
        await Assert.ThrowsAsync<StepWaitsException>(() => CollectAsync(call));
        await world.InDbAsync(db => db.Egresses.Where(e => e.Id == egress.Id).ExecuteUpdateAsync(u => u.SetProperty(e => e.UpdatedAt, e => e.UpdatedAt.AddMinutes(-1))));
        await CollectAsync(call);
        Assert.Contains("not in the store", (await world.RecordingOfAsync(call))!.FailureReason, StringComparison.Ordinal);

        await world.Get<IObjectStore>().PutAsync(egress.Key, new MemoryStream(new byte[500]));
        await CollectAsync(call);

        var recording = (await world.RecordingOfAsync(call))!;
        Assert.Equal((RecordingStatus.Complete, null, 20_000), (recording.Status, recording.FailureReason, recording.DurationMs));
    }

    [Fact]
    public async Task LookAgain_AtAFailedRecording_FindsTheFileThatCameLate()
    {
        var (call, egress) = await world.ARecordedCallAsync();
        await world.EndsAsync(call);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressFailed, i => i.Error = "upload failed"));
        await CollectAsync(call);
        await HasRunAsync(call);
        var recording = (await world.RecordingOfAsync(call))!;
        Assert.Equal(RecordingStatus.Failed, recording.Status);
        var library = world.Get<RecordingLibrary>();
        Assert.Equal(LibraryOutcome.NotTheCoach, await library.LookAgainAsync(Caller(world.Founder), recording.Id));
        Assert.Equal(LibraryOutcome.NotFound, await library.LookAgainAsync(Caller(world.OtherFounder), recording.Id));
        Assert.Equal(RecordingStatus.Failed, (await world.RecordingOfAsync(call))!.Status);

        await world.Get<IObjectStore>().PutAsync(egress.Key, new MemoryStream(new byte[500]));
        Assert.Equal(LibraryOutcome.Done, await library.LookAgainAsync(Caller(world.Coach), recording.Id));

        await CallSteps.EventuallyAsync(async () => await world.RecordingOfAsync(call) is { Status: RecordingStatus.Complete, FailureReason: null }, "the recording is complete");
        Assert.Equal(LibraryOutcome.Done, await library.LookAgainAsync(Caller(world.Coach), recording.Id));
        Assert.Equal(RecordingStatus.Complete, (await world.RecordingOfAsync(call))!.Status);
    }

    [Fact]
    public async Task Span_WithoutAFile_IsSaidToBeMissingUntilItIsFound()
    {
        var (call, first) = await world.ARecordedCallAsync();
        await world.GateAsync(call, (db, gate) => gate.PauseAsync(db, call.SessionId, world.Coach.Id));
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.GateAsync(call, (db, gate) => gate.ResumeAsync(db, call.SessionId, world.Coach.Id));
        var second = await world.EgressAsync(call, e => e.Id != first.Id && e.EgressId is not null);
        await world.TellsAsync(world.LiveKit.Advance(second.EgressId!, EgressStatus.EgressActive));
        await world.EndsAsync(call);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await FinishesAsync(first, first.WantedAt, 40);
        await world.TellsAsync(world.LiveKit.Advance(second.EgressId!, EgressStatus.EgressFailed, i => i.Error = "Source closed"));
        await world.InDbAsync(db => db.RecordingSegments.Where(s => s.Id == second.SegmentId).ExecuteUpdateAsync(u => u.SetProperty(s => s.EndedAt, s => s.StartedAt.AddSeconds(250))));

        await CollectAsync(call);

        await HasRunAsync(call);
        var recording = (await world.RecordingOfAsync(call))!;
        var words = "A part of the call (4:10) is missing: LiveKit's recorder reported: Source closed";
        Assert.Equal((RecordingStatus.Complete, words, 1), (recording.Status, recording.Missing, recording.Files.Count(f => f.StartedAt is not null)));
        using var client = world.SignedIn(world.Coach);
        var listed = JsonNode.Parse(await client.GetStringAsync($"/api/recordings?sessionId={call.SessionId}"))!["recordings"]![0]!;
        Assert.Equal(("complete", words), ((string)listed["status"]!, (string)listed["missing"]!));

        await world.Get<IObjectStore>().PutAsync(second.Key, new MemoryStream(new byte[500]));
        await world.Get<RecordingLibrary>().LookAgainAsync(Caller(world.Coach), recording.Id);
        await CallSteps.EventuallyAsync(
            async () => await world.RecordingOfAsync(call) is { Status: RecordingStatus.Complete, Missing: null } whole && whole.Files.Count(f => f.StartedAt is not null) == 2, "both parts are there");
    }

    [Fact]
    public async Task PostCall_OfACallOverTheHub_CompletesByItself()
    {
        var session = await world.ASessionAsync(change: s => s.RecordingRequestedAt = world.Clock.GetUtcNow());
        var yes = new { consents = new { recording = true } };
        await using var coach = await world.EntersAsync(world.Coach, session.Id, yes);
        await using var founder = await world.EntersAsync(world.Founder, session.Id, yes);
        var call = await world.InDbAsync(db => db.Calls.SingleAsync(c => c.SessionId == session.Id));
        var egress = await world.EgressAsync(call, e => e.EgressId is not null);
        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive));

        await world.LeavesAsync(world.Coach, coach.Participation);
        await world.LeavesAsync(world.Founder, founder.Participation);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await Task.Delay(500);
        await world.TellsAsync(await world.FinishesAsync(egress, world.Clock.GetUtcNow().AddSeconds(-5), TimeSpan.FromSeconds(5)));

        await CallSteps.EventuallyAsync(async () => (await world.RecordingOfAsync(call))!.Status == RecordingStatus.Complete, "the recording is complete");
        Assert.Equal(0, await world.InDbAsync(db => db.PostCallSteps.CountAsync(s => s.CallId == call.Id && s.Error != null)));
    }

    [Fact]
    public async Task Levels_SaidByThePages_BecomeTheOutlineOverTheWholeTimeline()
    {
        var session = await world.ASessionAsync(change: s => s.RecordingRequestedAt = world.Clock.GetUtcNow());
        var yes = new { consents = new { recording = true } };
        await using var coach = await world.EntersAsync(world.Coach, session.Id, yes);
        await coach.Hub.InvokeAsync("Levels", world.Clock.GetUtcNow(), Loud(9));
        Assert.Equal(0, await LevelsAsync(coach));
        await using var founder = await world.EntersAsync(world.Founder, session.Id, yes);
        var call = await world.InDbAsync(db => db.Calls.SingleAsync(c => c.SessionId == session.Id));
        var egress = await world.EgressAsync(call, e => e.EgressId is not null);
        await world.TellsAsync(world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive));

        var start = world.Clock.GetUtcNow();
        await coach.Hub.InvokeAsync("Levels", start, Loud(20));
        await coach.Hub.InvokeAsync("Levels", start, Loud(20));
        await founder.Hub.InvokeAsync("Levels", start.AddSeconds(1), Loud(20, 51));
        await Assert.ThrowsAsync<HubRefusedException>(() => founder.Hub.InvokeAsync("Levels", start, Loud(601)));
        await founder.Hub.InvokeAsync("Levels", start.AddHours(-1), Loud(5));
        Assert.Equal(1, await LevelsAsync(coach));
        Assert.Equal(1, await LevelsAsync(founder));

        await world.EndsAsync(call);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await FinishesAsync(egress, start.AddSeconds(-1), 5);
        await CollectAsync(call);

        var outline = JsonNode.Parse(await TextAsync((await world.RecordingOfAsync(call))!, RecordingKeys.Peaks))!.AsArray().Select(n => (double)n!).ToList();
        Assert.Equal(50, outline.Count);
        Assert.All(outline[..9], v => Assert.Equal(0, v));
        Assert.All(outline[11..29], v => Assert.Equal(1, v));
        Assert.All(outline[31..39], v => Assert.Equal(0.2, v));
        Assert.All(outline[41..], v => Assert.Equal(0, v));
    }

    [Fact]
    public async Task Purge_OfADeletedRecording_TakesItsPartsOutOfTheBucket()
    {
        var (_, recording) = await ATwoPartCallAsync();
        await world.InDbAsync(db => db.Recordings.Where(r => r.Id == recording.Id).ExecuteUpdateAsync(u => u.SetProperty(r => r.DeletedAt, world.Clock.GetUtcNow().AddDays(-100))));

        await world.Get<RecordingLibrary>().PurgeAsync();

        foreach (var file in recording.Files)
            Assert.Null(await world.Get<IObjectStore>().HeadAsync(file.Key));
    }

    private static string Loud(int count, byte level = 255) => Convert.ToBase64String([.. Enumerable.Repeat(level, count)]);

    private Task<int> LevelsAsync(InCall who) => world.InDbAsync(db => db.RecordingLevels.CountAsync(l => l.ParticipationId == who.Participation));

    /// <summary>Forty seconds, a pause of twenty, thirty seconds; the recorder needed two seconds to begin.</summary>
    private async Task<(Call Call, Recording Recording)> ATwoPartCallAsync()
    {
        var (call, first) = await world.ARecordedCallAsync();
        await world.GateAsync(call, (db, gate) => gate.PauseAsync(db, call.SessionId, world.Coach.Id));
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        await world.GateAsync(call, (db, gate) => gate.ResumeAsync(db, call.SessionId, world.Coach.Id));
        var second = await world.EgressAsync(call, e => e.Id != first.Id && e.EgressId is not null);
        await world.TellsAsync(world.LiveKit.Advance(second.EgressId!, EgressStatus.EgressActive));
        await world.EndsAsync(call);
        await world.EgressAsync(call, e => e.StoppedAt is not null);
        var start = first.WantedAt.AddSeconds(2);
        await FinishesAsync(first, start, 40);
        await FinishesAsync(second, start.AddSeconds(60), 30);
        await CollectAsync(call);
        return (call, (await world.RecordingOfAsync(call))!);
    }

    private async Task FinishesAsync(RecordingEgress egress, DateTimeOffset start, int seconds)
    {
        await world.Get<IObjectStore>().PutAsync(egress.Key, new MemoryStream([.. Enumerable.Repeat((byte)1, seconds * 1000)]));
        await world.TellsAsync(world.LiveKit.Complete(egress.EgressId!, start, TimeSpan.FromSeconds(seconds), seconds * 1000));
    }

    private static Caller Caller(Person person) => new(person.Id, person.Role, person.Name);

    /// <summary>The step of the work after the call is done, as far as its row says.</summary>
    private Task HasRunAsync(Call call) => world.InDbAsync(async db =>
    {
        db.Add(new PostCallStep { CallId = call.Id, SessionId = call.SessionId, Name = AssembleRecording.StepName, Position = 0, Status = StepStatus.Done, Attempts = 1, FinishedAt = world.Clock.GetUtcNow() });
        await db.SaveChangesAsync();
    });

    private Task CollectAsync(Call call) => world.Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);

    private async Task<string> TextAsync(Recording recording, string name)
    {
        await using var stream = (await world.Get<IObjectStore>().OpenAsync(recording.Files.Single(f => f.Name == name).Key))!;
        return await new StreamReader(stream).ReadToEndAsync();
    }
}
