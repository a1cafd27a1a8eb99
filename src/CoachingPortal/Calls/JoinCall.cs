using CoachingPortal.Accounts;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Calls;

/// <summary>Decides who may join which call and with what rights: the one place for these rules.</summary>
public sealed partial class JoinCall(
    IDbContextFactory<PortalDb> databases, RecordingGate gate, EgressGate egress, IceServers iceServers, LiveKitTickets livekit, LiveKitRooms rooms, IOptions<RecordingOptions> recordedSound, IOptions<TranscriptionOptions> transcription, TimeProvider time,
    ILogger<JoinCall> log)
{
    /// <summary>Tickets that one person can hold open for one session; the oldest go first.</summary>
    private const int MostTickets = 5;

    /// <returns>A ticket, or why there is none. A refusal changes nothing.</returns>
    public async Task<(JoinTicket? Ticket, CallRefusal? Refusal)> AskAsync(Caller caller, JoinRequest request, CancellationToken cancellation = default)
    {
        var tabId = request.TabId ?? Ids.New().ToString("N");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await db.LockCallsAsync(request.SessionId, cancellation);
        if (session?.DeletedAt is not null || session?.RoleOf(caller.Id) is not { } role
            || await db.People.Where(p => p.Id == caller.Id && p.DeactivatedAt == null).Select(p => p.Name).SingleOrDefaultAsync(cancellation) is not { } name)
            return (null, CallRefusal.NotFound);
        if (session.CancelledAt is not null)
            return (null, CallRefusal.Cancelled);
        if (request.Resumes is { } resumes && await WhyNotBackAsync(db, session.Id, caller.Id, resumes, cancellation) is { } notBack)
            return (null, notBack);

        var asks = request.EnableRecording == true;
        if (asks && !await MayRecordAsync(db, session, caller.Id, cancellation))
        {
            LogRecordingRefused(caller.Id, session.Id);
            return (null, CallRefusal.NoRecording);
        }
        var isChanged = await NoteConsentsAsync(db, session.Id, caller.Id, request.Consents, cancellation);
        var isRequested = session.RecordingRequestedAt is not null;
        if (request.EnableRecording is { } wanted && (wanted || role == Role.Founder))
        {
            if (!await gate.RequestAsync(db, session.Id, caller.Id, wanted, cancellation))
                return (null, CallRefusal.NoRecording);
            isRequested = wanted;
        }
        // Whoever asks for a recording in this very request knows of it; until they consent it waits for them.
        if (!asks && await MustAnswerAsync(db, session.Id, caller.Id, isRequested, cancellation))
            return (null, CallRefusal.ConsentNeeded);
        if (isChanged)
            await gate.EvaluateAsync(db, session.Id, cancellation);

        var call = await db.OpenCallAsync(session.Id, livekit.Transport, time.GetUtcNow(), cancellation);
        if (!livekit.Carries(call.Transport))
            return (null, CallRefusal.NoMediaServer);
        var (participation, surplus) = await AddParticipationAsync(db, call, caller.Id, role, tabId, request.Media, cancellation);
        var canPublish = call.Transport != CallTransport.Livekit || !await egress.MustWaitAsync(db, session.Id, caller.Id, cancellation);
        await transaction.CommitAsync(cancellation);

        // Somebody may be in the room with one.
        foreach (var lapsed in call.Transport == CallTransport.Livekit ? surplus : [])
            rooms.TidySoon(session.RoomName, lapsed, isCallOver: false);
        if (asks)
            LogRecordingRequested(caller.Id, session.Id, participation.Id);
        return (TicketFor(session, call, participation, name, isRequested, canPublish), null);
    }

    private JoinTicket TicketFor(CoachingSession session, Call call, Participation participation, string name, bool isRecordingRequested, bool canPublish)
    {
        Dictionary<string, string> attributes = isRecordingRequested ? new() { ["recording.requested"] = "true" } : [];
        var overLiveKit = call.Transport == CallTransport.Livekit;
        return new(
            call.Transport,
            overLiveKit ? livekit.Url : null,
            overLiveKit ? livekit.TokenFor(session, participation, name, attributes, canPublish) : null,
            // LiveKit tells its own.
            overLiveKit ? [] : iceServers.For(participation.PersonId),
            participation.PersonId.ToString(),
            participation.Id,
            call.Id,
            session.Id,
            name,
            participation.Role,
            canPublish,
            CanPublishData: true,
            attributes,
            recordedSound.Value.SampleRate,
            time.GetUtcNow());
    }

    /// <summary>Asks for the recording, takes that back, pauses or resumes it, for somebody in the session.</summary>
    /// <returns>Why not; null when it is done.</returns>
    public async Task<CallRefusal?> ControlRecordingAsync(Caller caller, Guid sessionId, RecordingAction action, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await db.LockCallsAsync(sessionId, cancellation);
        if (session?.DeletedAt is not null || session?.RoleOf(caller.Id) is not { } role)
            return CallRefusal.NotFound;
        var refused = action is RecordingAction.Request ? !await MayRecordAsync(db, session, caller.Id, cancellation) : action is RecordingAction.Cancel && role != Role.Founder;
        if (refused)
        {
            LogRecordingRefused(caller.Id, session.Id);
            return CallRefusal.NoRecording;
        }
        var done = action switch
        {
            RecordingAction.Request => await gate.RequestAsync(db, sessionId, caller.Id, true, cancellation),
            RecordingAction.Cancel => await gate.RequestAsync(db, sessionId, caller.Id, false, cancellation),
            RecordingAction.Pause => await gate.PauseAsync(db, sessionId, caller.Id, cancellation),
            _ => await gate.ResumeAsync(db, sessionId, caller.Id, cancellation),
        };
        if (!done)
            return CallRefusal.NothingToDo;
        await gate.EvaluateAsync(db, sessionId, cancellation);
        await transaction.CommitAsync(cancellation);
        if (action is RecordingAction.Request)
            LogRecordingRequested(caller.Id, sessionId, null);
        return null;
    }

    /// <summary>A founder of the Studio tier, as the database says at this moment. Nobody else may ask for a recording.</summary>
    public static Task<bool> MayRecordAsync(PortalDb db, CoachingSession session, Guid personId, CancellationToken cancellation) =>
        db.People.AnyAsync(p => p.Id == session.FounderId && p.Id == personId && p.Tier == Tier.Studio, cancellation);

    /// <summary>
    /// A page may come back as itself, but not when the person has moved on to another tab meanwhile: two tabs would
    /// take the call from each other for ever. A page whose place was taken, or that left, does not come back by itself.
    /// </summary>
    private static async Task<CallRefusal?> WhyNotBackAsync(PortalDb db, Guid sessionId, Guid personId, Guid resumes, CancellationToken cancellation)
    {
        var before = await db.Participations.AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == resumes && p.SessionId == sessionId && p.PersonId == personId, cancellation);
        if (before is null)
            return null;
        var isMoved = before.EndReason == EndReason.Replaced
            || await db.Participations.AnyAsync(
                p => p.SessionId == sessionId && p.PersonId == personId && p.JoinedAt != null && p.EndedAt == null && p.TabId != before.TabId, cancellation);
        return isMoved ? CallRefusal.Moved : before.EndReason == EndReason.Left ? CallRefusal.Left : null;
    }

    /// <returns>Whether an answer is another than before.</returns>
    private async Task<bool> NoteConsentsAsync(PortalDb db, Guid sessionId, Guid personId, ConsentAnswers? answers, CancellationToken cancellation)
    {
        var isChanged = false;
        if (answers?.Recording is { } recording)
            isChanged |= await Consents.AnswerAsync(db, sessionId, personId, ConsentWording.Recording, recording, time.GetUtcNow(), cancellation);
        if (answers?.Transcript is { } transcript)
            isChanged |= await Consents.AnswerAsync(db, sessionId, personId, ConsentWording.TranscriptBy(transcription.Value.SentTo), transcript, time.GetUtcNow(), cancellation);
        return isChanged;
    }

    private async Task<bool> MustAnswerAsync(PortalDb db, Guid sessionId, Guid personId, bool isRequested, CancellationToken cancellation)
    {
        var asked = isRequested
            || await db.Recordings.AnyAsync(r => r.SessionId == sessionId && (r.Status == RecordingStatus.Active || r.Status == RecordingStatus.Paused), cancellation);
        return asked && !(await Consents.OfSessionAsync(db, sessionId, time.GetUtcNow(), cancellation)).ContainsKey((personId, ConsentType.Recording));
    }

    /// <returns>The new one, and those that went for it.</returns>
    private async Task<(Participation New, List<Participation> Surplus)> AddParticipationAsync(PortalDb db, Call call, Guid personId, Role role, string tabId, MediaState? media, CancellationToken cancellation)
    {
        var (sessionId, now) = (call.SessionId, time.GetUtcNow());
        var surplus = await db.Participations.AsNoTracking()
            .Where(p => p.SessionId == sessionId && p.PersonId == personId && p.JoinedAt == null && p.EndedAt == null)
            .OrderByDescending(p => p.CreatedAt).Skip(MostTickets - 1).ToListAsync(cancellation);
        if (surplus.ConvertAll(p => p.Id) is { Count: > 0 } ids)
            await db.Participations.Where(p => ids.Contains(p.Id)).ExecuteDeleteAsync(cancellation);

        var participation = new Participation
        {
            CallId = call.Id,
            SessionId = sessionId,
            PersonId = personId,
            Role = role,
            TabId = tabId,
            CreatedAt = now,
            LastSeenAt = now,
            Microphone = media?.Microphone,
            MutedAt = media?.Microphone == false ? now : null,
            Camera = media?.Camera,
            Screen = media?.Screen,
        };
        db.Participations.Add(participation);
        await db.SaveChangesAsync(cancellation);
        return (participation, surplus);
    }

    [LoggerMessage(LogLevel.Information, "Person {PersonId} asked for a recording of session {SessionId} (participation {ParticipationId})")]
    private partial void LogRecordingRequested(Guid personId, Guid sessionId, Guid? participationId);

    [LoggerMessage(LogLevel.Warning, "Refused a recording: person {PersonId} may not ask for one of session {SessionId}")]
    private partial void LogRecordingRefused(Guid personId, Guid sessionId);
}
