using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace CoachingPortal.Admin;

/// <summary>A part of the system as the admin is shown it.</summary>
/// <param name="Check">Null until it has been looked at.</param>
public sealed record SystemPart(string Name, string Title, SystemCheck? Check);

/// <summary>Looks at every part of the system, and keeps what it found and when each last worked.</summary>
public sealed partial class SystemChecks(IEnumerable<ISystemProbe> probes, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<SystemChecks> log)
{
    /// <summary>A part that has not answered by then does not work.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ISystemProbe[] all = [.. probes];

    public async Task<IReadOnlyList<SystemPart>> ListAsync(CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var known = await db.SystemChecks.AsNoTracking().ToDictionaryAsync(c => c.Name, cancellation);
        return [.. all.Select(p => new SystemPart(p.Name, p.Title, known.GetValueOrDefault(p.Name)))];
    }

    /// <summary>Looks at all parts at once; one that hangs or throws holds up no other.</summary>
    public Task RunAsync(CancellationToken cancellation = default) => RunAsync(p => async c => await p.ProbeAsync(c), cancellation);

    /// <summary>The same when nobody asked for it: nothing that costs money is tried.</summary>
    public Task GlanceAsync(CancellationToken cancellation = default) => RunAsync(p => p.GlanceAsync, cancellation);

    private async Task RunAsync(Func<ISystemProbe, Func<CancellationToken, Task<ProbeResult?>>> how, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(all.Select(p => ProbeAsync(p, how(p), cancellation)));
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var (probe, result) in all.Zip(results))
        {
            if (result is null)
                continue;
            var succeededAt = result.LastSuccessAt ?? (result.State == ProbeState.Works ? now : null);
            var failedAt = result.LastFailureAt ?? (result.State == ProbeState.Fails ? now : null);
            var failure = failedAt is null ? null : result.LastFailure ?? result.Words;
            var state = PortalDb.SnakeCase(result.State.ToString());
            // Two nodes may look at the same time.
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into system_checks (name, state, words, checked_at, last_success_at, last_failure_at, last_failure)
                values ({probe.Name}, {state}, {result.Words}, {now}, {succeededAt}, {failedAt}, {failure})
                on conflict (name) do update set state = excluded.state, words = excluded.words, checked_at = excluded.checked_at,
                    last_success_at = coalesce(excluded.last_success_at, system_checks.last_success_at),
                    last_failure_at = coalesce(excluded.last_failure_at, system_checks.last_failure_at),
                    last_failure = coalesce(excluded.last_failure, system_checks.last_failure)
                """, cancellation);
        }
    }

    private async Task<ProbeResult?> ProbeAsync(ISystemProbe probe, Func<CancellationToken, Task<ProbeResult?>> look, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            return await look(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(ProbeState.Fails, $"No answer within {Patience.TotalSeconds} seconds.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e, probe.Name);
            return new(ProbeState.Fails, e is IOException ? e.Message : $"It could not be checked ({e.GetType().Name}); the log says more.");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The check of {Part} failed")]
    private partial void LogFailed(Exception exception, string part);
}

/// <summary>So that the page knows when something last worked, also when nobody looks. Stored by its name: never renamed.</summary>
[DisallowConcurrentExecution]
public sealed class SystemCheckJob(SystemChecks checks) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await checks.GlanceAsync(cancellationToken);
}
