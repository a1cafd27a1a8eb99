using System.Net.Http.Json;
using System.Text.Json;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings;

public sealed class AssembleRecordingTests(RecordingWorld world) : IClassFixture<RecordingWorld>
{
    [Fact]
    public async Task TwoTones_WithAPauseBetween_LieInTheRightFilesAtTheRightTimes()
    {
        // 440 Hz from the founder all the time, 1000 Hz from the coach from second 2 on; 4 s, a pause of 3 s, 4 s.
        var (call, recording, founder, coach) = await world.ARunningRecordingAsync();
        var gate = world.Get<RecordingGate>();
        var (founders, coachs) = (world.SignedIn(world.Founder), world.SignedIn(world.Coach));
        world.Clock.Advance(TimeSpan.FromSeconds(4));
        await world.InTransactionAsync(db => gate.PauseAsync(db, call.SessionId, world.Coach.Id));
        world.Clock.Advance(TimeSpan.FromSeconds(3));
        await world.InTransactionAsync(db => gate.ResumeAsync(db, call.SessionId, world.Coach.Id));
        world.Clock.Advance(TimeSpan.FromSeconds(4));
        await world.EndsAsync(call);
        var spans = (await world.RecordingOfAsync(call))!.Segments;
        foreach (var span in spans)
        {
            var f = await founders.BeginsTrackAsync(recording.Id, founder, span.StartedAt);
            await founders.SendsAllAsync(f.TrackId, Sound.Tone(440, 4));
            var c = await coachs.BeginsTrackAsync(recording.Id, coach, span.StartedAt.AddSeconds(2));
            await coachs.SendsAllAsync(c.TrackId, Sound.Tone(1000, 2));
        }

        await world.Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);

        var after = (await world.RecordingOfAsync(call))!;
        Assert.Equal(RecordingStatus.Complete, after.Status);
        Assert.Equal(["incoming.wav", "mixed.wav", "outgoing.wav", "peaks.json", "session_info.json"], after.Files.Select(x => x.Name).Order(StringComparer.Ordinal));
        var incoming = await founders.SamplesAsync(recording.Id, "incoming.wav");
        var outgoing = await founders.SamplesAsync(recording.Id, "outgoing.wav");
        var mixed = await founders.SamplesAsync(recording.Id, "mixed.wav");
        var length = (spans[1].EndedAt!.Value - spans[0].StartedAt).TotalSeconds;
        Assert.All(new[] { incoming, outgoing, mixed }, s => Assert.InRange(s.Seconds(), length - 0.2, length + 0.2));
        Assert.InRange(mixed.Seconds(), after.DurationMs!.Value / 1000.0 - 0.01, after.DurationMs!.Value / 1000.0 + 0.01);
        var second = (spans[1].StartedAt - spans[0].StartedAt).TotalSeconds;

        foreach (var start in new[] { 0, second })
        {
            Assert.Equal(0.8, Sound.Level(incoming, 440, start + 0.5, start + 3.5), 2);
            Assert.Equal(0, Sound.Level(incoming, 1000, start + 0.5, start + 3.5), 2);
            Assert.Equal(0, Sound.Level(outgoing, 1000, start + 0.5, start + 1.5), 2);
            Assert.Equal(0.8, Sound.Level(outgoing, 1000, start + 2.2, start + 3.5), 2);
            Assert.Equal(0, Sound.Level(outgoing, 440, start + 2.2, start + 3.5), 2);
            Assert.Equal(0.4, Sound.Level(mixed, 440, start + 0.5, start + 1.5), 2);
            Assert.Equal(0.4, Sound.Level(mixed, 440, start + 2.2, start + 3.5), 2);
            Assert.Equal(0.4, Sound.Level(mixed, 1000, start + 2.2, start + 3.5), 2);
        }
        Assert.All(mixed[(int)(4.2 * Sound.Rate)..(int)(6.8 * Sound.Rate)], s => Assert.Equal(0, s));
        Assert.DoesNotContain(mixed, s => s is short.MaxValue or short.MinValue);

