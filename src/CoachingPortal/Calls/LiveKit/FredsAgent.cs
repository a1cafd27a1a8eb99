using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// Sends for FRED's agent again where it did not come, or went while its call runs: at most <see cref="MostAsks"/> times a
/// call, each time after a longer wait. Whoever sends for it counts that in the call's row first, so that portals that
/// look at the same time send once.
/// </summary>
public sealed partial class FredsAgent(LiveKitServer livekit, LiveKitTickets tickets, TimeProvider time, ILogger<FredsAgent> log)
{
    public const int MostAsks = 3;

    /// <summary>An agent's process takes some seconds to take its job, and one that lost its line to come back.</summary>
    internal static readonly TimeSpan ComesWithin = TimeSpan.FromSeconds(15);

    // Shorter than any wait for the next: two are never under way at once.
    private static readonly TimeSpan AsksWithin = TimeSpan.FromSeconds(10);

    /// <param name="inside">Who is in the session's room now.</param>
    /// <exception cref="LiveKitException">LiveKit could not be asked; the next look counts this as a time that it was sent for.</exception>
    internal async Task LookAsync(PortalDb db, CoachingSession session, IReadOnlyCollection<RoomGuest> inside, CancellationToken cancellation)
    {
        if (!tickets.BringsFred(session.CallType) || inside.All(g => g.IsOfServer))
            return;
        var call = await db.Calls.AsNoTracking().SingleOrDefaultAsync(c => c.SessionId == session.Id && c.EndedAt == null && c.Transport == CallTransport.Livekit, cancellation);
        if (call is null or { AgentAsks: >= MostAsks })
            return;
        var asItWas = db.Calls.Where(c => c.Id == call.Id && c.EndedAt == null && c.AgentAsks == call.AgentAsks && c.AgentMissingSince == call.AgentMissingSince);
        var (isHere, now) = (inside.Any(IsAgent), time.GetUtcNow());
        if (call.AgentMissingSince is { } since && !isHere)
        {
            if (now - since >= ComesWithin * Math.Pow(2, call.AgentAsks)
                && await asItWas.ExecuteUpdateAsync(u => u.SetProperty(c => c.AgentAsks, call.AgentAsks + 1).SetProperty(c => c.AgentMissingSince, now), cancellation) == 1)
                await SendForItAsync(session, call.AgentAsks + 1, cancellation);
        }
        else if (isHere != call.AgentMissingSince is null)
        {
            await asItWas.ExecuteUpdateAsync(u => u.SetProperty(c => c.AgentMissingSince, isHere ? null : now), cancellation);
        }
    }

    private static bool IsAgent(RoomGuest guest) => guest.Info.Kind == ParticipantInfo.Types.Kind.Agent;

    /// <summary>What stands is taken back before: an agent that is on its way still is put out, and there is never a second.</summary>
    private async Task SendForItAsync(CoachingSession session, int ask, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AsksWithin);
        try
        {
            var room = session.RoomName;
            var sent = (await livekit.Agents.ListDispatch(new() { Room = room }, limit.Token)).AgentDispatches.Where(d => d.AgentName == livekit.AgentName).ToList();
            if ((await livekit.Rooms.ListParticipants(new() { Room = room }, limit.Token)).Participants.Any(p => IsAgent(new(session.Id, room, p))))
                return;
            foreach (var before in sent)
                await TakeBackAsync(room, before.Id, limit.Token);
            var dispatch = tickets.DispatchOf(session);
            await livekit.Agents.CreateDispatch(new() { Room = room, AgentName = dispatch.AgentName, Metadata = dispatch.Metadata }, limit.Token);
            LogSent(session.Id, ask, MostAsks);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new LiveKitException(LiveKitCode.DeadlineExceeded, "Sending for FRED's agent took too long.", inner: e);
        }
    }

    private async Task TakeBackAsync(string room, string dispatchId, CancellationToken cancellation)
    {
        try
        {
            await livekit.Agents.DeleteDispatch(new() { Room = room, DispatchId = dispatchId }, cancellation);
        }
        catch (LiveKitException e) when (e.Code == LiveKitCode.NotFound)
        {
            // Over by itself.
        }
    }

    [LoggerMessage(LogLevel.Warning, "FRED's agent is not in the call of session {SessionId}: sent for it again ({Ask} of {Most})")]
    private partial void LogSent(Guid sessionId, int ask, int most);
}
