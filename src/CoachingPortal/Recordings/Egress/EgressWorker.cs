using System.Collections.Concurrent;
using System.Diagnostics;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>
/// Has egresses started and stopped as the rows say, one short step at a time. Whoever takes a step holds the row's lease
/// for as long as it can take, so that two portals never take the same one; what a killed portal held is free after that.
/// Nothing in a call waits for it.
/// </summary>
public sealed partial class EgressWorker(
    EgressGate gate, EgressSteps steps, EgressTimes times, SessionFeed feed, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<EgressWorker> log)
    : BackgroundService
{
    private const int AtOnce = 50;

    private readonly ConcurrentDictionary<Guid, Task> running = new();
    private readonly SemaphoreSlim news = new(0, 1);

    /// <summary>Has it look now.</summary>
    public void Wake()
    {
        try
        {
            news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to.
        }
    }

    /// <summary>Looks once and waits for the steps it began.</summary>
    /// <returns>How many those were.</returns>
    internal async Task<int> RunOnceAsync(CancellationToken cancellation)
    {
        var due = await ClaimAsync(cancellation);
        await Task.WhenAll(due.Select(e => StepAsync(e, cancellation)));
        return due.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What was begun while LiveKit or the bucket was set is brought to an end without them too.
        using var subscription = feed.Subscribe(null, (_, change) =>
        {
            if (change is SessionChange.Recording or SessionChange.Resync)
                Wake();
            return Task.CompletedTask;
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var egress in await ClaimAsync(stoppingToken))
                    running[egress.Id] = RunAsync(egress, stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogLookFailed(e);
            }
            await WaitAsync(stoppingToken);
        }
        await Task.WhenAll(running.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public override void Dispose()
    {
        news.Dispose();
        base.Dispose();
    }

    private async Task WaitAsync(CancellationToken stopping)
    {
        try
        {
            await news.WaitAsync(times.Sweep, stopping);
        }
        catch (OperationCanceledException)
        {
            // The portal stops.
        }
    }

    private async Task RunAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        await Task.Yield();
        await StepAsync(egress, cancellation);
        running.TryRemove(egress.Id, out _);
    }

    private async Task StepAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        try
        {
            if (await TakeAsync(egress, cancellation) is not { } pause)
                return;
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, cancellation);
            Wake();
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // The lease runs out, and somebody tries again.
            LogStepFailed(e, egress.Id, egress.SessionId);
        }
        catch (OperationCanceledException)
        {
            // The portal stops; the row says what is left to do.
        }
    }

    private async Task<TimeSpan?> TakeAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        using var activity = Telemetry.Activities.StartActivity($"egress {(egress.IsFinal ? "release" : egress.Status.ToString().ToLowerInvariant())}")
            ?.SetTag("portal.session.id", egress.SessionId).SetTag("portal.egress.id", egress.Id);
        try
        {
            return await steps.TakeAsync(egress, cancellation);
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
    }

    /// <summary>Takes the leases of the rows that are due. What is wanted counts as being started from here on.</summary>
    private async Task<List<RecordingEgress>> ClaimAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var due = await db.Egresses.FromSql(
            $"""
            select * from egresses
            where lease_until <= {now}
              and (status in ('wanted', 'starting', 'ending') or (status in ('complete', 'failed') and held_person_ids <> array[]::uuid[]))
            order by lease_until limit {AtOnce} for update skip locked
            """).ToListAsync(cancellation);
        if (due.Count == 0)
            return due;
        foreach (var egress in due)
        {
            egress.LeaseUntil = now + times.Lease;
            if (egress.Status != EgressState.Wanted || !gate.IsOn)
                continue;
            (egress.Status, egress.AskedAt, egress.Attempts) = (EgressState.Starting, now, egress.Attempts + 1);
        }
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return due;
    }

    [LoggerMessage(LogLevel.Error, "Looking for egresses to start and to stop failed; the next look tries again")]
    private partial void LogLookFailed(Exception exception);

    [LoggerMessage(LogLevel.Error, "A step with egress {Egress} of session {SessionId} failed; it is taken again")]
    private partial void LogStepFailed(Exception exception, Guid egress, Guid sessionId);
}
