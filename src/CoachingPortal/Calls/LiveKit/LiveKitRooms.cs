using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using LiveKit.Proto;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// Tidies LiveKit's rooms up behind a call. Nobody waits for it, and it may fail: rooms close by themselves, and tokens end.
/// </summary>
public sealed partial class LiveKitRooms(LiveKitServer livekit, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<LiveKitRooms> log)
{
    /// <summary>How long a recording may take to stop before the room is left to close by itself.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    // A call that begins meanwhile waits that long at most.
    private static readonly TimeSpan DeleteWithin = TimeSpan.FromSeconds(2);

    private static readonly EgressState[] Recording = [EgressState.Wanted, EgressState.Starting, EgressState.Active, EgressState.Ending];

    /// <summary>Puts somebody out, if the connection that is meant is still theirs.</summary>
    public void RemoveSoon(string room, Guid personId, string sid) => _ = RunAsync(() => RemoveAsync(room, personId, p => p.Sid == sid), room);

    /// <summary>
    /// Puts out whoever's participation has ended; after that, when the call is over, closes the room. In this order: with
    /// the room gone nobody can be put out, and a token that was not taken back would open it again.
    /// </summary>
    public void TidySoon(string room, Participation ended, bool isCallOver) => _ = TidyAsync(room, ended, isCallOver);

    /// <summary>Closes the room of a call that is over, once its recording takes no more sound and unless the next call has begun.</summary>
    internal async Task CloseAsync(string room, Guid sessionId)
    {
        for (var until = TimeProvider.System.GetUtcNow() + Patience; await IsRecordedAsync(sessionId); await Task.Delay(LookEvery))
            if (TimeProvider.System.GetUtcNow() > until)
                return;
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        // Tickets are given under this lock: nobody comes in while the room goes.
        await db.LockCallsAsync(sessionId, CancellationToken.None);
        if (await db.Calls.AnyAsync(c => c.SessionId == sessionId && c.EndedAt == null))
            return;
        using var limit = new CancellationTokenSource(DeleteWithin);
        await livekit.Rooms.DeleteRoom(new DeleteRoomRequest { Room = room }, limit.Token);
        LogClosed(room);
    }

    private async Task TidyAsync(string room, Participation ended, bool isCallOver)
    {
        var id = ended.Id.ToString();
        await RunAsync(() => RemoveAsync(room, ended.PersonId, p => p.Attributes.TryGetValue(LiveKitServer.ParticipationAttribute, out var its) && its == id), room);
        if (isCallOver)
            await RunAsync(() => CloseAsync(room, ended.SessionId), room);
    }

    private async Task RemoveAsync(string room, Guid personId, Func<ParticipantInfo, bool> isMeant)
    {
        var who = new RoomParticipantIdentity { Room = room, Identity = personId.ToString() };
        if (!isMeant(await livekit.Rooms.GetParticipant(who)))
            return;
        // Their next ticket is a new one, and good.
        who.RevokeTokenTs = time.GetUtcNow().ToUnixTimeSeconds();
        await livekit.Rooms.RemoveParticipant(who);
        LogRemoved(personId, room);
    }

    private async Task<bool> IsRecordedAsync(Guid sessionId)
    {
        await using var db = await databases.CreateDbContextAsync();
        return await db.Egresses.AnyAsync(e => e.SessionId == sessionId && Recording.Contains(e.Status) && e.StoppedAt == null);
    }

    private async Task RunAsync(Func<Task> work, string room)
    {
        if (!livekit.IsSet)
            return;
        await Task.Yield();
        try
        {
            await work();
        }
        catch (TwirpException e) when (e.Code == TwirpCode.NotFound)
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

    [LoggerMessage(LogLevel.Information, "Put person {PersonId} out of room {Room}")]
    private partial void LogRemoved(Guid personId, string room);

    [LoggerMessage(LogLevel.Information, "Closed room {Room}")]
    private partial void LogClosed(string room);

    [LoggerMessage(LogLevel.Warning, "Room {Room} could not be tidied up and closes by itself: {Reason}")]
    private partial void LogFailed(string room, string reason);
}
