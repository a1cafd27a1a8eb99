using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>Which microphones are recorded on their own beside the whole room. All of it inside the caller's transaction.</summary>
internal static class EgressVoiceRows
{
    /// <summary>The span of a call that LiveKit's Egress is taking sound of at this moment; at most one.</summary>
    public static IQueryable<VoiceSpan> VoiceSpans(this PortalDb db) =>
        from segment in db.RecordingSegments
        join recording in db.Recordings on segment.RecordingId equals recording.Id
        join session in db.Sessions on recording.SessionId equals session.Id
        where segment.EndedAt == null && recording.Recorder == Recorder.Egress
            && db.Egresses.Any(e => e.SegmentId == segment.Id && e.Kind == EgressKind.Room && e.Status == EgressState.Active)
        select new VoiceSpan
        {
            SessionId = session.Id, RecordingId = recording.Id, CallId = recording.CallId, SegmentId = segment.Id, StartedAt = segment.StartedAt, RoomName = session.RoomName,
        };

    /// <summary>Whoever agrees both to the recording and to a transcript that is written after the call, and since when.</summary>
    /// <param name="service">Who is to write it; null for the portal itself.</param>
    public static async Task<Dictionary<Guid, DateTimeOffset>> WhoMayBeHeardAloneAsync(this PortalDb db, Guid sessionId, string? service, DateTimeOffset now, CancellationToken cancellation)
    {
        var answers = await db.Consents.AsNoTracking().Where(c => c.SessionId == sessionId && c.Type == ConsentType.Transcript).ToListAsync(cancellation);
        var newest = await Consents.OfSessionAsync(db, sessionId, now, cancellation);
        return answers.GroupBy(a => a.PersonId).Select(a => (Id: a.Key, Spans: ConsentedTime.Of(a, service)))
            .Where(a => a.Spans.Count > 0 && a.Spans[^1].Holds(now) && newest.GetValueOrDefault((a.Id, ConsentType.Recording), ConsentAnswer.Declined) == ConsentAnswer.Granted)
            .ToDictionary(a => a.Id, a => a.Spans[^1].From);
    }

    /// <summary>Asks for the sound of a microphone, if the call is being recorded and its person agrees; once in each span and for each yes.</summary>
    /// <returns>Whether it was not asked for before.</returns>
    public static async Task<bool> WantVoiceAsync(this PortalDb db, Participation whose, string trackId, string? service, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!await RecordingGate.LockRecordingAsync(db, whose.SessionId, cancellation)
            || await db.VoiceSpans().SingleOrDefaultAsync(s => s.SessionId == whose.SessionId && s.CallId == whose.CallId, cancellation) is not { } span
            || !(await db.WhoMayBeHeardAloneAsync(whose.SessionId, service, now, cancellation)).TryGetValue(whose.PersonId, out var agreedAt)
            || await db.Egresses.AnyAsync(e => e.SegmentId == span.SegmentId && e.TrackId == trackId && (e.StopWantedAt == null || e.StopWantedAt >= agreedAt), cancellation))
            return false;
        var id = Ids.New();
        db.Egresses.Add(new()
        {
            Id = id,
            SessionId = span.SessionId,
            RecordingId = span.RecordingId,
            SegmentId = span.SegmentId,
            Kind = EgressKind.Track,
            RoomName = span.RoomName,
            PersonId = whose.PersonId,
            ParticipationId = whose.Id,
            TrackId = trackId,
            Key = RecordingKeys.Voice(span.StartedAt, span.SessionId, span.SegmentId, id, 1),
            Status = EgressState.Wanted,
            LeaseUntil = now,
            WantedAt = now,
            UpdatedAt = now,
        });
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, span.SessionId, SessionChange.Recording, cancellation);
        return true;
    }

    /// <summary>Ends the recording of single voices whose people do not agree to a transcript any more, while the span goes on.</summary>
    public static async Task UnwantVoicesAsync(this PortalDb db, Guid sessionId, Guid segmentId, string? service, DateTimeOffset now, CancellationToken cancellation)
    {
        var voices = await OpenAsync(db.Egresses.Where(e => e.SegmentId == segmentId), cancellation);
        if (voices.Count == 0)
            return;
        var agree = await db.WhoMayBeHeardAloneAsync(sessionId, service, now, cancellation);
        await EndAsync(db, sessionId, [.. voices.Where(v => !agree.ContainsKey(v.PersonId!.Value)).Select(v => v.Id)], now, cancellation);
    }

    /// <summary>A microphone is gone.</summary>
    public static async Task UnwantVoiceAsync(this PortalDb db, string room, string trackId, DateTimeOffset now, CancellationToken cancellation)
    {
        var voices = await OpenAsync(db.Egresses.Where(e => e.RoomName == room && e.TrackId == trackId), cancellation);
        if (voices.Count == 0)
            return;
        await RecordingGate.LockRecordingAsync(db, voices[0].SessionId, cancellation);
        await EndAsync(db, voices[0].SessionId, [.. voices.Select(v => v.Id)], now, cancellation);
    }

    private static Task<List<RecordingEgress>> OpenAsync(IQueryable<RecordingEgress> egresses, CancellationToken cancellation) =>
        egresses.AsNoTracking().Where(e => e.Kind == EgressKind.Track && RecordingEgress.Open.Contains(e.Status)).ToListAsync(cancellation);

    private static async Task EndAsync(PortalDb db, Guid sessionId, Guid[] egressIds, DateTimeOffset now, CancellationToken cancellation)
    {
        if (egressIds.Length > 0 && await db.UnwantAsync(egressIds, now, cancellation) > 0)
            await SessionFeed.PublishAsync(db, sessionId, SessionChange.Recording, cancellation);
    }
}

internal sealed record VoiceSpan
{
    public required Guid SessionId { get; init; }

    public required Guid RecordingId { get; init; }

    public required Guid CallId { get; init; }

    public required Guid SegmentId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>LiveKit's.</summary>
    public required string RoomName { get; init; }
}
