using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings;

public sealed class PlaybackTests(RecordingWorld world) : IClassFixture<RecordingWorld>
{
    [Fact]
    public async Task File_WithRanges_GivesWhatWasAskedFor()
    {
        var recording = await AWrittenRecordingAsync();
        var client = world.SignedIn(world.Coach);
        var all = await client.GetAsync(Mixed(recording));
        var bytes = await all.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.OK, all.StatusCode);
        Assert.Equal("audio/wav", all.Content.Headers.ContentType!.MediaType);
        Assert.Equal("bytes", all.Headers.AcceptRanges.Single());
        Assert.Equal("inline; filename=mixed.wav", all.Content.Headers.ContentDisposition!.ToString().Split("; filename*")[0]);
        Assert.True(all.Headers.CacheControl!.Private);

        var middle = await RangeAsync(client, recording, new(1000, 1999));
        Assert.Equal(HttpStatusCode.PartialContent, middle.StatusCode);
        Assert.Equal(bytes[1000..2000], await middle.Content.ReadAsByteArrayAsync());
        Assert.Equal($"bytes 1000-1999/{bytes.Length}", middle.Content.Headers.ContentRange!.ToString());
        Assert.Equal(bytes[^10..], await (await RangeAsync(client, recording, new(null, 10))).Content.ReadAsByteArrayAsync());
        Assert.Equal(bytes[5000..], await (await RangeAsync(client, recording, new(5000, null))).Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await RangeAsync(client, recording, new(bytes.Length, null))).StatusCode);

        using var again = new HttpRequestMessage(HttpMethod.Get, Mixed(recording)) { Headers = { IfNoneMatch = { all.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await client.SendAsync(again)).StatusCode);
        using var head = new HttpRequestMessage(HttpMethod.Head, Mixed(recording));
        Assert.Equal(bytes.Length, (await client.SendAsync(head)).Content.Headers.ContentLength);
        Assert.Equal("attachment", (await client.GetAsync(Mixed(recording) + "?download")).Content.Headers.ContentDisposition!.DispositionType);
    }

    [Fact]
    public async Task File_OfAnotherOrUnknown_IsNotFound()
    {
        var recording = await AWrittenRecordingAsync();

        foreach (var person in new[] { world.OtherCoach, world.OtherFounder, world.Admin })
            Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(person).GetAsync(Mixed(recording))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.SignedIn(null).GetAsync(Mixed(recording))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(world.Coach).GetAsync($"/api/recordings/{recording.Id}/files/other.wav")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(world.Coach).GetAsync($"/api/recordings/{recording.Id}/files/..%2Fmixed.wav")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.SignedIn(world.Founder).GetAsync(Mixed(recording))).StatusCode);
    }

    [Fact]
    public async Task List_HoldsTheCallersRecordingsAlone()
    {
        var recording = await AWrittenRecordingAsync();

        foreach (var person in new[] { world.Coach, world.Founder })
        {
            var list = (await world.SignedIn(person).GetFromJsonAsync<RecordingList>("/api/recordings"))!;
            var listed = Assert.Single(list.Recordings, r => r.Id == recording.Id);
            Assert.Equal(("Pricing and the first hire", "complete", recording.SessionId), (listed.Title, listed.Status, listed.SessionId));
            Assert.Equal([("Fiona Founder", "founder"), ("Carla Coach", "coach")], listed.People.Select(p => (p.Name, p.Role)));
            Assert.InRange(listed.DurationMs!.Value, 3000, 6000);
            var mixed = listed.Files.Single(f => f.Name == "mixed.wav");
            Assert.Equal(mixed.Size, (await world.SignedIn(person).GetByteArrayAsync(mixed.Url)).Length);
        }
        foreach (var person in new[] { world.OtherCoach, world.OtherFounder, world.Admin })
            Assert.DoesNotContain((await world.SignedIn(person).GetFromJsonAsync<RecordingList>("/api/recordings"))!.Recordings, r => r.Id == recording.Id);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.SignedIn(null).GetAsync("/api/recordings")).StatusCode);
        Assert.Single((await world.SignedIn(world.Coach).GetFromJsonAsync<RecordingList>($"/api/recordings?sessionId={recording.SessionId}"))!.Recordings);
    }

    [Fact]
    public async Task Delete_IsTheCoachsAndCanBeUndone()
    {
        var recording = await AWrittenRecordingAsync();
        var (coach, founder) = (world.SignedIn(world.Coach), world.SignedIn(world.Founder));

        Assert.Equal(HttpStatusCode.Forbidden, (await founder.DeleteAsync(Address(recording))).StatusCode);
        foreach (var person in new[] { world.OtherCoach, world.OtherFounder, world.Admin })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(person).DeleteAsync(Address(recording))).StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(person).PostAsync(Address(recording) + "/restore", null)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NoContent, (await coach.DeleteAsync(Address(recording))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await coach.DeleteAsync(Address(recording))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await coach.GetAsync(Mixed(recording))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await founder.GetAsync(Mixed(recording))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await founder.PostAsync(Address(recording) + "/restore", null)).StatusCode);
        Assert.DoesNotContain((await coach.GetFromJsonAsync<RecordingList>("/api/recordings"))!.Recordings, r => r.Id == recording.Id);

        Assert.Equal(HttpStatusCode.NoContent, (await coach.PostAsync(Address(recording) + "/restore", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await founder.GetAsync(Mixed(recording))).StatusCode);
    }

    [Fact]
    public async Task Delete_WhileTheCallIsRecorded_IsRefused()
    {
        var (_, recording, _, _) = await world.ARunningRecordingAsync();

        Assert.Equal(HttpStatusCode.Conflict, (await world.SignedIn(world.Coach).DeleteAsync(Address(recording))).StatusCode);
    }

    [Fact]
    public async Task Purge_AfterTheGrace_RemovesRowsAndObjectsOfTheDeletedAlone()
    {
        var (deleted, kept) = (await AWrittenRecordingAsync(), await AWrittenRecordingAsync());
        var library = world.Get<RecordingLibrary>();
        var coach = world.SignedIn(world.Coach);
        await coach.DeleteAsync(Address(deleted));
        await library.PurgeAsync();
        Assert.NotEmpty(await ObjectsAsync(deleted));

        await world.InDbAsync(db => db.Recordings.Where(r => r.Id == deleted.Id)
            .ExecuteUpdateAsync(u => u.SetProperty(r => r.DeletedAt, world.Clock.GetUtcNow() - Deletion.Grace - TimeSpan.FromMinutes(1))));
        Assert.Equal(HttpStatusCode.NotFound, (await coach.PostAsync(Address(deleted) + "/restore", null)).StatusCode);
        await library.PurgeAsync();

        Assert.Empty(await ObjectsAsync(deleted));
        Assert.False(await world.InDbAsync(db => db.Recordings.AnyAsync(r => r.Id == deleted.Id)));
        Assert.Equal(5, (await ObjectsAsync(kept)).Count);
        Assert.Equal(HttpStatusCode.OK, (await coach.GetAsync(Mixed(kept))).StatusCode);
    }

    [Fact]
    public async Task DeletedSession_HidesItsRecordings()
    {
        var recording = await AWrittenRecordingAsync();
        await world.InDbAsync(db => db.Sessions.Where(s => s.Id == recording.SessionId).ExecuteUpdateAsync(u => u.SetProperty(s => s.DeletedAt, world.Clock.GetUtcNow())));

        Assert.Equal(HttpStatusCode.NotFound, (await world.SignedIn(world.Coach).GetAsync(Mixed(recording))).StatusCode);
    }

    private async Task<Recording> AWrittenRecordingAsync()
    {
        var (call, recording, founder, _) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(3));
        var client = world.SignedIn(world.Founder);
        var track = await client.BeginsTrackAsync(recording.Id, founder, recording.StartedAt);
        await client.SendsAllAsync(track.TrackId, Sound.Tone(440, 3));
        await world.EndsAsync(call);
        await world.Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);
        return recording;
    }

    private static string Address(Recording recording) => $"/api/recordings/{recording.Id}";

    private static string Mixed(Recording recording) => PlaybackEndpoints.UrlOf(recording.Id, "mixed.wav");

    private static async Task<HttpResponseMessage> RangeAsync(HttpClient client, Recording recording, RangeItemHeaderValue range)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Mixed(recording)) { Headers = { Range = new() { Ranges = { range } } } };
        return await client.SendAsync(request);
    }

    private async Task<List<string>> ObjectsAsync(Recording recording)
    {
        var keys = new List<string>();
        await foreach (var found in world.Get<IObjectStore>().ListAsync(RecordingKeys.Folder(recording)))
            keys.Add(found.Key);
        return keys;
    }
}
