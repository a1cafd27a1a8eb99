using System.Runtime.CompilerServices;
using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings;

/// <summary>
/// Writes the files of a recorded call from the chunks that arrived. It reads and writes streams: its memory does not
/// depend on the length of the call. Run again after a crash, it begins anew; the chunks go last.
/// </summary>
public sealed partial class AssembleRecording(
    IDbContextFactory<PortalDb> databases, IObjectStore store, TimeProvider time, IOptions<RecordingOptions> options, CollectEgress egresses, ILogger<AssembleRecording> log) : IPostCallStep
{
    public const string StepName = "assemble-recording";
    private const int ChunksAtOnce = 500;

    public string Name => StepName;

    public string Title => "Writing the recording";

    public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var recording = await db.Recordings.AsNoTracking().Include(r => r.Segments).SingleOrDefaultAsync(r => r.CallId == callId && r.SessionId == sessionId, cancellation);
        if (recording is null)
            return;
        if (recording.Status is RecordingStatus.Active or RecordingStatus.Paused)
            throw new StepFailedException("The call is still being recorded.");
        if (recording.Recorder == Recorder.Egress)
        {
            await egresses.RunAsync(db, recording, cancellation);
            return;
        }
        // One that failed with its chunks still there was given up, and a person wants it tried again.
        if (recording.Status == RecordingStatus.Failed && await ChunksOf(db, recording).AnyAsync(cancellation) && await BackAsync(db, recording, cancellation))
            recording.Status = RecordingStatus.Processing;
        if (recording.Status == RecordingStatus.Processing)
        {
            await WaitForLateChunksAsync(db, recording, cancellation);
            if (await ChunksOf(db, recording).AnyAsync(cancellation))
                await WriteAsync(db, recording, cancellation);
            else
                await EndAsync(db, recording, RecordingStatus.Failed, null, "No sound arrived from either microphone, so there is nothing to hear.", [], cancellation);
        }
        await RemoveChunksAsync(db, recording, cancellation);
    }

    /// <summary>The recording shows that it could not be written; its chunks stay for another try.</summary>
    public async Task GiveUpAsync(Guid sessionId, Guid callId, string words, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Recordings.AsNoTracking().SingleOrDefaultAsync(r => r.CallId == callId && r.SessionId == sessionId && r.Status == RecordingStatus.Processing, cancellation) is { } recording)
            await EndAsync(db, recording, RecordingStatus.Failed, null, $"The files could not be written. {words} The sound is kept: the coach can have it tried again.", [], cancellation);
    }

    private static async Task<bool> BackAsync(PortalDb db, Recording recording, CancellationToken cancellation) =>
        await db.Recordings.Where(r => r.Id == recording.Id && r.Status == RecordingStatus.Failed)
            .ExecuteUpdateAsync(u => u.SetProperty(r => r.Status, RecordingStatus.Processing).SetProperty(r => r.FailureReason, (string?)null), cancellation) > 0;

    private async Task WaitForLateChunksAsync(PortalDb db, Recording recording, CancellationToken cancellation)
    {
        var endedAt = await db.Calls.Where(c => c.Id == recording.CallId).Select(c => c.EndedAt).SingleAsync(cancellation) ?? recording.EndedAt ?? time.GetUtcNow();
        var wait = endedAt + options.Value.LateChunks - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
            await Task.Delay(wait, time, cancellation);
    }

    private async Task WriteAsync(PortalDb db, Recording recording, CancellationToken cancellation)
    {
        var timeline = new Timeline(recording.Segments, recording.SampleRate);
        var files = new List<RecordingFile>();
        foreach (var role in new[] { Role.Founder, Role.Coach })
        {
            await using var side = new SideWav(PiecesAsync(recording, role, timeline, cancellation), OpenChunkAsync, timeline.Samples, timeline.SampleRate);
            files.Add(await PutAsync(recording, RecordingKeys.NameOf(role), Wav.ContentType, side, cancellation));
        }
        files.Add(await MixAsync(recording, timeline, files, cancellation));
        var people = await db.Sessions.Where(s => s.Id == recording.SessionId)
            .Select(s => new RecordedPerson[]
            {
                new(s.FounderId, s.Founder!.Name, Role.Founder, RecordingKeys.Incoming),
                new(s.CoachId, s.Coach!.Name, Role.Coach, RecordingKeys.Outgoing),
            })
            .SingleAsync(cancellation);
        files.Add(await PutJsonAsync(recording, RecordingKeys.Info, SessionInfo.Of(recording, timeline, people, files.Where(f => f.ContentType == Wav.ContentType)), cancellation));
        await EndAsync(db, recording, RecordingStatus.Complete, timeline.DurationMs, null, files, cancellation);
    }

    private async Task<RecordingFile> MixAsync(Recording recording, Timeline timeline, List<RecordingFile> files, CancellationToken cancellation)
    {
        await using var one = await OpenSideAsync(files[0], cancellation);
        await using var other = await OpenSideAsync(files[1], cancellation);
        await using var mix = new MixedWav(one, other, timeline.Samples, timeline.SampleRate);
        var mixed = await PutAsync(recording, RecordingKeys.Mixed, Wav.ContentType, mix, cancellation);
        files.Add(await PutJsonAsync(recording, RecordingKeys.Peaks, mix.Peaks.Values, cancellation));
        return mixed;
    }

    private async Task<Stream> OpenSideAsync(RecordingFile file, CancellationToken cancellation) =>
        await store.OpenAsync(file.Key, Wav.HeaderBytes, cancellation) ?? throw new IOException($"{file.Name} vanished from the store while the files were written.");

    private async Task<Stream?> OpenChunkAsync(string key, CancellationToken cancellation)
    {
        var chunk = await store.OpenAsync(key, 0, cancellation);
        if (chunk is null)
            LogChunkLost(key);
        return chunk;
    }

    /// <summary>A side's chunks, a page of rows at a time. Each start of the microphone is a later track, so track by track is in order.</summary>
    private async IAsyncEnumerable<Piece> PiecesAsync(Recording recording, Role role, Timeline timeline, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tracks = await db.RecordingTracks.AsNoTracking().Where(t => t.RecordingId == recording.Id && t.Role == role)
            .OrderBy(t => t.StartedAt).ThenBy(t => t.Id).ToListAsync(cancellation);
        foreach (var track in tracks)
        {
            var (position, number) = (-1L, -1);
            List<RecordingChunk> page;
            do
            {
                page = await db.RecordingChunks.AsNoTracking()
                    .Where(c => c.TrackId == track.Id && (c.Position > position || (c.Position == position && c.Number > number)))
                    .OrderBy(c => c.Position).ThenBy(c => c.Number).Take(ChunksAtOnce).ToListAsync(cancellation);
                foreach (var chunk in page)
                {
                    (position, number) = (chunk.Position, chunk.Number);
                    if (timeline.Place(track, chunk) is { } piece)
                        yield return piece;
                }
            }
            while (page.Count == ChunksAtOnce);
        }
    }

    private async Task<RecordingFile> PutJsonAsync<T>(Recording recording, string name, T content, CancellationToken cancellation)
    {
        await using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(content, content is SessionInfo ? SessionInfo.Json : JsonSerializerOptions.Web));
        return await PutAsync(recording, name, "application/json", json, cancellation);
    }

    private async Task<RecordingFile> PutAsync(Recording recording, string name, string contentType, Stream content, CancellationToken cancellation)
    {
        var key = RecordingKeys.File(recording, name);
        return new()
        {
            RecordingId = recording.Id,
            Name = name,
            Key = key,
            ContentType = contentType,
            Size = await store.PutAsync(key, content, cancellation),
            CreatedAt = time.GetUtcNow(),
        };
    }

    internal static async Task EndAsync(
        PortalDb db, Recording recording, RecordingStatus status, long? durationMs, string? failure, List<RecordingFile> files, CancellationToken cancellation, string? missing = null)
    {
        var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellation) : null;
        await using var _ = own;
        var changed = await db.Recordings.Where(r => r.Id == recording.Id && r.Status == RecordingStatus.Processing).ExecuteUpdateAsync(
            u => u.SetProperty(r => r.Status, status).SetProperty(r => r.DurationMs, durationMs).SetProperty(r => r.FailureReason, failure).SetProperty(r => r.Missing, missing), cancellation);
        if (changed == 0)
            return;
        await db.RecordingFiles.Where(f => f.RecordingId == recording.Id).ExecuteDeleteAsync(cancellation);
        db.RecordingFiles.AddRange(files);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, recording.SessionId, SessionChange.Recording, cancellation);
        if (own is not null)
            await own.CommitAsync(cancellation);
    }

    private async Task RemoveChunksAsync(PortalDb db, Recording recording, CancellationToken cancellation)
    {
        await foreach (var chunk in store.ListAsync(RecordingKeys.Chunks(recording), cancellation))
            await store.DeleteAsync(chunk.Key, cancellation);
        await ChunksOf(db, recording).ExecuteDeleteAsync(cancellation);
    }

    private static IQueryable<RecordingChunk> ChunksOf(PortalDb db, Recording recording) =>
        db.RecordingChunks.Where(c => db.RecordingTracks.Any(t => t.Id == c.TrackId && t.RecordingId == recording.Id));

    [LoggerMessage(LogLevel.Error, "A chunk of a recording is gone from the store and becomes silence: {Key}")]
    private partial void LogChunkLost(string key);
}
