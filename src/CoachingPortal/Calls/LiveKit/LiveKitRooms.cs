using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using LiveKit.Proto;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// Tidies LiveKit's rooms up behind a call. Nobody waits for it, and it may fail: rooms close by themselves, and tokens end.
/// </summary>
public sealed partial class LiveKitRooms(LiveKitServer livekit, TimeProvider time, ILogger<LiveKitRooms> log)
{
    /// <summary>Puts somebody out, if the connection that is meant is still theirs.</summary>
    public void RemoveSoon(string room, Guid personId, string sid) => _ = RunAsync(() => RemoveAsync(room, personId, p => p.Sid == sid), room);

    /// <inheritdoc cref="RemoveSoon(string, Guid, string)"/>
    public void RemoveSoon(string room, Guid personId, Guid participationId) => _ = RunAsync(
        () => RemoveAsync(room, personId, p => p.Attributes.TryGetValue(LiveKitTickets.ParticipationAttribute, out var id) && id == participationId.ToString()), room);

    /// <summary>Closes a room.</summary>
    public void DeleteSoon(string room) => _ = RunAsync(() => livekit.Rooms.DeleteRoom(new DeleteRoomRequest { Room = room }), room);

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
        catch (Exception e)
        {
            LogFailed(e, room);
        }
    }

    [LoggerMessage(LogLevel.Information, "Put person {PersonId} out of room {Room}")]
    private partial void LogRemoved(Guid personId, string room);

    [LoggerMessage(LogLevel.Warning, "Room {Room} could not be tidied up; it closes by itself")]
    private partial void LogFailed(Exception exception, string room);
}
