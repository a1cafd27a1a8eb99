using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings;

/// <summary>How the last recordings went.</summary>
internal sealed class RecordingProbe(IDbContextFactory<PortalDb> databases) : ISystemProbe
{
    public string Name => "recordings";

    public string Title => "Recordings";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var succeededAt = await db.Recordings.Where(r => r.Status == RecordingStatus.Complete).MaxAsync(r => r.EndedAt, cancellation);
        var failed = await db.Recordings.Where(r => r.Status == RecordingStatus.Failed).OrderByDescending(r => r.EndedAt).Select(r => new { r.EndedAt, r.FailureReason }).FirstOrDefaultAsync(cancellation);
        var running = await db.Recordings.CountAsync(r => r.Status == RecordingStatus.Active || r.Status == RecordingStatus.Paused, cancellation);
        var waiting = await db.Recordings.CountAsync(r => r.Status == RecordingStatus.Processing, cancellation);
        var state = (succeededAt, failed) switch
        {
            (null, null) => ProbeState.Unknown,
            (_, { EndedAt: var at }) when succeededAt is null || at > succeededAt => ProbeState.Fails,
            _ => ProbeState.Works,
        };
        var words = (state == ProbeState.Fails ? $"The last recording failed: {failed!.FailureReason} " : "") + $"{running} running, {waiting} being written.";
        return new(state, words) { LastSuccessAt = succeededAt, LastFailureAt = failed?.EndedAt, LastFailure = failed?.FailureReason };
    }
}
