using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Privacy;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings.Egress;

/// <summary>When LiveKit's Egress records, and who may not be heard before it has stopped.</summary>
public sealed class EgressGate(LiveKitServer server, IOptions<S3Options> bucket, IOptions<TranscriptionOptions> transcription, TimeProvider time)
{
    /// <summary>Egress needs LiveKit, and a bucket to write to.</summary>
    public bool IsOn => server.IsSet && bucket.Value.IsSet;

    /// <summary>Whether each microphone is recorded on its own too: where it can be written down.</summary>
    public bool TakesVoices => IsOn && transcription.Value.ReadsOpus;

    /// <summary>Who is sent a voice to write it down; null while it stays with the portal.</summary>
    public string? VoicesGoTo => transcription.Value.SentTo;

    /// <summary>Who is to record a call that goes over <paramref name="transport"/>.</summary>
    public Recorder RecorderOf(CallTransport transport) => IsOn && transport == CallTransport.Livekit ? Recorder.Egress : Recorder.Portal;

    /// <summary>
    /// Whether this person must stay silent for now: they have not agreed, and an egress of the session's call may still
    /// take sound of theirs. If so they are noted down, and the worker lets them speak as soon as the last such egress has really
    /// ended. Inside the caller's transaction, after the recording gate has looked.
    /// </summary>
    public async Task<bool> MustWaitAsync(PortalDb db, Guid sessionId, Guid personId, CancellationToken cancellation = default)
    {
        if (await Consents.IsGrantedAsync(db, sessionId, personId, ConsentType.Recording, time.GetUtcNow(), cancellation))
            return false;
        return await db.Database.ExecuteSqlAsync(
            $"""
            update egresses set held_person_ids = case when {personId} = any(held_person_ids) then held_person_ids else array_append(held_person_ids, {personId}) end
            where session_id = {sessionId} and status in ('starting', 'active', 'ending') and (kind = 'room' or person_id = {personId})
            """,
            cancellation) > 0;
    }
}
