using CoachingPortal.Accounts;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Calls.PostCall;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Hosting;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls;

/// <summary>
/// Who is in which call. A participation goes ticket → joined → ended (or ticket → ended) and never back; a call goes
/// open → ended with its last joined participation. Every sign of an end names its participation, whatever it is that
/// noticed, and comes through here, so that twice is once and an old one's end never ends a newer one. Each step is one
/// transaction under the session's lock: a portal that dies between two of them has done the first and not the second.
/// </summary>
public sealed partial class CallLifecycle(
    IDbContextFactory<PortalDb> databases, RecordingGate gate, LiveKitRooms rooms, PostCallSteps steps, PostCallQueue queue, TimeProvider time, ILogger<CallLifecycle> log)
{
    /// <summary>The connection stands: the person is present from now on, here and nowhere else.</summary>
    /// <returns>The participation, or why it cannot be.</returns>
    public async Task<Entry> EnterAsync(Caller caller, Guid participationId, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var sessionId = await db.Participations.Where(p => p.Id == participationId && p.PersonId == caller.Id).Select(p => (Guid?)p.SessionId).SingleOrDefaultAsync(cancellation);
        if (sessionId is null)
            return Entry.Refused("not-found");
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await db.LockCallsAsync(sessionId.Value, cancellation);
        var mine = await db.Participations.AsNoTracking().SingleOrDefaultAsync(p => p.Id == participationId, cancellation);
        if (session is null || session.DeletedAt is not null || session.RoleOf(caller.Id) is null || mine is null || !await db.IsWelcomeAsync(caller.Id, cancellation))
            return Entry.Refused("not-found");
        if (session.CancelledAt is not null)
            return Entry.Refused("cancelled");
        if (mine.EndReason is { } reason)
            return Entry.Refused(reason.ToString());

        var now = time.GetUtcNow();
        if (mine.JoinedAt is not null)
        {
            await db.Participations.Where(p => p.Id == mine.Id).ExecuteUpdateAsync(u => u.SetProperty(p => p.LastSeenAt, now), cancellation);
            await transaction.CommitAsync(cancellation);
            return new(mine, null);
        }

        var others = await db.Participations.AsNoTracking()
            .Where(p => p.SessionId == mine.SessionId && p.PersonId == caller.Id && p.JoinedAt != null && p.EndedAt == null).ToListAsync(cancellation);
        foreach (var other in others)
            await MarkEndedAsync(db, other, other.TabId == mine.TabId ? EndReason.Resumed : EndReason.Replaced, now, cancellation);
        var call = await db.Calls.AsNoTracking().SingleAsync(c => c.Id == mine.CallId, cancellation);
        // The call that the ticket was for may have ended meanwhile; the page goes over what its ticket said.
        if (call.EndedAt is not null)
            call = await db.OpenCallAsync(mine.SessionId, call.Transport, now, cancellation);
        var callId = call.Id;
        if (!await db.Participations.AnyAsync(p => p.CallId == callId && p.JoinedAt != null, cancellation))
            await db.Calls.Where(c => c.Id == callId).ExecuteUpdateAsync(u => u.SetProperty(c => c.StartedAt, now), cancellation);
        await db.Participations.Where(p => p.Id == mine.Id).ExecuteUpdateAsync(
            u => u.SetProperty(p => p.JoinedAt, now).SetProperty(p => p.LastSeenAt, now).SetProperty(p => p.CallId, callId), cancellation);
        await gate.EvaluateAsync(db, mine.SessionId, cancellation);
        await SessionFeed.PublishAsync(db, mine.SessionId, SessionChange.Presence, cancellation);
        await transaction.CommitAsync(cancellation);
        LogJoined(mine.Id, caller.Id, mine.SessionId, callId);
        return new(mine, null);
    }

    /// <summary>A sign of life, or the sign from which silence is counted (the page was closed, the connection broke). A mere ticket's life it does not lengthen.</summary>
    /// <param name="personId">Whose participation it must be; null when the portal itself knows it.</param>
    /// <returns>False when that participation was never entered, or has ended.</returns>
    public async Task<bool> TouchAsync(Guid participationId, Guid? personId, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.GetUtcNow();
        return await db.Participations
            .Where(p => p.Id == participationId && p.JoinedAt != null && p.EndedAt == null && (personId == null || p.PersonId == personId))
            .ExecuteUpdateAsync(u => u.SetProperty(p => p.LastSeenAt, now), cancellation) > 0;
    }

    /// <summary>
    /// Ends the participation: what its person and FRED said goes into the notes, and when it was the last one the call
    /// ends. All of it once, however often and from wherever this is called.
    /// </summary>
    /// <param name="ifSilentSince">Only if there was no sign of life from then on.</param>
    /// <returns>Whether this call ended it.</returns>
    public async Task<bool> EndAsync(Guid participationId, EndReason reason, DateTimeOffset? ifSilentSince = null, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var sessionId = await db.Participations.Where(p => p.Id == participationId).Select(p => (Guid?)p.SessionId).SingleOrDefaultAsync(cancellation);
        if (sessionId is null)
            return false;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await db.LockCallsAsync(sessionId.Value, cancellation);
        var participation = await db.Participations.FromSql($"select * from participations where id = {participationId} for update").AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (participation is not { EndedAt: null } || participation.LastSeenAt >= ifSilentSince)
            return false;

        var isOverLiveKit = await db.Calls.AnyAsync(c => c.Id == participation.CallId && c.Transport == CallTransport.Livekit, cancellation);
        var now = time.GetUtcNow();
        // Whoever vanished was there until the last sign of them, not until it was noticed.
        await MarkEndedAsync(db, participation, reason, reason == EndReason.Gone ? participation.LastSeenAt : now, cancellation);
        var callEnded = await SettleCallAsync(db, participation, now, cancellation);
        if (!callEnded && participation.JoinedAt is not null)
            await gate.EvaluateAsync(db, participation.SessionId, cancellation);
        if (participation.JoinedAt is not null)
            await SessionFeed.PublishAsync(db, participation.SessionId, SessionChange.Presence, cancellation);
        await transaction.CommitAsync(cancellation);
        LogEnded(participation.Id, participation.PersonId, participation.SessionId, reason);
        if (callEnded)
            await queue.WakeAsync(participation.CallId, cancellation: cancellation);
        // Whoever is out here is out there, whatever their page still does; with a mere ticket they may have gone there alone.
        if (session is not null && isOverLiveKit)
            rooms.TidySoon(session.RoomName, participation, callEnded);
        return true;
    }

    /// <summary>The session was cancelled or deleted: whoever is in its call is out of it.</summary>
    /// <returns>Those it ended.</returns>
    public async Task<IReadOnlyList<Guid>> CloseSessionAsync(Guid sessionId, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.Sessions.AnyAsync(s => s.Id == sessionId && (s.CancelledAt != null || s.DeletedAt != null), cancellation))
            return [];
        var open = await db.Participations.Where(p => p.SessionId == sessionId && p.EndedAt == null).Select(p => p.Id).ToListAsync(cancellation);
        foreach (var id in open)
            await EndAsync(id, EndReason.SessionClosed, cancellation: cancellation);
        return open;
    }

    private static async Task MarkEndedAsync(PortalDb db, Participation participation, EndReason reason, DateTimeOffset at, CancellationToken cancellation)
    {
        await db.Participations.Where(p => p.Id == participation.Id).ExecuteUpdateAsync(
            u => u.SetProperty(p => p.EndedAt, at).SetProperty(p => p.EndReason, reason), cancellation);
        if (participation.JoinedAt is not null)
            await FredNotes.AppendAsync(db, participation.SessionId, participation.PersonId, at, cancellation);
    }

    /// <summary>Ends the call when nobody is left in it. A call that nobody ever entered was none, and goes without a trace.</summary>
    /// <returns>Whether it ended a call that took place.</returns>
    private async Task<bool> SettleCallAsync(PortalDb db, Participation last, DateTimeOffset now, CancellationToken cancellation)
    {
        var callId = last.CallId;
        var people = await db.Participations.Where(p => p.CallId == callId).Select(p => new { p.JoinedAt, p.EndedAt }).ToListAsync(cancellation);
        if (people.Any(p => p.EndedAt is null && (p.JoinedAt is not null || last.JoinedAt is null)))
            return false;
        if (people.All(p => p.JoinedAt is null))
        {
            await db.Calls.Where(c => c.Id == callId).ExecuteDeleteAsync(cancellation);
            return false;
        }

        var endedAt = people.Where(p => p.JoinedAt is not null).Max(p => p.EndedAt) ?? now;
        var ended = await db.Calls.Where(c => c.Id == callId && c.EndedAt == null).ExecuteUpdateAsync(u => u.SetProperty(c => c.EndedAt, endedAt), cancellation);
        if (ended == 0)
            return false;
        await gate.EndCallAsync(db, callId, cancellation);
        Telemetry.CallDuration.Record((endedAt - people.Min(p => p.JoinedAt)!.Value).TotalSeconds);
        db.PostCallSteps.AddRange(steps.For(last.SessionId, callId));
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, last.SessionId, SessionChange.PostCall, cancellation);
        return true;
    }

    [LoggerMessage(LogLevel.Information, "Participation {ParticipationId} of person {PersonId} joined session {SessionId}, call {CallId}")]
    private partial void LogJoined(Guid participationId, Guid personId, Guid sessionId, Guid callId);

    [LoggerMessage(LogLevel.Information, "Participation {ParticipationId} of person {PersonId} in session {SessionId} ended: {Reason}")]
    private partial void LogEnded(Guid participationId, Guid personId, Guid sessionId, EndReason reason);
}

/// <param name="Refusal">Why not; null when the person is in.</param>
public sealed record Entry(Participation? Participation, string? Refusal)
{
    public static Entry Refused(string why) => new(null, why);
}
