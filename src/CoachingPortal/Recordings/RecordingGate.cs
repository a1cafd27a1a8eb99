using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings.Egress;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings;

public enum RecordingPhase
{
    /// <summary>Nobody has asked for a recording.</summary>
    Off,

    /// <summary>Asked for, and something is missing; <see cref="RecordingState.Reason"/> says what.</summary>
    Waiting,

    /// <summary>Everything is there for it, and no sound is taken yet.</summary>
    Starting,
    Active,
    Paused,

    /// <summary>It could not be recorded, or stopped by itself; <see cref="RecordingState.Reason"/> says why, and resuming tries again.</summary>
    Failed,

    /// <summary>It ran, and was stopped for good or by a withdrawal; it may run again when everyone agrees anew.</summary>
    Stopped,
}

/// <summary>What everyone in the call is shown about its recording.</summary>
/// <param name="Reason">In words, such as "Waiting for Carla to agree to recording".</param>
/// <param name="StartedAt">Of the recording's timeline.</param>
/// <param name="RecordedMs">Recorded so far, without pauses; up to <c>ServerTime</c> of the message that carries it.</param>
/// <param name="Recorder">Who takes the sound: <c>portal</c> means that the pages send it.</param>
public sealed record RecordingState(
    RecordingPhase Phase, string? Reason, Guid? RecordingId, Guid? SegmentId, DateTimeOffset? StartedAt, long RecordedMs, Recorder Recorder = Recorder.Portal);

/// <summary>
/// Decides whether a call is recorded, once, on the server: somebody with the right asked, everyone expected is in the
/// call and has consented, and nobody paused. All methods work inside the caller's transaction and publish what changed.
/// Two decisions about one session never cross: each first locks the row of the open call.
/// </summary>
public sealed class RecordingGate(TimeProvider time, IOptions<RecordingOptions> options, EgressGate egress)
{
    /// <summary>Looks again after any change of presence, consent, tier or request; starts or ends a segment accordingly.</summary>
    public async Task EvaluateAsync(PortalDb db, Guid sessionId, CancellationToken cancellation = default)
    {
        if (await LockAsync(db, sessionId, cancellation) && await FactsAsync(db, sessionId, cancellation) is { Call.Id: var callId } facts)
            await EvaluateAsync(db, facts, callId, cancellation);
    }

    public async Task<RecordingState> StateAsync(PortalDb db, CallFacts facts, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        if (facts.Recording is not { } recording)
            return facts.Rule.IsRequested
                ? new(RecordingPhase.Waiting, facts.Rule.WhyNotStart(), null, null, null, 0, RecorderFor(facts))
                : new(RecordingPhase.Off, null, null, null, null, 0);
        var egresses = recording.Recorder == Recorder.Egress ? await db.RoomEgressesAsync(recording.Id, cancellation) : [];
        var recordedMs = (long)recording.Segments.Sum(s => RecordedMs(s, recording.Recorder, egresses.GetValueOrDefault(s.Id), now));
        var (phase, reason) = facts switch
        {
            { Open: { } open } when recording.Recorder == Recorder.Egress && egresses.GetValueOrDefault(open.Id)?.Status != EgressState.Active =>
                (RecordingPhase.Starting, "The recording is starting"),
            { Open: not null } => (RecordingPhase.Active, null),
            { Recording.Status: RecordingStatus.Paused } when facts.Last is { EndedBy: SegmentEnd.Failed } last =>
                (RecordingPhase.Failed, $"Not recorded: {egresses.GetValueOrDefault(last.Id)?.Failure ?? "the recorder stopped."}"),
            { Recording.Status: RecordingStatus.Paused } => (RecordingPhase.Paused, PausedBy(facts)),
            { Rule.IsRequested: false } => (RecordingPhase.Stopped, $"{facts.Rule.Founder.Name} stopped the recording"),
            _ => (RecordingPhase.Stopped, facts.Rule.WhyNotStart()),
        };
        return new(phase, reason, recording.Id, facts.Open?.Id, recording.StartedAt, recordedMs, recording.Recorder);
    }

    /// <summary>A founder asks for a recording, or takes that back, which stops one that is running.</summary>
    /// <returns>False when the founder's tier does not include recording, or the caller is not the founder.</returns>
    public async Task<bool> RequestAsync(PortalDb db, Guid sessionId, Guid personId, bool wanted, CancellationToken cancellation = default)
    {
        await LockAsync(db, sessionId, cancellation);
        var tier = await db.Sessions.Where(s => s.Id == sessionId && s.FounderId == personId).Select(s => (Tier?)s.Founder!.Tier).SingleOrDefaultAsync(cancellation);
        if (tier is null || (wanted && tier != Tier.Studio))
            return false;
        DateTimeOffset? at = wanted ? time.GetUtcNow() : null;
        Guid? by = wanted ? personId : null;
        var changed = await db.Sessions
            .Where(s => s.Id == sessionId && (s.RecordingRequestedAt != null) != wanted)
            .ExecuteUpdateAsync(u => u.SetProperty(s => s.RecordingRequestedAt, at).SetProperty(s => s.RecordingRequestedById, by), cancellation);
        if (changed == 0)
            return true;
        if (db.Sessions.Local.FindEntry(sessionId) is { } held)
            await held.ReloadAsync(cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Recording, cancellation);
        await EvaluateAsync(db, sessionId, cancellation);
        return true;
    }

