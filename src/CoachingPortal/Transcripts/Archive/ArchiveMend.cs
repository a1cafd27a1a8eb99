using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>Compares the sessions with the archive: writes what is missing or stale, removes what is left over, and says what it found.</summary>
public sealed partial class ArchiveMend(SessionArchive archive, ArchiveStore store, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<ArchiveMend> log)
{
    private const int AtOnce = 4;
    private const int Batch = 200;
    private const int ChecksKept = 30;

    public async Task<ArchiveCheck> RunAsync(CancellationToken cancellation = default)
    {
        var (sessions, written, removed, failed) = (0, 0, 0, 0);
        string? failure = null;
        var last = Guid.Empty;
        while (await NextAsync(last, cancellation) is { Count: > 0 } ids)
        {
            await Parallel.ForEachAsync(ids, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (id, stop) =>
            {
                Interlocked.Increment(ref sessions);
                await TryAsync(id, async () =>
                {
                    var outcome = await archive.RefreshAsync(id, thoroughly: true, stop);
                    if (outcome == ArchiveOutcome.Written)
                        Interlocked.Increment(ref written);
                    else if (outcome == ArchiveOutcome.Removed)
                        Interlocked.Increment(ref removed);
                });
            });
            last = ids[^1];
        }
        await TryAsync(null, async () =>
        {
            await foreach (var found in store.Objects.ListAsync(ArchiveKeys.Root, cancellation))
                if (ArchiveKeys.SessionOf(found.Key) is { } id && !await IsKnownAsync(found.Key, cancellation) && await archive.RemoveOrphanAsync(id, found.Key, cancellation))
                    removed++;
        });
        return await KeepAsync(new() { FinishedAt = time.GetUtcNow(), Sessions = sessions, Written = written, Removed = removed, Failed = failed, Failure = failure }, cancellation);

        async Task TryAsync(Guid? id, Func<Task> mend)
        {
            try
            {
                await mend();
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                Interlocked.Increment(ref failed);
                failure = e is IOException ? e.Message : "Something went wrong on our side; the log says what.";
                LogFailed(e, id);
            }
        }
    }

    /// <summary>Sessions that belong into the archive, and archived ones that are gone, by id.</summary>
    private async Task<List<Guid>> NextAsync(Guid last, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var gone = db.Archives.Where(a => !db.Sessions.Any(s => s.Id == a.SessionId && s.DeletedAt == null)).Select(a => a.SessionId);
        return await db.ForArchive().Select(s => s.Id).Union(gone).Where(id => id > last).OrderBy(id => id).Take(Batch).ToListAsync(cancellation);
    }

    private async Task<bool> IsKnownAsync(string key, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Archives.AnyAsync(a => a.Key == key, cancellation);
    }

    private async Task<ArchiveCheck> KeepAsync(ArchiveCheck check, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        db.ArchiveChecks.Add(check);
        await db.SaveChangesAsync(cancellation);
        var oldest = check.FinishedAt.AddDays(-ChecksKept);
        await db.ArchiveChecks.Where(c => c.FinishedAt < oldest).ExecuteDeleteAsync(cancellation);
        LogDone(check.Sessions, check.Written, check.Removed, check.Failed);
        return check;
    }

    [LoggerMessage(LogLevel.Information, "Compared {Sessions} sessions with the archive: {Written} written, {Removed} removed, {Failed} failed")]
    private partial void LogDone(int sessions, int written, int removed, int failed);

    [LoggerMessage(LogLevel.Warning, "The archive of session {SessionId} could not be mended")]
    private partial void LogFailed(Exception exception, Guid? sessionId);
}

/// <summary>Every night, on one node. Stored by its name: never renamed.</summary>
[DisallowConcurrentExecution]
public sealed class ArchiveMendJob(ArchiveMend mend) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await mend.RunAsync(cancellationToken);
}