        var info = (await founders.GetFromJsonAsync<SessionInfo>($"/api/recordings/{recording.Id}/files/session_info.json", SessionInfo.Json))!;
        Assert.Equal((call.SessionId, call.Id, recording.Id, 16000, after.DurationMs.Value), (info.SessionId, info.CallId, info.RecordingId, info.SampleRate, info.DurationMs));
        Assert.Equal(2, info.Spans.Count);
        var gap = Assert.Single(info.NotRecorded);
        Assert.Equal(SegmentEnd.Paused, gap.Because);
        Assert.InRange(gap.EndMs - gap.StartMs, 3000, 4000);
        Assert.Equal(["Fiona Founder", "Carla Coach"], info.People.Select(p => p.Name));
        Assert.Equal(mixed.Length * 2 + 44, info.Files.Single(x => x.Name == "mixed.wav").Size);
        Assert.InRange((await founders.GetFromJsonAsync<double[]>($"/api/recordings/{recording.Id}/files/peaks.json"))!.Max(), 0.7, 0.8);
    }

    [Fact]
    public async Task Chunks_GoOnceTheFilesStand_AndASecondRunChangesNothing()
    {
        var (call, recording, client) = await AFinishedCallAsync();
        var step = world.Get<AssembleRecording>();
        await step.RunAsync(call.SessionId, call.Id, CancellationToken.None);
        var once = await client.GetByteArrayAsync($"/api/recordings/{recording.Id}/files/mixed.wav");

        await step.RunAsync(call.SessionId, call.Id, CancellationToken.None);

        Assert.Equal(once, await client.GetByteArrayAsync($"/api/recordings/{recording.Id}/files/mixed.wav"));
        Assert.Equal(5, (await ObjectsAsync(recording)).Count);
        Assert.False(await world.InDbAsync(db => db.RecordingChunks.AnyAsync(c => db.RecordingTracks.Any(t => t.Id == c.TrackId && t.RecordingId == recording.Id))));
    }

    [Fact]
    public async Task ACrashAfterTheFilesWereHalfWritten_IsMadeGoodByTheNextRun()
    {
        var (call, recording, client) = await AFinishedCallAsync();
        await world.Get<IObjectStore>().PutAsync(RecordingKeys.File(recording, "incoming.wav"), new MemoryStream([1, 2, 3]));

        await world.Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);

        // As long as the call was, on however slow a machine.
        Assert.InRange((await client.SamplesAsync(recording.Id, "incoming.wav")).Seconds(), 3, 600);
    }

    [Fact]
    public async Task SoundTakenBeforeASpanWasClosed_IsCutAtItsEnd()
    {
        var (call, recording, founder, _) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(2));
        var client = world.SignedIn(world.Founder);
        var track = await client.BeginsTrackAsync(recording.Id, founder, recording.StartedAt);
        await client.SendsAllAsync(track.TrackId, Sound.Tone(440, 3));
        await world.SaysAsync(call, world.Coach, false);
        var end = ((await world.RecordingOfAsync(call))!.Segments.Single().EndedAt!.Value - recording.StartedAt).TotalSeconds;
        await world.EndsAsync(call);

        await world.Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);

        Assert.InRange((await client.SamplesAsync(recording.Id, "incoming.wav")).Seconds(), end - 0.001, end + 0.001);
    }

    [Fact]
    public async Task NoSoundAtAll_FailsInWords()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        await world.EndsAsync(call);

        await world.Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);

        var recording = (await world.RecordingOfAsync(call))!;
        Assert.Equal(RecordingStatus.Failed, recording.Status);
        Assert.StartsWith("No sound arrived", recording.FailureReason, StringComparison.Ordinal);
        Assert.Empty(recording.Files);
    }

    [Fact]
    public async Task NoRecording_OrOneThatRuns_IsLeftAlone()
    {
        var step = world.Get<AssembleRecording>();
        var call = await world.ACallAsync();
        await step.RunAsync(call.SessionId, call.Id, CancellationToken.None);

        var (running, _, _, _) = await world.ARunningRecordingAsync();
        await Assert.ThrowsAsync<StepFailedException>(() => step.RunAsync(running.SessionId, running.Id, CancellationToken.None));
    }

    private async Task<(Call Call, Recording Recording, HttpClient Client)> AFinishedCallAsync()
    {
        var (call, recording, founder, _) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(3));
        var client = world.SignedIn(world.Founder);
        var track = await client.BeginsTrackAsync(recording.Id, founder, recording.StartedAt);
        await client.SendsAllAsync(track.TrackId, Sound.Tone(440, 3));
        await world.EndsAsync(call);
        return (call, (await world.RecordingOfAsync(call))!, client);
    }

    private async Task<List<string>> ObjectsAsync(Recording recording)
    {
        var keys = new List<string>();
        await foreach (var found in world.Get<IObjectStore>().ListAsync(RecordingKeys.Folder(recording)))
            keys.Add(found.Key);
        return keys;
    }
}
