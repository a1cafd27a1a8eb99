using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace CoachingPortal.Recordings.Egress;

/// <summary>
/// Every twenty seconds, on one portal, asks LiveKit for every egress that is not over: whatever webhook was lost, the rows
/// are right within a minute. It also stops what records a room of ours although nobody wants it to.
/// Stored by its name: never renamed.
/// </summary>
[DisallowConcurrentExecution]
public sealed partial class EgressReconcile(
    EgressGate gate, EgressLookup lookup, EgressVoices voices, EgressWorker worker, LiveKitServer server, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<EgressReconcile> log) : IJob
{
    /// <summary>One that LiveKit has started just now may be known here in a moment.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(15);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await RunAsync(cancellationToken);

    internal async Task RunAsync(CancellationToken cancellation)
    {
        if (!gate.IsOn)
            return;
        using var activity = Telemetry.Activities.StartActivity("egress reconcile");
        await using (var db = await databases.CreateDbContextAsync(cancellation))
        {
            var open = await db.Egresses.AsNoTracking()
                .Where(e => (e.Status == EgressState.Active || e.Status == EgressState.Ending || e.Status == EgressState.Starting) && e.EgressId != null).ToListAsync(cancellation);
            foreach (var egress in open)
                await lookup.RefreshAsync(egress, cancellation);
        }
        await voices.LookEverywhereAsync(cancellation);
        worker.Wake();
        await StopOrphansAsync(cancellation);
    }

    private async Task StopOrphansAsync(CancellationToken cancellation)
    {
        try
        {
            var running = (await lookup.ListAsync(new() { Active = true }, cancellation)).Select(EgressFacts.Of).Where(f => f.Runs).ToList();
            if (running.Count == 0)
                return;
            await using var db = await databases.CreateDbContextAsync(cancellation);
            var rooms = running.Select(f => f.RoomName).Distinct().ToArray();
            var ours = await db.Sessions.Where(s => rooms.Contains(s.RoomName)).Select(s => s.RoomName).ToListAsync(cancellation);
            var wanted = await db.Egresses.AsNoTracking().Where(e => rooms.Contains(e.RoomName) && RecordingEgress.Open.Contains(e.Status)).ToListAsync(cancellation);
            foreach (var orphan in running.Where(f => ours.Contains(f.RoomName) && !wanted.Exists(e => e.EgressId == f.EgressId || (e.EgressId is null && e.Key == f.Key))))
            {
                if (orphan.StartedAt is { } at && time.GetUtcNow() - at < Young)
                    continue;
                if (orphan.State == EgressState.Active && await lookup.IsAwayAsync(orphan.RoomName, orphan.EgressId, cancellation))
                    continue;
                LogOrphan(orphan.EgressId, orphan.RoomName);
                await StopAsync(orphan.EgressId, cancellation);
            }
        }
        catch (LiveKitException e)
        {
            LogFailed(e.Message);
        }
    }

    /// <summary>One that cannot be stopped holds up none of the others.</summary>
    private async Task StopAsync(string egressId, CancellationToken cancellation)
    {
        try
        {
            await server.Egress.StopEgress(new() { EgressId = egressId }, cancellation);
        }
        catch (LiveKitException e)
        {
            LogStopFailed(egressId, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "LiveKit's egress {EgressId} could not be stopped yet: {Reason}")]
    private partial void LogStopFailed(string egressId, string reason);

    [LoggerMessage(LogLevel.Warning, "LiveKit's egress {EgressId} records room {Room} although nobody wants it to: it is stopped")]
    private partial void LogOrphan(string egressId, string room);

    [LoggerMessage(LogLevel.Warning, "LiveKit could not be asked which egresses run: {Reason}")]
    private partial void LogFailed(string reason);
}
