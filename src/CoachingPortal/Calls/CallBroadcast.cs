using System.Collections.Concurrent;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls;

/// <summary>
/// Pushes the state of a call to the pages in it whenever the session changes. One worker a session: a burst of changes
/// becomes one state, and no older state follows a newer one.
/// </summary>
public sealed partial class CallBroadcast(
    SessionFeed feed, CallConnections connections, CallStates states, CallLifecycle lifecycle, IDbContextFactory<PortalDb> databases, IHubContext<CallHub> hub, ILogger<CallBroadcast> log)
    : BackgroundService
{
    /// <summary>Sessions being worked on; true when there is news since the work began.</summary>
    private readonly ConcurrentDictionary<Guid, bool> working = new();

    private CancellationToken stopping;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        stopping = stoppingToken;
        using var subscription = feed.Subscribe(null, OnChange);
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task OnChange(Guid sessionId, SessionChange change)
    {
        switch (change)
        {
            case SessionChange.Resync:
                foreach (var id in connections.All.Select(c => c.SessionId).Distinct().ToList())
                    await RefreshAsync(id);
                break;
            case SessionChange.Session:
                await CloseAsync(sessionId);
                break;
            case SessionChange.Presence or SessionChange.Media or SessionChange.Recording or SessionChange.Consent:
                await RefreshAsync(sessionId);
                break;
        }
    }

    /// <summary>Ends the call of a session that was cancelled or deleted, and tells whoever was in it.</summary>
    public async Task CloseAsync(Guid sessionId)
    {
        await lifecycle.CloseSessionAsync(sessionId, stopping);
        await RefreshAsync(sessionId);
    }

    private async Task RefreshAsync(Guid sessionId)
    {
        // Whoever is at it either hears of the news or has just ended; then it is ours.
        while (!working.TryAdd(sessionId, false))
            if (working.TryUpdate(sessionId, true, false) || (working.TryGetValue(sessionId, out var isKnown) && isKnown))
                return;
        try
        {
            do
            {
                working[sessionId] = false;
                await PushAsync(sessionId);
            }
            while (!working.TryRemove(new(sessionId, false)) && !stopping.IsCancellationRequested);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            working.TryRemove(sessionId, out _);
            LogPushFailed(e, sessionId);
            _ = AgainAsync(sessionId);
        }
    }

    /// <summary>A page must not go on showing what no longer is, only because the database was slow once.</summary>
    private async Task AgainAsync(Guid sessionId)
    {
        await Task.Delay(TimeSpan.FromSeconds(2), stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!stopping.IsCancellationRequested)
            await RefreshAsync(sessionId);
    }

    private async Task PushAsync(Guid sessionId)
    {
        // In this order: a page that enters while we look is not among those we know, and so is not dropped.
        var known = connections.OfSession(sessionId);
        if (known.Count == 0)
            return;
        var state = await states.OfAsync(sessionId, stopping);
        await DropAsync([.. known.Where(c => state is null || !state.People.Any(p => p.ParticipationId == c.ParticipationId))], sessionId);
        if (state is not null)
            await hub.Clients.Group(CallHub.GroupOf(sessionId)).SendAsync("state", state, stopping);
    }

    /// <summary>Takes those out of the call whose participation has ended, and tells their pages why.</summary>
    private async Task DropAsync(List<CallConnection> missing, Guid sessionId)
    {
        if (missing.Count == 0)
            return;
        await using var db = await databases.CreateDbContextAsync(stopping);
        var ids = missing.ConvertAll(c => c.ParticipationId);
        var ended = await db.Participations.AsNoTracking().Where(p => ids.Contains(p.Id) && p.EndedAt != null).ToDictionaryAsync(p => p.Id, p => p.EndReason, stopping);
        var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == sessionId, stopping);
        foreach (var connection in missing.Where(c => session is null || ended.ContainsKey(c.ParticipationId)))
            await DropAsync(connection, session, ended.GetValueOrDefault(connection.ParticipationId));
    }

    private async Task DropAsync(CallConnection connection, CoachingSession? session, EndReason? reason)
    {
        // It may have come back as another participation meanwhile.
        if (connections.Find(connection.ConnectionId) != connection)
            return;
        connections.Remove(connection.ConnectionId);
        await hub.Groups.RemoveFromGroupAsync(connection.ConnectionId, CallHub.GroupOfParticipation(connection.ParticipationId), stopping);
        await hub.Groups.RemoveFromGroupAsync(connection.ConnectionId, CallHub.GroupOf(connection.SessionId), stopping);
        var page = hub.Clients.Client(connection.ConnectionId);
        if (session is null or { DeletedAt: not null })
            await page.SendAsync("ended", "deleted", stopping);
        else if (session.CancelledAt is not null)
            await page.SendAsync("ended", "cancelled", stopping);
        else if (reason is EndReason.Gone)
            await page.SendAsync("ended", "timeout", stopping);
        else if (reason is EndReason.Replaced or EndReason.Resumed)
            await page.SendAsync("replaced", stopping);
    }

    [LoggerMessage(LogLevel.Error, "The state of session {SessionId}'s call could not be pushed")]
    private partial void LogPushFailed(Exception exception, Guid sessionId);
}
