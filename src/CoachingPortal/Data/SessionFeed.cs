using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoachingPortal.Data;

/// <summary>What changed in a session; readers then read the database.</summary>
public enum SessionChange
{
    /// <summary>Somebody joined or left, or a call began or ended.</summary>
    Presence,
    /// <summary>What somebody in the call sends: microphone, camera, screen.</summary>
    Media,
    Recording,
    Consent,
    Turns,
    Notes,
    Comments,
    Chat,

    /// <summary>Title, times, summary, items, deletion.</summary>
    Session,

    /// <summary>A step of the work after a call.</summary>
    PostCall,

    /// <summary>The link to the database was away: anything may have changed.</summary>
    Resync,
}

/// <summary>
/// Tells pages and hubs, on every node, that a session changed. Rides on PostgreSQL's NOTIFY: ids only, sent with the
/// transaction that made the change, so that whoever hears it finds it.
/// </summary>
public sealed partial class SessionFeed(NpgsqlDataSource database, ILogger<SessionFeed> log) : NotificationListener(database, Channel, log)
{
    private const string Channel = "session_changed";

    private readonly ConcurrentDictionary<Guid, Subscription> subscriptions = new();

    /// <summary>Calls <paramref name="handler"/> for each change of the session until the result is disposed.</summary>
    /// <param name="sessionId">Null for every session.</param>
    public IDisposable Subscribe(Guid? sessionId, Func<Guid, SessionChange, Task> handler)
    {
        var subscription = new Subscription(this, sessionId, handler);
        subscriptions[subscription.Id] = subscription;
        return subscription;
    }

    /// <summary>Tells of a change when the current transaction of <paramref name="db"/> (if any) commits.</summary>
    public static Task PublishAsync(PortalDb db, Guid sessionId, SessionChange change, CancellationToken cancellation = default) =>
        db.Database.ExecuteSqlAsync($"select pg_notify({Channel}, {$"{sessionId}:{change}"})", cancellation);

    protected override void OnListening() => Dispatch(null, SessionChange.Resync);

    protected override void OnNotification(string payload)
    {
        var colon = payload.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && Guid.TryParse(payload.AsSpan(0, colon), out var id) && Enum.TryParse<SessionChange>(payload.AsSpan(colon + 1), out var change))
            Dispatch(id, change);
    }

    private void Dispatch(Guid? sessionId, SessionChange change)
    {
        foreach (var subscription in subscriptions.Values)
            if (sessionId is null || subscription.SessionId is null || subscription.SessionId == sessionId)
                _ = RunAsync(subscription, sessionId ?? subscription.SessionId ?? Guid.Empty, change);
    }

    private async Task RunAsync(Subscription subscription, Guid sessionId, SessionChange change)
    {
        // Off the listener's own loop: one slow reader holds up nobody.
        await Task.Yield();
        try
        {
            await subscription.Handler(sessionId, change);
        }
        catch (ObjectDisposedException)
        {
            // The page went while the news was on its way.
        }
        catch (Exception e)
        {
            LogHandlerFailed(e, change);
        }
    }

    [LoggerMessage(LogLevel.Error, "A reader of the session feed failed on {Change}")]
    private partial void LogHandlerFailed(Exception exception, SessionChange change);

    private sealed class Subscription(SessionFeed feed, Guid? sessionId, Func<Guid, SessionChange, Task> handler) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();
        public Guid? SessionId { get; } = sessionId;
        public Func<Guid, SessionChange, Task> Handler { get; } = handler;

        public void Dispose() => feed.subscriptions.TryRemove(Id, out _);
    }
}
