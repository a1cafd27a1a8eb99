using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings.Egress;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// What each kind of event means to the portal. The portal's own line says who is present; of a participant LiveKit adds
/// which of its connections belongs to which participation, and until when it saw it.
/// </summary>
public sealed partial class LiveKitEventHandlers(LiveKitRooms rooms, EgressUpdates egresses, EgressVoices voices, TimeProvider time, ILogger<LiveKitEventHandlers> log)
{
    /// <summary>Applies an event in the caller's transaction. Twice is once, and the order does not matter.</summary>
    internal async Task ApplyAsync(PortalDb db, WebhookEvent happened, LiveKitEvent kept, CancellationToken cancellation)
    {
        switch (happened.Event)
        {
            case "participant_joined" when happened is { Participant: not null, Room: not null }:
                await JoinedAsync(db, happened.Room.Name, happened.Participant, cancellation);
                break;
            case "participant_left" or "participant_connection_aborted" when happened is { Participant: not null, Room: not null }:
                await LeftAsync(db, happened.Room.Name, happened.Participant, kept.HappenedAt, cancellation);
                break;
            case "egress_started" or "egress_updated" or "egress_ended" when happened.EgressInfo is not null:
                if (await egresses.ApplyAsync(db, happened.EgressInfo, cancellation) == EgressUpdate.Unknown)
                    LogStranger(happened.EgressInfo.EgressId, happened.EgressInfo.RoomName);
                break;
            case "room_started" or "room_finished" when happened.Room is not null:
                LogRoom(happened.Event, happened.Room.Name, happened.Room.Sid);
                break;
            case "track_published" when happened.Room is not null:
                // What is said so may be over by now: it has LiveKit asked.
                voices.LookSoon(await db.Sessions.Where(s => s.RoomName == happened.Room.Name).Select(s => s.Id).SingleOrDefaultAsync(cancellation));
                break;
            case "track_unpublished" when happened is { Track: not null, Room: not null }:
                await db.UnwantVoiceAsync(happened.Room.Name, happened.Track.Sid, time.GetUtcNow(), cancellation);
                break;
            default:
                LogIgnored(kept.Name, kept.Id);
                break;
        }
    }

    private async Task JoinedAsync(PortalDb db, string room, ParticipantInfo participant, CancellationToken cancellation)
    {
        if (await GuestAsync(db, room, participant, cancellation) is not { } guest)
            return;
        if (await guest.ParticipationAsync(db, cancellation) is not { EndedAt: null } participation)
        {
            // Their ticket is no longer good, though its token may be: nobody stays in the room unseen.
            rooms.RemoveSoon(guest);
            LogUnseen(participant.Identity, room);
            return;
        }
        var joinedAt = JoinedAt(participant);
        // One page may connect several times; what counts is the last, in whatever order they are told.
        await db.Participations.Where(p => p.Id == participation.Id && (p.LivekitJoinedAt == null || p.LivekitJoinedAt < joinedAt)).ExecuteUpdateAsync(
            u => u.SetProperty(p => p.LivekitSid, participant.Sid).SetProperty(p => p.LivekitJoinedAt, joinedAt), cancellation);
        // A ticket says what its holder might publish when it was given.
        rooms.AlignSoon(guest, participation.PersonId);
    }

    private async Task LeftAsync(PortalDb db, string room, ParticipantInfo participant, DateTimeOffset at, CancellationToken cancellation)
    {
        if (await GuestAsync(db, room, participant, cancellation) is not { } guest || await guest.ParticipationAsync(db, cancellation) is not { EndedAt: null } participation)
            return;
        var joinedAt = JoinedAt(participant);
        if (participation.LivekitSid is { } current && current != participant.Sid && participation.LivekitJoinedAt > joinedAt)
        {
            LogOld(participation.Id, participant.Sid);
            return;
        }
        // Silence is counted from then on, unless the portal's own line hears them. Whoever never came in by that line is
        // not seen, and their ticket lapses.
        var seen = at < time.GetUtcNow() ? at : time.GetUtcNow();
        await db.Participations.Where(p => p.Id == participation.Id && p.JoinedAt != null && p.EndedAt == null && p.LastSeenAt < seen)
            .ExecuteUpdateAsync(u => u.SetProperty(p => p.LastSeenAt, seen), cancellation);
        LogLeft(participation.Id, participant.DisconnectReason);
    }

    /// <returns>Null for whom LiveKit brought itself, and in rooms that are not the portal's.</returns>
    private static async Task<RoomGuest?> GuestAsync(PortalDb db, string room, ParticipantInfo participant, CancellationToken cancellation)
    {
        if (participant.Sid.Length is 0 or > 100 || participant.Identity.Length == 0)
            return null;
        var sessionId = await db.Sessions.Where(s => s.RoomName == room).Select(s => (Guid?)s.Id).SingleOrDefaultAsync(cancellation);
        return sessionId is { } id && new RoomGuest(id, room, participant) is { IsOfServer: false } guest ? guest : null;
    }

    private static DateTimeOffset JoinedAt(ParticipantInfo participant)
    {
        var ms = participant.JoinedAtMs > 0 ? participant.JoinedAtMs : participant.JoinedAt * 1000;
        return DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(ms, 0, 253_402_300_799_999));
    }

    [LoggerMessage(LogLevel.Information, "Egress {EgressId} of room {Room} is none of the portal's")]
    private partial void LogStranger(string egressId, string room);

    [LoggerMessage(LogLevel.Information, "LiveKit: {Name} {Room} {Sid}")]
    private partial void LogRoom(string name, string room, string sid);

    [LoggerMessage(LogLevel.Information, "Passed over webhook {Name} {EventId}, which says nothing to the portal")]
    private partial void LogIgnored(string name, string eventId);

    [LoggerMessage(LogLevel.Warning, "Participant {Identity} is in room {Room} without an open participation, and is put out")]
    private partial void LogUnseen(string identity, string room);

    [LoggerMessage(LogLevel.Information, "Participation {ParticipationId}: passed over the end of an older connection {Sid}")]
    private partial void LogOld(Guid participationId, string sid);

    [LoggerMessage(LogLevel.Information, "Participation {ParticipationId} left LiveKit ({Reason})")]
    private partial void LogLeft(Guid participationId, DisconnectReason reason);
}
