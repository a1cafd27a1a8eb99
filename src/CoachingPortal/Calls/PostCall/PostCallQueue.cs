using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace CoachingPortal.Calls.PostCall;

/// <summary>
/// Has the work after a call begun: a durable job, once however often it is asked for. What is lost between a call's end
/// and this, <see cref="PostCallWatch"/> finds by the rows.
/// </summary>
public sealed partial class PostCallQueue(ISchedulerFactory schedulers, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<PostCallQueue> log)
{
    /// <param name="delay">Null for at once.</param>
    public async Task WakeAsync(Guid callId, TimeSpan? delay = null, CancellationToken cancellation = default)
    {
        try
        {
            var scheduler = await schedulers.GetScheduler(cancellation);
            await scheduler.ScheduleJob<PostCallJob, PostCallInput>(
                new(callId), delay ?? TimeSpan.Zero, new() { Name = callId.ToString(), OnConflict = TriggerConflict.Replace }, cancellation);
        }
        catch (SchedulerException e)
        {
            // The rows stand; the watch comes by.
            LogNotScheduled(e, callId);
        }
    }

    /// <summary>Wakes every call whose work is due and not done: after a crash, or when its job was lost.</summary>
    public async Task WakeDueAsync(CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var callId in await db.PostCallSteps.WhereDue(time.GetUtcNow()).Select(s => s.CallId).Distinct().ToListAsync(cancellation))
            await WakeAsync(callId, cancellation: cancellation);
    }

    /// <summary>The session's coach asks for a failed step to be tried again.</summary>
    /// <returns>False when there is no such failed step, or the session is not that coach's.</returns>
    public async Task<bool> RetryAsync(Guid callId, string name, Caller coach, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var step = await db.PostCallSteps.SingleOrDefaultAsync(s => s.CallId == callId && s.Name == name && s.Status == StepStatus.Failed
            && db.Sessions.VisibleTo(coach).Any(x => x.Id == s.SessionId && x.CoachId == coach.Id), cancellation);
        if (step is null)
            return false;
        (step.Status, step.Attempts, step.NextAttemptAt) = (StepStatus.Waiting, 0, null);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, step.SessionId, SessionChange.PostCall, cancellation);
        await transaction.CommitAsync(cancellation);
        await WakeAsync(callId, cancellation: cancellation);
        return true;
    }

    [LoggerMessage(LogLevel.Warning, "The work after call {CallId} could not be scheduled at once; it will be found later")]
    private partial void LogNotScheduled(Exception exception, Guid callId);
}

internal static class PostCallRows
{
    /// <summary>Waiting, or running (whoever runs it holds the call's lock; a row without one is of a dead process), or failed with another try ahead.</summary>
    public static IQueryable<PostCallStep> WhereDue(this IQueryable<PostCallStep> steps, DateTimeOffset now) =>
        steps.Where(s => (s.Status == StepStatus.Waiting && (s.NextAttemptAt == null || s.NextAttemptAt <= now)) || s.Status == StepStatus.Running || (s.Status == StepStatus.Failed && s.NextAttemptAt <= now));
}
