using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings;

public enum IntakeOutcome
{
    Taken,
    NotFound,

    /// <summary>Nothing of it lies inside a span that everyone agreed to, or the files are written already.</summary>
    NotRecording,

    /// <summary>More sound than time has passed.</summary>
    TooMuch,
}

/// <summary>
/// Takes the sound that browsers send during a recorded call. A page is never trusted: whose track it is, which span it
/// lies in and how much of it there can be are decided here.
/// </summary>
public sealed class RecorderIntake(IDbContextFactory<PortalDb> databases, IObjectStore store, TimeProvider time)
{
    /// <summary>About five seconds at 16 kHz.</summary>
    public const int MaxChunkBytes = 160_000;

    /// <summary>The longest a track can be, in samples: longer than any file.</summary>
    public const long MaxPosition = Wav.MaxSamples;

    /// <summary>How far sound may seem to come from the future: two clocks are never quite the same.</summary>
    public static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);

    private const int MaxTracks = 2000;
    private const int MaxChunksASecond = 25;

    /// <summary>Begins a capture of the caller's microphone.</summary>
    /// <param name="startedAt">By the server's clock as the page knows it; moved into the span that it lies in or before.</param>
    public async Task<(IntakeOutcome Outcome, RecordingTrack? Track)> BeginAsync(
        Caller caller, Guid recordingId, Guid participationId, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var recording = await OfCaller(db, caller).Include(r => r.Segments).SingleOrDefaultAsync(r => r.Id == recordingId, cancellation);
        var participation = await db.Participations.AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == participationId && p.PersonId == caller.Id && p.JoinedAt != null, cancellation);
        if (recording is null || participation is null || participation.CallId != recording.CallId)
            return (IntakeOutcome.NotFound, null);
        var now = time.GetUtcNow();
        var at = startedAt.ToUniversalTime() < now ? startedAt.ToUniversalTime() : now;
        var segment = recording.Segments.OrderBy(s => s.Number).FirstOrDefault(s => s.EndedAt is null || s.EndedAt > at);
        if (!TakesSound(recording.Status) || recording.Recorder != Recorder.Portal || segment is null)
            return (IntakeOutcome.NotRecording, null);
        if (await db.RecordingTracks.CountAsync(t => t.ParticipationId == participationId, cancellation) >= MaxTracks)
            return (IntakeOutcome.TooMuch, null);
        var track = new RecordingTrack
        {
            RecordingId = recording.Id,
            SegmentId = segment.Id,
            ParticipationId = participation.Id,
            PersonId = caller.Id,
            Role = participation.Role,
            StartedAt = at > segment.StartedAt ? at : segment.StartedAt,
            SampleRate = recording.SampleRate,
        };
        db.Add(track);
        await db.SaveChangesAsync(cancellation);
        return (IntakeOutcome.Taken, track);
    }

    /// <summary>Takes a chunk; the same number of the same track again changes nothing.</summary>
    /// <param name="position">Of its first sample, in samples from the track's start.</param>
    /// <param name="pcm">s16le, whole samples.</param>
    public async Task<IntakeOutcome> TakeAsync(Caller caller, Guid trackId, int number, long position, ArraySegment<byte> pcm, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await (
            from track in db.RecordingTracks.AsNoTracking()
            join segment in db.RecordingSegments on track.SegmentId equals segment.Id
            join recording in OfCaller(db, caller) on track.RecordingId equals recording.Id
            where track.Id == trackId && track.PersonId == caller.Id
            select new { Track = track, segment.EndedAt, Recording = recording, IsThere = db.RecordingChunks.Any(c => c.TrackId == trackId && c.Number == number) })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
            return IntakeOutcome.NotFound;
        if (found.IsThere)
            return IntakeOutcome.Taken;
        if (!TakesSound(found.Recording.Status))
            return IntakeOutcome.NotRecording;
        var now = time.GetUtcNow();
        var samples = Inside(found.Track, found.EndedAt, position, pcm.Count / 2);
        if (samples <= 0)
            return IntakeOutcome.NotRecording;
        var passed = SamplesUntil(found.Track, now + Slack);
        if (position + samples > passed || found.Track.Samples + samples > passed || number > passed * MaxChunksASecond / found.Track.SampleRate)
            return IntakeOutcome.TooMuch;

        var key = RecordingKeys.Chunk(found.Recording, trackId, number);
        await using (var content = new MemoryStream(pcm.Array!, pcm.Offset, samples * 2, writable: false))
            await store.PutAsync(key, content, cancellation);
        // The row makes it count, unless another node was faster or the files have been written in the meantime.
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var joinedAt = (await db.Database.SqlQuery<DateTimeOffset>($"select joined_at as \"Value\" from participations where id = {found.Track.ParticipationId} for update").ToListAsync(cancellation))[0];
        var most = (long)((now + Slack - joinedAt).TotalSeconds * found.Track.SampleRate);
        var taken = await db.Database.ExecuteSqlAsync(
            $"""
            with open as (
                select id from recordings where id = {found.Recording.Id} and status in ('active', 'paused', 'processing')
                    and (select sum(t.samples) from recording_tracks t where t.participation_id = {found.Track.ParticipationId}) + {samples} <= {most}
                for share
            ), taken as (
                insert into recording_chunks (track_id, number, position, samples, key, received_at)
                select {trackId}, {number}, {position}, {samples}, {key}, {now} from open
                on conflict do nothing returning samples
            )
            update recording_tracks t set samples = t.samples + taken.samples from taken where t.id = {trackId}
            """, cancellation);
        await transaction.CommitAsync(cancellation);
        if (taken == 0 && !await db.RecordingChunks.AnyAsync(c => c.TrackId == trackId && c.Number == number, cancellation))
        {
            await store.DeleteAsync(key, cancellation);
            return await db.Recordings.AnyAsync(r => r.Id == found.Recording.Id && (r.Status == RecordingStatus.Complete || r.Status == RecordingStatus.Failed), cancellation)
                ? IntakeOutcome.NotRecording
                : IntakeOutcome.TooMuch;
        }
        Telemetry.RecorderBytes.Add(samples * 2);
        return IntakeOutcome.Taken;
    }

    /// <summary>How many of a chunk's samples lie inside the span; what sticks out over its end is left out.</summary>
    /// <param name="end">Of the span; null while it is open.</param>
    internal static int Inside(RecordingTrack track, DateTimeOffset? end, long position, int samples) =>
        end is null ? samples : (int)Math.Clamp(SamplesUntil(track, end.Value) - position, 0, samples);

    private static long SamplesUntil(RecordingTrack track, DateTimeOffset at) =>
        (long)((Int128)(at - track.StartedAt).Ticks * track.SampleRate / TimeSpan.TicksPerSecond);

    private static bool TakesSound(RecordingStatus status) => status is RecordingStatus.Active or RecordingStatus.Paused or RecordingStatus.Processing;

    private static IQueryable<Recording> OfCaller(PortalDb db, Caller caller) =>
        db.Recordings.AsNoTracking().Where(r => r.DeletedAt == null && db.Sessions.VisibleTo(caller).Any(s => s.Id == r.SessionId));
}