    /// <returns>False when there is nothing to pause.</returns>
    public async Task<bool> PauseAsync(PortalDb db, Guid sessionId, Guid personId, CancellationToken cancellation = default)
    {
        if (!await LockAsync(db, sessionId, cancellation) || await FactsAsync(db, sessionId, cancellation) is not { Open: { } open, Recording: { } recording } facts || !facts.Includes(personId))
            return false;
        await EndSegmentAsync(db, open, SegmentEnd.Paused, personId, time.GetUtcNow(), cancellation);
        await SetStatusAsync(db, recording.Id, RecordingStatus.Paused, cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Recording, cancellation);
        return true;
    }

    /// <summary>
    /// An egress ended without having been asked to. One that failed is not tried again before somebody asks for it, so
    /// that it does not fail for ever; after one that merely ended, recording goes on in a new span if everyone is there.
    /// </summary>
    internal async Task EgressEndedAsync(PortalDb db, RecordingEgress ended, DateTimeOffset at, CancellationToken cancellation)
    {
        var segment = await db.RecordingSegments.AsNoTracking().SingleOrDefaultAsync(s => s.Id == ended.SegmentId && s.EndedAt == null, cancellation);
        if (segment is null)
            return;
        await EndSegmentAsync(db, segment, SegmentEnd.Failed, null, at, cancellation);
        if (ended.Status == EgressState.Failed)
            await SetStatusAsync(db, ended.RecordingId, RecordingStatus.Paused, cancellation);
        else
            await EvaluateAsync(db, ended.SessionId, cancellation);
    }

    /// <summary>The lock under which a recording's spans and egresses change. False when the call is over or gone.</summary>
    internal static async Task<bool> LockRecordingAsync(PortalDb db, Guid sessionId, CancellationToken cancellation)
    {
        await db.Database.ExecuteSqlAsync($"select id from coaching_sessions where id = {sessionId} for no key update", cancellation);
        return await LockAsync(db, sessionId, cancellation);
    }

