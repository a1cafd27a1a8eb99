using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings;

public sealed class RecorderTests(RecordingWorld world) : IClassFixture<RecordingWorld>
{
    private static readonly byte[] Second = Sound.Tone(440, 1);

    [Fact]
    public async Task Chunk_InsideTheSpan_IsTakenOnce()
    {
        var (client, track, _, _) = await ATrackAsync(seconds: 5);

        Assert.Equal(HttpStatusCode.NoContent, (await client.SendsAsync(track, 0, 0, Second)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendsAsync(track, 0, 0, Second)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendsAsync(track, 0, 32000, Second[..100])).StatusCode);

        var chunk = Assert.Single(await ChunksAsync(track));
        Assert.Equal((0L, 16000), (chunk.Position, chunk.Samples));
        await using var stream = await world.Get<IObjectStore>().OpenAsync(chunk.Key);
        var kept = new MemoryStream();
        await stream!.CopyToAsync(kept);
        Assert.Equal(Second, kept.ToArray());
        Assert.Equal(16000, (await world.InDbAsync(db => db.RecordingTracks.SingleAsync(t => t.Id == track))).Samples);
    }

    [Fact]
    public async Task Chunk_ManyTimesAtOnce_IsOneChunk()
    {
        var (client, track, _, _) = await ATrackAsync(seconds: 5);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => client.SendsAsync(track, 3, 16000, Second)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.NoContent, a.StatusCode));
        Assert.Single(await ChunksAsync(track));
        Assert.Equal(16000, (await world.InDbAsync(db => db.RecordingTracks.SingleAsync(t => t.Id == track))).Samples);
    }

    [Fact]
    public async Task Chunk_PastTheEndOfItsSpan_IsTrimmedOrRefused()
    {
        var (client, track, call, started) = await ATrackAsync(seconds: 3);
        await world.SaysAsync(call, world.Coach, false);
        var end = (await world.RecordingOfAsync(call))!.Segments.Single().EndedAt!.Value;
        var inside = (long)((end - started).TotalSeconds * Sound.Rate);
        world.Clock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal(HttpStatusCode.NoContent, (await client.SendsAsync(track, 0, inside - 5000, Second)).StatusCode);
        var refused = await client.SendsAsync(track, 1, inside + 1, Second);

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.EndsWith("/not-recording", (await refused.Content.ReadFromJsonAsync<ProblemDetails>())!.Type, StringComparison.Ordinal);
        var chunk = Assert.Single(await ChunksAsync(track));
        Assert.InRange(chunk.Samples, 4999, 5000);
        Assert.Equal(chunk.Samples * 2, (await world.Get<IObjectStore>().HeadAsync(chunk.Key))!.Size);
    }

    [Fact]
    public async Task Chunk_FromTheFutureOrTooMuch_IsRefusedUntilTimeHasPassed()
    {
        var watch = Stopwatch.StartNew();
        var (client, track, _, _) = await ATrackAsync(seconds: 2);

        var future = await client.SendsAsync(track, 0, 1000 * Sound.Rate, Second);
        Assert.Equal(HttpStatusCode.TooManyRequests, future.StatusCode);
        Assert.NotNull(future.Headers.RetryAfter);
        var taken = 0;
        for (var n = 0; n < 12; n++)
            if ((await client.SendsAsync(track, n, 0, Second)).StatusCode == HttpStatusCode.NoContent)
                taken++;
        Assert.InRange(taken, 4, 5 + (int)watch.Elapsed.TotalSeconds); // 2 s passed, 2 s of slack, and what the test itself takes
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.SendsAsync(track, 100_000, 0, Second[..2])).StatusCode);

        world.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendsAsync(track, 50, 10 * Sound.Rate, Second)).StatusCode);
    }

    [Fact]
    public async Task Chunks_OnManyTracks_AreNoMoreThanTimeHasPassed()
    {
        var watch = Stopwatch.StartNew();
        var (_, recording, founder, _) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(3));
        var client = world.SignedIn(world.Founder);
        List<Guid> tracks = [];
        for (var n = 0; n < 10; n++)
            tracks.Add((await client.BeginsTrackAsync(recording.Id, founder, recording.StartedAt)).TrackId);

        var answers = await Task.WhenAll(tracks.SelectMany(t => new[] { 0, 1, 2 }.Select(n => client.SendsAsync(t, n, n * Sound.Rate, Second))));

        var taken = answers.Count(a => a.StatusCode == HttpStatusCode.NoContent);
        Assert.InRange(taken, 3, 6 + (int)watch.Elapsed.TotalSeconds); // 3 s passed, 2 s of slack, and what the test itself takes
        Assert.All(answers.Where(a => a.StatusCode != HttpStatusCode.NoContent), a => Assert.Equal(HttpStatusCode.TooManyRequests, a.StatusCode));
        var kept = 0;
        foreach (var track in tracks)
            kept += (await ChunksAsync(track)).Count;
        Assert.Equal(taken, kept);
        var objects = 0;
        foreach (var track in tracks)
            await foreach (var _ in world.Get<IObjectStore>().ListAsync($"{RecordingKeys.Chunks(recording)}{track}"))
                objects++;
        Assert.Equal(taken, objects);
    }

    [Theory]
    [InlineData(0, 0, 0, HttpStatusCode.BadRequest)]
    [InlineData(3, 0, 0, HttpStatusCode.BadRequest)]
    [InlineData(2, -1, 0, HttpStatusCode.BadRequest)]
    [InlineData(2, 0, -1, HttpStatusCode.BadRequest)]
    [InlineData(2, 0, long.MaxValue, HttpStatusCode.BadRequest)]
    [InlineData(160_002, 0, 0, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Chunk_Malformed_IsRefused(int bytes, int number, long position, HttpStatusCode expected)
    {
        var (client, track, _, _) = await ATrackAsync(seconds: 60);

        Assert.Equal(expected, (await client.SendsAsync(track, number, position, new byte[bytes])).StatusCode);
        Assert.Empty(await ChunksAsync(track));
    }

    [Fact]
    public async Task Chunk_TooLargeWithoutSayingSo_IsRefused()
    {
        var (client, track, _, _) = await ATrackAsync(seconds: 60);
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/recordings/tracks/{track}/chunks/0?position=0") { Content = new StreamContent(new Unseekable(new byte[200_000])) };

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await client.SendAsync(request)).StatusCode);
    }

    [Fact]
    public async Task TrackAndChunk_OfAnother_AreNotFound()
    {
        var (call, recording, founder, coach) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        var mine = await world.SignedIn(world.Founder).BeginsTrackAsync(recording.Id, founder, recording.StartedAt);

        foreach (var person in new[] { world.Coach, world.OtherCoach, world.OtherFounder, world.Admin })
            Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(person).SendsAsync(mine.TrackId, 0, 0, Second)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.SignedIn(null).SendsAsync(mine.TrackId, 0, 0, Second)).StatusCode);
        foreach (var (person, participation) in new[] { (world.Coach, founder), (world.Founder, coach), (world.OtherFounder, founder), (world.Admin, coach), (world.Founder, Guid.NewGuid()) })
            Assert.Equal(HttpStatusCode.NotFound, (await BeginAsync(person, recording.Id, participation, recording.StartedAt)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await BeginAsync(world.Founder, Guid.NewGuid(), founder, recording.StartedAt)).StatusCode);
        var (_, another, _, _) = await world.ARunningRecordingAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await BeginAsync(world.Founder, another.Id, founder, recording.StartedAt)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(world.Founder).SendsAsync(Guid.NewGuid(), 0, 0, Second)).StatusCode);
        Assert.Empty(await ChunksAsync(mine.TrackId));
        await world.EndsAsync(call);
    }

    [Fact]
    public async Task Track_BeganOutsideASpan_IsMovedIntoTheNextOrRefused()
    {
        var (call, recording, founder, _) = await world.ARunningRecordingAsync();
        var gate = world.Get<RecordingGate>();
        var client = world.SignedIn(world.Founder);
        world.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(recording.StartedAt, (await client.BeginsTrackAsync(recording.Id, founder, recording.StartedAt.AddHours(-1))).StartedAt);
        Assert.True((await client.BeginsTrackAsync(recording.Id, founder, recording.StartedAt.AddHours(1))).StartedAt <= world.Clock.GetUtcNow());

        await world.InTransactionAsync(db => gate.PauseAsync(db, call.SessionId, world.Founder.Id));
        world.Clock.Advance(TimeSpan.FromSeconds(10));
        var paused = world.Clock.GetUtcNow();
        Assert.Equal(HttpStatusCode.Conflict, (await BeginAsync(world.Founder, recording.Id, founder, paused)).StatusCode);

        await world.InTransactionAsync(db => gate.ResumeAsync(db, call.SessionId, world.Founder.Id));
        var second = (await world.RecordingOfAsync(call))!.Segments[1];
        Assert.Equal(second.StartedAt, (await client.BeginsTrackAsync(recording.Id, founder, paused)).StartedAt);
    }

    [Fact]
    public async Task Chunk_AfterTheCall_IsTakenUntilTheFilesAreWritten()
    {
        var (client, track, call, _) = await ATrackAsync(seconds: 5);
        await world.EndsAsync(call);
        world.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.NoContent, (await client.SendsAsync(track, 0, 0, Second)).StatusCode);
        await world.Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);
        Assert.Equal(HttpStatusCode.Conflict, (await client.SendsAsync(track, 1, 16000, Second)).StatusCode);
    }

    private async Task<(HttpClient Client, Guid Track, Call Call, DateTimeOffset Started)> ATrackAsync(int seconds)
    {
        var (call, recording, founder, _) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(seconds));
        var client = world.SignedIn(world.Founder);
        var track = await client.BeginsTrackAsync(recording.Id, founder, recording.StartedAt);
        Assert.Equal(Sound.Rate, track.SampleRate);
        return (client, track.TrackId, call, track.StartedAt);
    }

    private Task<HttpResponseMessage> BeginAsync(Person person, Guid recordingId, Guid participationId, DateTimeOffset startedAt) =>
        world.SignedIn(person).PostAsJsonAsync($"/api/recordings/{recordingId}/tracks", new { participationId, startedAt });

    private Task<List<RecordingChunk>> ChunksAsync(Guid trackId) => world.InDbAsync(db => db.RecordingChunks.AsNoTracking().Where(c => c.TrackId == trackId).ToListAsync());

    private sealed class Unseekable(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
