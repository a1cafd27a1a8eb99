using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls;

/// <summary>The database's side of "one at a time" in a session's calls.</summary>
internal static class CallRows
{
    /// <summary>
    /// Reads the session and keeps everyone else who changes its calls waiting until the transaction ends: who joins,
    /// leaves, cancels. The first lock of every such transaction, so that none waits crosswise.
    /// </summary>
    /// <returns>Null when there is no such session. Deleted and cancelled ones are returned.</returns>
    public static async Task<CoachingSession?> LockCallsAsync(this PortalDb db, Guid sessionId, CancellationToken cancellation) =>
        (await db.Sessions.FromSql($"select *, xmin from coaching_sessions where id = {sessionId} for no key update").AsNoTracking().ToListAsync(cancellation))
            .SingleOrDefault();

    /// <summary>The session's open call, begun when there is none. Under the session's lock.</summary>
    /// <param name="transport">Of a call that begins now; one that is open keeps its own.</param>
    public static async Task<Call> OpenCallAsync(this PortalDb db, Guid sessionId, CallTransport transport, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await db.Calls.AsNoTracking().SingleOrDefaultAsync(c => c.SessionId == sessionId && c.EndedAt == null, cancellation) is { } open)
            return open;
        var call = new Call { SessionId = sessionId, Transport = transport, StartedAt = now };
        db.Calls.Add(call);
        await db.SaveChangesAsync(cancellation);
        return call;
    }
}