    /// <summary>Goes on when everyone still agrees; else it waits for that.</summary>
    /// <returns>False when there is nothing to resume.</returns>
    public async Task<bool> ResumeAsync(PortalDb db, Guid sessionId, Guid personId, CancellationToken cancellation = default)
    {
        if (!await LockAsync(db, sessionId, cancellation)
            || await FactsAsync(db, sessionId, cancellation) is not { Call.Id: var callId, Recording: { Status: RecordingStatus.Paused } recording } facts || !facts.Includes(personId))
            return false;
        await SetStatusAsync(db, recording.Id, RecordingStatus.Active, cancellation);
        recording.Status = RecordingStatus.Active;
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Recording, cancellation);
        await EvaluateAsync(db, facts, callId, cancellation);
        return true;
    }

    /// <summary>The call is over: ends the open segment, and the recording takes no more new sound.</summary>
    public async Task EndCallAsync(PortalDb db, Guid callId, CancellationToken cancellation = default)
    {
        await RequireTransactionAsync(db, cancellation);
        await db.Database.ExecuteSqlAsync($"select id from calls where id = {callId} for update", cancellation);
        var recording = await db.Recordings.AsNoTracking().Include(r => r.Segments).SingleOrDefaultAsync(r => r.CallId == callId, cancellation);
        if (recording is not { Status: RecordingStatus.Active or RecordingStatus.Paused })
            return;
        var endedAt = recording.Segments.Max(s => s.EndedAt) ?? recording.StartedAt;
        if (recording.Segments.SingleOrDefault(s => s.EndedAt is null) is { } open)
            endedAt = await EndSegmentAsync(db, open, SegmentEnd.CallEnded, null, await LastSignAsync(db, recording, cancellation), cancellation);
        await db.Recordings.Where(r => r.Id == recording.Id).ExecuteUpdateAsync(
            u => u.SetProperty(r => r.Status, RecordingStatus.Processing).SetProperty(r => r.EndedAt, endedAt), cancellation);
        await SessionFeed.PublishAsync(db, recording.SessionId, SessionChange.Recording, cancellation);
    }

    /// <summary>
    /// The last moment at which anyone was there: a call ends some time after the last page vanished, and nobody wants
    /// to hear that time.
    /// </summary>
    private async Task<DateTimeOffset> LastSignAsync(PortalDb db, Recording recording, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var people = await db.Participations.Where(p => p.CallId == recording.CallId && p.JoinedAt != null).Select(p => p.EndedAt).ToListAsync(cancellation);
        if (people.Count == 0 || people.Contains(null))
            return now;
        var sound = await db.RecordingTracks.Where(t => t.RecordingId == recording.Id)
            .SelectMany(t => db.RecordingChunks.Where(c => c.TrackId == t.Id)).MaxAsync(c => (DateTimeOffset?)c.ReceivedAt, cancellation);
        var last = people.Max()!.Value;
        if (sound > last)
            last = sound.Value;
        return last < now ? last : now;
    }

    private async Task EvaluateAsync(PortalDb db, CallFacts facts, Guid callId, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (facts.Open is { } open)
        {
            if (facts.Rule.WhoStops() is not { } who)
            {
                await db.UnwantVoicesAsync(facts.SessionId, open.Id, egress.VoicesGoTo, now, cancellation);
                return;
            }
            await EndSegmentAsync(db, open, SegmentEnd.Withdrawn, who.Id, now, cancellation);
        }
        else if (facts.Recording is null or { Status: RecordingStatus.Active } && facts.Rule.WhyNotStart() is null)
            await StartSegmentAsync(db, facts, callId, now, cancellation);
        else
            return;
        await SessionFeed.PublishAsync(db, facts.SessionId, SessionChange.Recording, cancellation);
    }

    private async Task StartSegmentAsync(PortalDb db, CallFacts facts, Guid callId, DateTimeOffset now, CancellationToken cancellation)
    {
        var recording = facts.Recording;
        if (recording is null)
        {
            recording = new Recording
            {
                SessionId = facts.SessionId,
                CallId = callId,
                RequestedById = facts.RequestedById ?? facts.Rule.Founder.Id,
                Status = RecordingStatus.Active,
                Recorder = RecorderFor(facts),
                StartedAt = now,
                SampleRate = options.Value.SampleRate,
            };
            db.Recordings.Add(recording);
        }
        var before = recording.Segments.MaxBy(s => s.Number);
        var segment = new RecordingSegment
        {
            RecordingId = recording.Id,
            Number = (before?.Number ?? 0) + 1,
            StartedAt = before?.EndedAt > now ? before.EndedAt.Value : now,
        };
        db.RecordingSegments.Add(segment);
        await db.SaveChangesAsync(cancellation);
        if (recording.Recorder == Recorder.Egress)
            await db.WantAsync(recording, segment, now, cancellation);
    }

    private async Task<DateTimeOffset> EndSegmentAsync(
        PortalDb db, RecordingSegment segment, SegmentEnd by, Guid? byId, DateTimeOffset at, CancellationToken cancellation)
    {
        var end = at > segment.StartedAt ? at : segment.StartedAt;
        await db.RecordingSegments.Where(s => s.Id == segment.Id).ExecuteUpdateAsync(
            u => u.SetProperty(s => s.EndedAt, end).SetProperty(s => s.EndedBy, by).SetProperty(s => s.EndedById, byId), cancellation);
        await db.UnwantAsync(segment.Id, time.GetUtcNow(), cancellation);
        return end;
    }

    private static async Task SetStatusAsync(PortalDb db, Guid recordingId, RecordingStatus status, CancellationToken cancellation) =>
        await db.Recordings.Where(r => r.Id == recordingId).ExecuteUpdateAsync(u => u.SetProperty(r => r.Status, status), cancellation);

    private static double RecordedMs(RecordingSegment segment, Recorder recorder, RecordingEgress? file, DateTimeOffset now)
    {
        var from = recorder == Recorder.Portal ? segment.StartedAt : file?.FileStartedAt;
        return from is null ? 0 : Math.Max(0, ((segment.EndedAt ?? now) - from.Value).TotalMilliseconds);
    }

    private Recorder RecorderFor(CallFacts facts) => egress.RecorderOf(facts.Call?.Transport ?? CallTransport.Direct);

    private Task<CallFacts?> FactsAsync(PortalDb db, Guid sessionId, CancellationToken cancellation) => CallFacts.ReadAsync(db, sessionId, time.GetUtcNow(), cancellation);

    private static string PausedBy(CallFacts facts)
    {
        var by = facts.Recording!.Segments.MaxBy(s => s.Number)?.EndedById;
        var who = by == facts.Rule.Coach.Id ? facts.Rule.Coach : facts.Rule.Founder;
        return $"Paused by {who.Name}";
    }

    /// <returns>Whether a call is open.</returns>
    private static async Task<bool> LockAsync(PortalDb db, Guid sessionId, CancellationToken cancellation)
    {
        await RequireTransactionAsync(db, cancellation);
        return (await db.Database.SqlQuery<Guid>($"select id from calls where session_id = {sessionId} and ended_at is null for update").ToListAsync(cancellation)).Count > 0;
    }

    private static async Task RequireTransactionAsync(PortalDb db, CancellationToken cancellation)
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("The recording gate works inside the caller's transaction.");
        // What the caller has changed but not written yet counts.
        await db.SaveChangesAsync(cancellation);
    }
}
