using System.Diagnostics;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoachingPortal.Calls.PostCall;

/// <summary>
/// Runs the steps of one call that are due, in order. One process at a time holds the call's lock while it does; the
/// lock goes with its connection, so that a killed portal leaves it free.
/// </summary>
public sealed partial class PostCallRunner(PostCallSteps steps, IDbContextFactory<PortalDb> databases, NpgsqlDataSource database, TimeProvider time, ILogger<PostCallRunner> log)
{
    public const int MaxAttempts = 5;

    /// <returns>How long until a step that failed or waits is due again; null when there is none, or another process is at it.</returns>
    public async Task<TimeSpan?> RunAsync(Guid callId, CancellationToken cancellation = default)
    {
        await using var holder = await database.OpenConnectionAsync(cancellation);
        if (!await TryLockAsync(holder, callId, cancellation))
            return null;
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            foreach (var name in await db.PostCallSteps.Where(s => s.CallId == callId).WhereDue(time.GetUtcNow()).OrderBy(s => s.Position).Select(s => s.Name).ToListAsync(cancellation))
                await RunStepAsync(callId, name, cancellation);
            var next = await db.PostCallSteps.Where(s => s.CallId == callId && (s.Status == StepStatus.Failed || s.Status == StepStatus.Waiting)).MinAsync(s => s.NextAttemptAt, cancellation);
            return next is null ? null : TimeSpan.FromTicks(Math.Max(0, (next.Value - time.GetUtcNow()).Ticks));
        }
        finally
        {
            await UnlockAsync(holder, callId);
        }
    }

    /// <summary>The wait before the next try, longer each time: a model or a store that is away comes back in minutes, not in seconds.</summary>
    public static TimeSpan WaitAfter(int attempts) => TimeSpan.FromSeconds(5 * Math.Pow(4, attempts - 1));

    private async Task RunStepAsync(Guid callId, string name, CancellationToken cancellation)
    {
        var sessionId = await ChangeAsync(callId, name, s => (s.Status, s.Attempts, s.NextAttemptAt) = (StepStatus.Running, s.Attempts + 1, null), cancellation);
        using var activity = Telemetry.Activities.StartActivity($"post-call {name}")?.SetTag("portal.call.id", callId);
        var startedAt = time.GetTimestamp();
        try
        {
            if (steps.Find(name) is { } step)
                await step.RunAsync(sessionId, callId, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The portal is being stopped: that was no failure of the step.
            await ChangeAsync(callId, name, s => (s.Status, s.Attempts) = (StepStatus.Waiting, s.Attempts - 1), CancellationToken.None);
            throw;
        }
        catch (StepWaitsException e)
        {
            Measure("waits");
            await ChangeAsync(callId, name, s => (s.Status, s.Attempts, s.NextAttemptAt) = (StepStatus.Waiting, s.Attempts - 1, time.GetUtcNow() + e.After), cancellation);
            return;
        }
        catch (Exception e)
        {
            var words = e is StepFailedException ? e.Message : "Something went wrong on our side.";
            var isLast = false;
            LogStepFailed(e, name, callId);
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            Measure("failed");
            await ChangeAsync(
                callId, name,
                s =>
                {
                    (s.Status, s.Error) = (StepStatus.Failed, words);
                    s.NextAttemptAt = s.Attempts < MaxAttempts ? time.GetUtcNow() + WaitAfter(s.Attempts) : null;
                    isLast = s.NextAttemptAt is null;
                },
                cancellation);
            if (isLast && steps.Find(name) is { } failed)
                await failed.GiveUpAsync(sessionId, callId, words, cancellation);
            return;
        }
        await ChangeAsync(callId, name, s => (s.Status, s.Error, s.FinishedAt) = (StepStatus.Done, null, time.GetUtcNow()), cancellation);
        Measure("done");

        void Measure(string outcome) => Telemetry.StepDuration.Record(time.GetElapsedTime(startedAt).TotalSeconds, new("step", name), new("outcome", outcome));
    }

    /// <returns>The session's id.</returns>
    private async Task<Guid> ChangeAsync(Guid callId, string name, Action<PostCallStep> change, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var row = await db.PostCallSteps.SingleAsync(s => s.CallId == callId && s.Name == name, cancellation);
        change(row);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, row.SessionId, SessionChange.PostCall, cancellation);
        await transaction.CommitAsync(cancellation);
        return row.SessionId;
    }

    private static async Task<bool> TryLockAsync(NpgsqlConnection holder, Guid callId, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended($1, 0))", holder) { Parameters = { new() { Value = LockName(callId) } } };
        return await command.ExecuteScalarAsync(cancellation) is true;
    }

    private static async Task UnlockAsync(NpgsqlConnection holder, Guid callId)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_unlock(hashtextextended($1, 0))", holder) { Parameters = { new() { Value = LockName(callId) } } };
        await command.ExecuteNonQueryAsync();
    }

    private static string LockName(Guid callId) => $"post-call:{callId}";

    [LoggerMessage(LogLevel.Warning, "Step {Step} after call {CallId} failed")]
    private partial void LogStepFailed(Exception exception, string step, Guid callId);
}
