using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>Whether finished sessions lie in the archive.</summary>
internal sealed class ArchiveProbe(IDbContextFactory<PortalDb> databases, ArchiveStore store) : ISystemProbe
{
    public string Name => "archive";

    public string Title => "Archive of sessions";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (count, newest) = (await db.Archives.CountAsync(cancellation), await db.Archives.MaxAsync(a => (DateTimeOffset?)a.ArchivedAt, cancellation));
        var backlog = await db.ForArchive().CountAsync(s => !db.Archives.Any(a => a.SessionId == s.Id), cancellation);
        var error = await db.PostCallSteps.Where(s => s.Name == ArchiveSession.StepName && s.Status == StepStatus.Failed).OrderByDescending(s => s.NextAttemptAt).Select(s => s.Error).FirstOrDefaultAsync(cancellation);
        var night = await db.ArchiveChecks.AsNoTracking().OrderByDescending(c => c.FinishedAt).FirstOrDefaultAsync(cancellation);
        var fault = error ?? (night is { Failed: > 0 } ? night.Failure : null);
        var words = $"{count} sessions in {store.Where}, {backlog} not there yet{(backlog > 0 ? ": the next night brings them in" : "")}.{(night is null ? "" : $" The last comparison wrote {night.Written}, removed {night.Removed} and failed at {night.Failed}.")}{(fault is null ? "" : " " + fault)}";
        return new(fault is not null ? ProbeState.Fails : newest is null ? ProbeState.Unknown : ProbeState.Works, words) { LastSuccessAt = newest };
    }
}
