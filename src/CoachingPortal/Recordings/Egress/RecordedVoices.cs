using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>The microphones that LiveKit's Egress recorded on their own, each as a file that begins when its own sound did.</summary>
internal sealed class RecordedVoices(IDbContextFactory<PortalDb> databases, IObjectStore store, EgressTimes times, TimeProvider time) : ISpokenTracks
{
    /// <summary>Some stores show an object a moment after it was written.</summary>
    private static readonly TimeSpan ShownWithin = TimeSpan.FromSeconds(20);

    public async Task<IReadOnlyList<SpokenTrack>> OfCallAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var tracks = new List<SpokenTrack>();
        foreach (var voice in await VoicesAsync(db, sessionId, callId, cancellation))
        {
            var egress = voice.Egress;
            var since = time.GetUtcNow() - (egress.IsFinal ? egress.UpdatedAt : egress.StopWantedAt ?? egress.UpdatedAt);
            if (!egress.IsFinal && since < times.VoiceWithin)
                throw new StepWaitsException("LiveKit is still writing the voices of the call.", TimeSpan.FromSeconds(3));
            if (await IsThereAsync(egress, cancellation))
                tracks.Add(TrackOf(voice));
            else if (egress.Status == EgressState.Complete && since < ShownWithin)
                throw new StepWaitsException("A voice of the call is on its way into the store.", times.Pause);
        }
        return tracks;
    }

    public async Task<IReadOnlyCollection<Guid>> MissingAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var voices = await VoicesAsync(db, sessionId, callId, cancellation);
        if (voices.Count == 0)
            return [];
        var (heard, missing) = (new HashSet<Guid>(), new HashSet<Guid>());
        foreach (var egress in voices.Select(v => v.Egress))
        {
            if (await IsThereAsync(egress, cancellation))
                heard.Add(egress.PersonId!.Value);
            else if (egress.Attempts > 0)
                missing.Add(egress.PersonId!.Value);
        }
        missing.UnionWith((await db.Participations.Where(p => p.CallId == callId && p.JoinedAt != null).Select(p => p.PersonId).ToListAsync(cancellation)).Where(p => !heard.Contains(p)));
        return missing;
    }

    private static async Task<List<Voice>> VoicesAsync(PortalDb db, Guid sessionId, Guid callId, CancellationToken cancellation) =>
        await (from egress in db.Egresses.AsNoTracking()
               join segment in db.RecordingSegments.AsNoTracking() on egress.SegmentId equals segment.Id
               join participation in db.Participations on egress.ParticipationId equals participation.Id
               where egress.Kind == EgressKind.Track
                   && db.Recordings.Any(r => r.Id == egress.RecordingId && r.CallId == callId && r.SessionId == sessionId && r.Status == RecordingStatus.Complete && r.DeletedAt == null)
               orderby egress.WantedAt
               select new Voice(egress, segment, participation.Role)).ToListAsync(cancellation);

    private async Task<bool> IsThereAsync(RecordingEgress egress, CancellationToken cancellation) =>
        egress.Status == EgressState.Complete && await store.HeadAsync(egress.Key, cancellation) is { Size: > 0 };

    private static SpokenTrack TrackOf(Voice voice)
    {
        var egress = voice.Egress;
        var start = egress.FileStartedAt ?? egress.AskedAt ?? egress.WantedAt;
        var end = egress.DurationMs is { } ms ? start.AddMilliseconds(ms) : egress.EndedAt ?? start;
        return new(egress.PersonId!.Value, voice.Role, egress.Key, SoundFormat.OggOpus, start, Stretch.Common([new(start, end)], [new(voice.Segment.StartedAt, voice.Segment.EndedAt ?? end)]));
    }

    private sealed record Voice(RecordingEgress Egress, RecordingSegment Segment, Role Role);
}
