using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>Whether finished sessions lie in the archive, and whether a bucket of its own can be written.</summary>
internal sealed class ArchiveProbe(IDbContextFactory<PortalDb> databases, ArchiveStore store, TimeProvider time) : ISystemProbe
{
    public string Name => "archive";

    public string Title => "Archive of sessions";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        // Where it lies with the recordings, the recordings' own probe tries the store.
        var tried = store.HasItsOwn ? await StoreTrial.RunAsync(store.Objects, $"Bucket {store.Bucket}", time, cancellation) : null;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var (count, newest) = (await db.Archives.CountAsync(cancellation), await db.Archives.MaxAsync(a => (DateTimeOffset?)a.ArchivedAt, cancellation));
        var missing = await db.ForArchive().CountAsync(s => !db.Archives.Any(a => a.SessionId == s.Id), cancellation);
        var steps = await StepBacklog.OfAsync(db, ArchiveSession.StepName, cancellation);
        var nights = db.ArchiveChecks.AsNoTracking().OrderByDescending(c => c.FinishedAt);
        var (night, bad) = (await nights.FirstOrDefaultAsync(cancellation), await nights.FirstOrDefaultAsync(c => c.Failed > 0, cancellation));
        var fault = tried is { State: ProbeState.Fails } ? tried.Words : steps.Error ?? (night is { Failed: > 0 } ? night.Failure : null);
        var words = string.Join(' ', new[]
        {
            $"{count} {(count == 1 ? "session" : "sessions")} in {store.Where}, {missing} not there yet{(missing > 0 ? ": the next night brings them in" : "")}; of the work after calls {steps.Words}",
            night is null ? null : $"The last comparison wrote {night.Written}, removed {night.Removed} and failed at {night.Failed}.",
            tried is { State: ProbeState.Works } ? tried.Words : null,
            fault,
        }.Where(w => w is not null));
        (DateTimeOffset? At, string? Words) failure = tried is { State: ProbeState.Fails } ? (null, tried.Words)
            : bad is not null && !(steps.LastFailureAt > bad.FinishedAt) ? (bad.FinishedAt, bad.Failure) : (steps.LastFailureAt, steps.LastFailure);
        return new(fault is not null ? ProbeState.Fails : newest is null && tried is null ? ProbeState.Unknown : ProbeState.Works, words)
        {
            LastSuccessAt = newest, LastFailureAt = failure.At, LastFailure = failure.Words,
        };
    }
}
