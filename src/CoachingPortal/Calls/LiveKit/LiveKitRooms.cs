using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Recordings.Egress;
using Google.Protobuf;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// Tidies LiveKit's rooms up behind a call. Nobody waits for it, and it may fail: <see cref="RoomReconcile"/> comes by.
/// </summary>
public sealed partial class LiveKitRooms(LiveKitServer livekit, EgressSilence silence, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<LiveKitRooms> log)
{
    /// <summary>How long a recording may take to stop before the room is left to close by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // A call that begins meanwhile waits that long at most.
    private static readonly TimeSpan DeleteWithin = TimeSpan.FromSeconds(2);

    private static readonly EgressState[] Recording = [EgressState.Wanted, EgressState.Starting, EgressState.Active, EgressState.Ending];

    /// <summary>Puts somebody out, if the connection that is meant is still theirs.</summary>
    public void RemoveSoon(RoomGuest guest) => _ = RunAsync(() => RemoveAsync(guest), guest.Room);

    /// <summary>Lets a person who has just come in publish as they may now, whatever their ticket says.</summary>
    public void AlignSoon(RoomGuest guest, Guid personId) => _ = RunAsync(() => AlignAsync(guest, personId, CancellationToken.None), guest.Room);

    /// <summary>
    /// Puts out whoever's participation has ended; after that, when the call is over, closes the room. In this order: with
    /// the room gone nobody can be put out, and a token that was not taken back would open it again.
    /// </summary>
    public void TidySoon(string room, Participation ended, bool isCallOver) => _ = TidyAsync(room, ended, isCallOver);

    /// <summary>Closes the room of a call that is over, once its recording takes no more sound and unless the next call has begun.</summary>
    internal async Task CloseAsync(string room, Guid sessionId)
    {
        for (var until = TimeProvider.System.GetUtcNow() + Patience; !await TryCloseAsync(room, sessionId); await Task.Delay(LookEvery))
            if (TimeProvider.System.GetUtcNow() > until)
                return;
    }

    /// <returns>False while a recording may take sound still.</returns>
    /// <inheritdoc cref="CloseAsync"/>
    internal async Task<bool> TryCloseAsync(string room, Guid sessionId, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await HasCallAsync(db, sessionId, cancellation))
            return true;
        if (await db.Egresses.AnyAsync(e => e.SessionId == sessionId && Recording.Contains(e.Status) && e.StoppedAt == null, cancellation))
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Tickets are given under this lock: nobody comes in while the room goes.
        await db.LockCallsAsync(sessionId, cancellation);
        if (await HasCallAsync(db, sessionId, cancellation))
            return true;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(DeleteWithin);
        await livekit.Rooms.DeleteRoom(new DeleteRoomRequest { Room = room }, limit.Token);
        LogClosed(room);
        return true;
    }

    /// <exception cref="LiveKitException">LiveKit could not be asked, or does not know them any more.</exception>
    internal Task RemoveAsync(RoomGuest guest, CancellationToken cancellation = default) =>
        RemoveAsync(guest.Room, guest.SessionId, guest.Info.Identity, p => p.Sid == guest.Info.Sid, cancellation);

    /// <exception cref="LiveKitException">LiveKit could not be told, or does not know them any more.</exception>
    internal Task AlignAsync(RoomGuest guest, Guid personId, CancellationToken cancellation) =>
        silence.AlignAsync(guest.SessionId, guest.Room, personId, guest.Info.Permission?.CanPublish, cancellation);

    private async Task TidyAsync(string room, Participation ended, bool isCallOver)
    {
        var id = ended.Id.ToString();
        await RunAsync(
            () => RemoveAsync(
                room, ended.SessionId, ended.PersonId.ToString(), p => p.Attributes.TryGetValue(LiveKitServer.ParticipationAttribute, out var its) && its == id, CancellationToken.None),
            room);
        if (isCallOver)
            await RunAsync(() => CloseAsync(room, ended.SessionId), room);
    }

    private async Task RemoveAsync(string room, Guid sessionId, string identity, Func<ParticipantInfo, bool> isMeant, CancellationToken cancellation)
    {
        var who = new RoomParticipantIdentity { Room = room, Identity = identity };
        if (!isMeant(await livekit.Rooms.GetParticipant(who, cancellation)))
            return;
        RevokeBefore(who, await GoodFromAsync(sessionId, identity, cancellation));
        await livekit.Rooms.RemoveParticipant(who, cancellation);
        LogRemoved(identity, room);
    }

    /// <summary>Sets <c>revoke_token_ts</c>, which servers know and the community package does not yet: as bytes, which both SDKs send.</summary>
    private static void RevokeBefore(RoomParticipantIdentity who, DateTimeOffset at)
    {
        const int RevokeTokenTs = 3;
        var field = new byte[CodedOutputStream.ComputeTagSize(RevokeTokenTs) + CodedOutputStream.ComputeInt64Size(at.ToUnixTimeSeconds())];
        using var bytes = new CodedOutputStream(field);
        bytes.WriteTag(RevokeTokenTs, WireFormat.WireType.Varint);
        bytes.WriteInt64(at.ToUnixTimeSeconds());
        bytes.Flush();
        who.MergeFrom(field);
    }

    /// <summary>Since when the person's tickets are good: one that they hold still, or have come in with anew, is not taken back with the others.</summary>
    private async Task<DateTimeOffset> GoodFromAsync(Guid sessionId, string identity, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (!Guid.TryParse(identity, out var personId))
            return now;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Participations.Where(p => p.SessionId == sessionId && p.PersonId == personId && p.EndedAt == null).MinAsync(p => (DateTimeOffset?)p.CreatedAt, cancellation) ?? now;
    }

    private static Task<bool> HasCallAsync(PortalDb db, Guid sessionId, CancellationToken cancellation) =>
        db.Calls.AnyAsync(c => c.SessionId == sessionId && c.EndedAt == null, cancellation);

    private async Task RunAsync(Func<Task> work, string room)
    {
        if (!livekit.IsSet)
            return;
        await Task.Yield();
        try
        {
            await work();
        }
        catch (LiveKitException e) when (e.Code == LiveKitCode.NotFound)
        {
            // Gone by itself.
        }
        catch (ObjectDisposedException)
        {
            // The portal stops.
        }
        catch (Exception e)
        {
            LogFailed(room, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Put participant {Identity} out of room {Room}")]
    private partial void LogRemoved(string identity, string room);

    [LoggerMessage(LogLevel.Information, "Closed room {Room}")]
    private partial void LogClosed(string room);

    [LoggerMessage(LogLevel.Warning, "Room {Room} could not be tidied up yet: {Reason}")]
    private partial void LogFailed(string room, string reason);
}
