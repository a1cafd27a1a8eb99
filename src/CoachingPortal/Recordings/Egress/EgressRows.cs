using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>What the recording gate does to the rows of egresses. All of it inside the caller's transaction.</summary>
internal static class EgressRows
{
    public const string NeverBegan = "It was stopped before it had begun.";

    /// <summary>Asks for the sound of a span; the worker sees to it.</summary>
    public static async Task WantAsync(this PortalDb db, Recording recording, RecordingSegment segment, DateTimeOffset now, CancellationToken cancellation)
    {
        var room = await db.Sessions.Where(s => s.Id == recording.SessionId).Select(s => s.RoomName).SingleAsync(cancellation);
        db.Egresses.Add(new()
        {
            SessionId = recording.SessionId,
            RecordingId = recording.Id,
            SegmentId = segment.Id,
            Kind = EgressKind.Room,
            RoomName = room,
            Key = RecordingKeys.Egress(segment.StartedAt, recording.SessionId, segment.Id, 1),
            Status = EgressState.Wanted,
            LeaseUntil = now,
            WantedAt = now,
            UpdatedAt = now,
        });
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>
    /// The span is over. What LiveKit was never asked for has failed; the rest is to end. One whose start is on its way
    /// right now stays with whoever started it, who finds this when the answer is there.
    /// </summary>
    public static Task UnwantAsync(this PortalDb db, Guid segmentId, DateTimeOffset now, CancellationToken cancellation) =>
        db.UnwantAsync(segmentId, [], now, cancellation);

    /// <summary>The same with single egresses of a span that goes on.</summary>
    /// <returns>How many were not to end before.</returns>
    public static Task<int> UnwantAsync(this PortalDb db, Guid[] egressIds, DateTimeOffset now, CancellationToken cancellation) =>
        db.UnwantAsync(Guid.Empty, egressIds, now, cancellation);

    /// <summary>The newest egress of the whole room in each span.</summary>
    public static async Task<Dictionary<Guid, RecordingEgress>> RoomEgressesAsync(this PortalDb db, Guid recordingId, CancellationToken cancellation) =>
        (await db.Egresses.AsNoTracking().Where(e => e.RecordingId == recordingId && e.Kind == EgressKind.Room).OrderBy(e => e.WantedAt).ThenBy(e => e.Id).ToListAsync(cancellation))
            .GroupBy(e => e.SegmentId).ToDictionary(g => g.Key, g => g.Last());

    private static Task<int> UnwantAsync(this PortalDb db, Guid segmentId, Guid[] egressIds, DateTimeOffset now, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync(
            $"""
            update egresses set
                status = case when status = 'wanted' then 'failed' else 'ending' end,
                failure = case when status = 'wanted' then {NeverBegan} else failure end,
                ended_at = case when status = 'wanted' then {now} else ended_at end,
                lease_until = case when status = 'starting' and egress_id is null then lease_until else {now} end,
                stop_wanted_at = {now},
                updated_at = {now}
            where (segment_id = {segmentId} or id = any({egressIds})) and status in ('wanted', 'starting', 'active')
            """,
            cancellation);
}
