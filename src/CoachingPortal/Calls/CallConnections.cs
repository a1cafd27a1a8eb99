using System.Collections.Concurrent;
using CoachingPortal.Hosting;

namespace CoachingPortal.Calls;

/// <summary>One page's connection to the hub, once it has entered a call.</summary>
public sealed class CallConnection(string connectionId, Guid participationId, Guid sessionId, Guid personId)
{
    public string ConnectionId { get; } = connectionId;
    public Guid ParticipationId { get; } = participationId;
    public Guid SessionId { get; } = sessionId;
    public Guid PersonId { get; } = personId;

    /// <summary>The last heartbeat, by the portal's clock.</summary>
    public DateTimeOffset LastPing { get; set; }
}

/// <summary>
/// Which pages are connected to this portal. Held in memory: after a restart the pages come back.
/// </summary>
public sealed class CallConnections
{
    private readonly ConcurrentDictionary<string, CallConnection> connections = new();

    public IEnumerable<CallConnection> All => connections.Values;

    public void Add(CallConnection connection)
    {
        if (connections.TryAdd(connection.ConnectionId, connection))
            Telemetry.Pages.Add(1);
        else
            connections[connection.ConnectionId] = connection;
    }

    public CallConnection? Find(string connectionId) => connections.GetValueOrDefault(connectionId);

    /// <returns>What was removed.</returns>
    public CallConnection? Remove(string connectionId)
    {
        if (!connections.TryRemove(connectionId, out var removed))
            return null;
        Telemetry.Pages.Add(-1);
        return removed;
    }

    public IReadOnlyList<CallConnection> OfSession(Guid sessionId) => [.. connections.Values.Where(c => c.SessionId == sessionId)];

    public bool IsConnected(Guid participationId) => connections.Values.Any(c => c.ParticipationId == participationId);
}
