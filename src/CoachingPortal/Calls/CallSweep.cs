using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Calls;

/// <summary>
/// Looks every few seconds for what no signal told: people who fell silent, sessions that were closed under their call,
/// and chats with FRED whose person is no longer there. It finds the same after a crash, so nothing stays open for ever.
/// </summary>
public sealed partial class CallSweep(
    CallLifecycle lifecycle, CallConnections connections, CallBroadcast broadcast, IDbContextFactory<PortalDb> databases, IOptions<CallsOptions> options, TimeProvider time, ILogger<CallSweep> log)
    : BackgroundService
{
    /// <summary>Pages say that they are alive every ten seconds; one that is connected is given two misses, however short the grace.</summary>
    private static readonly TimeSpan Heartbeats = TimeSpan.FromSeconds(30);

    /// <summary>An answer of FRED may be on its way still.</summary>
    private static readonly TimeSpan ChatRest = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var every = Shorter(options.Value.SweepEvery, Longer(options.Value.Grace / 4, TimeSpan.FromSeconds(0.1)));
        using var timer = new PeriodicTimer(every);
        var listeningSince = time.GetUtcNow();
        var lastSweep = TimeProvider.System.GetUtcNow();
        do
        {
            try
            {
                // While the portal slept or its database was away nobody could give a sign: silence counts from here.
                if (TimeProvider.System.GetUtcNow() - lastSweep > LongestPause + every)
                    listeningSince = time.GetUtcNow();
                await SweepAsync(listeningSince, stoppingToken);
                lastSweep = TimeProvider.System.GetUtcNow();
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogSweepFailed(e);
            }
        }
        while (await NextAsync(timer, stoppingToken));
    }

    /// <param name="listeningSince">From when on the portal could hear a sign of life.</param>
    internal async Task SweepAsync(DateTimeOffset listeningSince, CancellationToken cancellation)
    {
        await EndSilentAsync(listeningSince, cancellation);
        await CloseSessionsAsync(cancellation);
        await AppendChatsAsync(cancellation);
    }

    private async Task EndSilentAsync(DateTimeOffset listeningSince, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var cutoff = now - options.Value.Grace;
        if (listeningSince > cutoff)
            return;
        var ticketCutoff = now - Longer(options.Value.Grace, Heartbeats);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var silent = await db.Participations
            .Where(p => p.EndedAt == null && p.LastSeenAt < (p.JoinedAt == null ? ticketCutoff : cutoff))
            .Select(p => p.Id).ToListAsync(cancellation);
        if (silent.Count == 0)
            return;
        var alive = connections.All.Where(c => c.LastPing >= now - Longer(options.Value.Grace, Heartbeats)).Select(c => c.ParticipationId).ToHashSet();
        foreach (var id in silent.Where(id => !alive.Contains(id)))
            await EachAsync(() => lifecycle.EndAsync(id, EndReason.Gone, ifSilentSince: cutoff, cancellation));
    }

    private async Task CloseSessionsAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var closed = await db.Participations.Where(p => p.EndedAt == null)
            .Join(db.Sessions.Where(s => s.CancelledAt != null || s.DeletedAt != null), p => p.SessionId, s => s.Id, (p, s) => s.Id)
            .Distinct().ToListAsync(cancellation);
        foreach (var id in closed)
            await EachAsync(() => broadcast.CloseAsync(id));
        // Whose account was closed is out of the call, however long their page still has its connection.
        var unwelcome = await db.Participations.Where(p => p.EndedAt == null && db.People.Any(x => x.Id == p.PersonId && x.DeactivatedAt != null))
            .Select(p => p.Id).ToListAsync(cancellation);
        foreach (var id in unwelcome)
            await EachAsync(() => lifecycle.EndAsync(id, EndReason.Gone, cancellation: cancellation));
    }

    private async Task AppendChatsAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var left = await db.ChatMessages
            .Where(m => m.AppendedAt == null && m.CreatedAt < now - ChatRest
                && !db.Participations.Any(p => p.SessionId == m.SessionId && p.PersonId == m.PersonId && p.EndedAt == null))
            .Select(m => new { m.SessionId, m.PersonId }).Distinct().ToListAsync(cancellation);
        foreach (var chat in left)
        {
            await EachAsync(async () =>
            {
                await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
                await FredNotes.AppendAsync(db, chat.SessionId, chat.PersonId, now, cancellation);
                await transaction.CommitAsync(cancellation);
            });
        }
    }

    /// <summary>One that fails holds up none of the others; the next sweep tries it again.</summary>
    private async Task EachAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogSweepFailed(e);
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

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

    [LoggerMessage(LogLevel.Warning, "A sweep of the calls failed; the next one tries again")]
    private partial void LogSweepFailed(Exception exception);
}
