using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// Every twenty seconds, on one portal, compares who is in LiveKit's rooms with who is in the calls: whatever webhook or
/// order was lost, nobody stays unseen, nobody speaks who must wait or waits for nothing, FRED's agent is sent for again where
/// it is missing, and no room outlives its call.
/// Stored by its name: never renamed.
/// </summary>
[DisallowConcurrentExecution]
public sealed partial class RoomReconcile(LiveKitServer livekit, LiveKitRooms rooms, FredsAgent agent, IDbContextFactory<PortalDb> databases, ILogger<RoomReconcile> log) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await RunAsync(cancellationToken);

    internal async Task RunAsync(CancellationToken cancellation)
    {
        if (!livekit.IsSet)
            return;
        using var activity = Telemetry.Activities.StartActivity("room reconcile");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        string[] open = [];
        await EachAsync(async () => open = [.. (await livekit.Rooms.ListRooms(new(), cancellation)).Rooms.Select(r => r.Name)], null);
        // Somebody else's rooms may be on the same server.
        foreach (var session in await db.Sessions.Where(s => open.Contains(s.RoomName)).AsNoTracking().ToListAsync(cancellation))
        {
            await EachAsync(() => LookAsync(db, session, cancellation), session.RoomName);
            await EachAsync(() => rooms.TryCloseAsync(session.RoomName, session.Id, cancellation), session.RoomName);
        }
    }

    private async Task LookAsync(PortalDb db, CoachingSession session, CancellationToken cancellation)
    {
        var room = session.RoomName;
        var inside = (await livekit.Rooms.ListParticipants(new() { Room = room }, cancellation)).Participants
            .Where(p => p.State != ParticipantInfo.Types.State.Disconnected).Select(p => new RoomGuest(session.Id, room, p)).ToList();
        foreach (var guest in inside.Where(g => !g.IsOfServer))
        {
            if (await guest.ParticipationAsync(db, cancellation) is { EndedAt: null } participation)
            {
                await EachAsync(() => rooms.AlignAsync(guest, participation.PersonId, cancellation), room);
                continue;
            }
            LogUnseen(guest.Info.Identity, room);
            await EachAsync(() => rooms.RemoveAsync(guest, cancellation), room);
        }
        await EachAsync(() => agent.LookAsync(db, session, inside, cancellation), room);
    }

    /// <summary>One that fails holds up none of the others; the next round tries it again.</summary>
    private async Task EachAsync(Func<Task> work, string? room)
    {
        try
        {
            await work();
        }
        catch (LiveKitException e) when (e.Code == LiveKitCode.NotFound)
        {
            // Gone by itself.
        }
        catch (LiveKitException e)
        {
            LogFailed(room, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Participant {Identity} is in room {Room} without an open participation, and is put out")]
    private partial void LogUnseen(string identity, string room);

    [LoggerMessage(LogLevel.Warning, "Who is in LiveKit's room {Room} could not be set right yet: {Reason}")]
    private partial void LogFailed(string? room, string reason);
}
