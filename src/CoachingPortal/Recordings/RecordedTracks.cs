using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings;

/// <summary>The two sides of a call that the portal recorded: each is one person's own track over the recording's whole timeline.</summary>
internal sealed class RecordedTracks(IDbContextFactory<PortalDb> databases) : ISpokenTracks
{
    public async Task<IReadOnlyList<SpokenTrack>> OfCallAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var recording = await db.Recordings.AsNoTracking().AsSplitQuery().Include(r => r.Segments).Include(r => r.Files)
            .SingleOrDefaultAsync(r => r.CallId == callId && r.SessionId == sessionId && r.Recorder == Recorder.Portal && r.DeletedAt == null, cancellation);
        if (recording is not { Status: RecordingStatus.Complete or RecordingStatus.Failed })
            return [];
        var voices = await db.RecordingTracks.Where(t => t.RecordingId == recording.Id).Select(t => new { t.PersonId, t.Role }).Distinct().ToListAsync(cancellation);
        if (recording.Status == RecordingStatus.Failed)
            // What arrived is still there when writing it failed: a person can have that tried again.
            return await db.RecordingChunks.AnyAsync(c => db.RecordingTracks.Any(t => t.Id == c.TrackId && t.RecordingId == recording.Id), cancellation)
                ? throw new StepFailedException("The recording could not be written, so nobody's words could be taken from it. Have that tried again first.") : [];
        var timeline = Timeline.Of(recording);
        var spans = recording.Segments.OrderBy(s => s.Number).Select(s => new Stretch(s.StartedAt, s.EndedAt!.Value)).Where(s => s.Length > TimeSpan.Zero).ToList();
        return
        [
            // Two people on one side cannot be told apart.
            .. from side in voices.GroupBy(v => v.Role)
               where side.Count() == 1
               join file in recording.Files on RecordingKeys.NameOf(side.Key) equals file.Name
               orderby side.Key
               select new SpokenTrack(side.Single().PersonId, side.Key, file.Key, SoundFormat.Wav, timeline.StartedAt, spans),
        ];
    }
}
