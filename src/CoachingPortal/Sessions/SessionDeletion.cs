using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>A deleted session of a coach, while it can still be brought back.</summary>
public sealed record DeletedSession(Guid Id, string Title, string FounderName, DateTimeOffset StartsAt, DateTimeOffset DeletedAt)
{
    /// <summary>From then on it is gone for good.</summary>
    public DateTimeOffset GoneAt => DeletedAt + Deletion.Grace;
}

/// <summary>Deletes a session by its coach, brings it back within the grace, and purges what is past it.</summary>
public sealed partial class SessionDeletion(IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<SessionDeletion> log)
{
    public async Task<Outcome> DeleteAsync(Guid sessionId, Caller caller, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var changed = await db.Sessions.VisibleTo(caller).Where(s => s.Id == sessionId && s.CoachId == caller.Id)
            .ExecuteUpdateAsync(u => u.SetProperty(s => s.DeletedAt, now).SetProperty(s => s.DeletedById, caller.Id), cancellation);
        return await ToldAsync(db, sessionId, changed, cancellation);
    }

    /// <returns><see cref="Outcome.NotFound"/> also when the grace has passed.</returns>
    public async Task<Outcome> RestoreAsync(Guid sessionId, Caller caller, CancellationToken cancellation = default)
    {
        var oldest = time.GetUtcNow() - Deletion.Grace;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var changed = await db.Sessions.Where(s => s.Id == sessionId && s.CoachId == caller.Id && s.DeletedAt > oldest)
            .ExecuteUpdateAsync(u => u.SetProperty(s => s.DeletedAt, (DateTimeOffset?)null).SetProperty(s => s.DeletedById, (Guid?)null), cancellation);
        return await ToldAsync(db, sessionId, changed, cancellation);
    }

    /// <summary>The caller's deleted sessions that can still be brought back, newest deletion first.</summary>
    public async Task<IReadOnlyList<DeletedSession>> ListAsync(Caller caller, CancellationToken cancellation = default)
    {
        var oldest = time.GetUtcNow() - Deletion.Grace;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Sessions.AsNoTracking().Where(s => s.CoachId == caller.Id && s.DeletedAt > oldest)
            .OrderByDescending(s => s.DeletedAt)
            .Select(s => new DeletedSession(s.Id, s.Title, s.Founder!.Name, s.StartsAt, s.DeletedAt!.Value))
            .ToListAsync(cancellation);
    }

    /// <summary>
    /// Removes for good what was deleted longer ago than the grace. A session whose recordings still have rows stays
    /// for the next time: those go first, with their objects, or the objects would be lost track of.
    /// </summary>
    /// <returns>How many sessions went.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellation = default)
    {
        var oldest = time.GetUtcNow() - Deletion.Grace;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var purged = await db.Sessions.Where(s => s.DeletedAt <= oldest && !db.Recordings.Any(r => r.SessionId == s.Id))
            .ExecuteDeleteAsync(cancellation);
        await SessionComments.PurgeAsync(db, oldest, cancellation);
        if (purged > 0)
            LogPurged(purged);
        return purged;
    }

    private static async Task<Outcome> ToldAsync(PortalDb db, Guid sessionId, int changed, CancellationToken cancellation)
    {
        if (changed == 0)
            return Outcome.NotFound;
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await db.Database.CommitTransactionAsync(cancellation);
        return Outcome.Done;
    }

    [LoggerMessage(LogLevel.Information, "Purged {Count} deleted sessions")]
    private partial void LogPurged(int count);
}

/// <summary>Purges deleted sessions at start and every hour.</summary>
public sealed partial class SessionPurge(RecordingLibrary recordings, SessionDeletion deletion, TimeProvider time, ILogger<SessionPurge> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        do
        {
            try
            {
                await recordings.PurgeAsync(stoppingToken); // a session goes only when its recordings are gone
                await deletion.PurgeAsync(stoppingToken);
            }
            catch (Exception e)
            {
                if (stoppingToken.IsCancellationRequested)
                    return;
                LogFailed(e);
            }
        } while (await NextAsync(timer, stoppingToken));
    }

    private static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Deleted sessions could not be purged; again in an hour")]
    private partial void LogFailed(Exception exception);
}
