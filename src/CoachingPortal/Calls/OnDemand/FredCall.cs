using CoachingPortal.Accounts;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.OnDemand;

/// <param name="Consents">What the caller agrees to; what is null was not answered.</param>
/// <param name="EnableRecording">True asks for a recording.</param>
/// <param name="TabId">The browser tab's own name, at most 64 characters; made when missing.</param>
public sealed record FredCallRequest(ConsentAnswers? Consents = null, bool? EnableRecording = null, string? TabId = null);

/// <summary>A call with FRED, ready to be joined.</summary>
/// <param name="CallType"><c>on-demand</c>.</param>
/// <param name="EgressId">LiveKit's name of the recording that runs; null while none does.</param>
/// <param name="AgentDispatched">Whether FRED's agent is sent to the room with the caller's ticket.</param>
/// <param name="Words">How FRED is there, for the person.</param>
public sealed record FredCallStarted(Guid SessionId, string RoomName, string CallType, JoinTicket Ticket, string? EgressId, bool AgentDispatched, string Words);

/// <summary>
/// A founder's call with FRED, whenever they want it: a session of its own, which their coach can read and join. Only the
/// founder is expected in it.
/// </summary>
public sealed partial class FredCall(IDbContextFactory<PortalDb> databases, JoinCall join, LiveKitTickets tickets, TimeProvider time, ILogger<FredCall> log)
{
    public const string Title = "Talk with FRED";

    private static readonly TimeSpan Length = TimeSpan.FromMinutes(30);

    private static readonly CallRefusal NoCoach = new(
        StatusCodes.Status409Conflict, "no-coach", "FRED speaks with you between sessions with a coach, and you have had none yet. Your coach schedules the first.");

    /// <summary>The founder's coach, who can read what is said to FRED; null when there is none yet.</summary>
    public async Task<string?> CoachNameAsync(Caller founder, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await CoachOf(db, founder.Id).Select(c => c.Name).FirstOrDefaultAsync(cancellation);
    }

    /// <summary>Makes the session, or finds the one that was made and not used.</summary>
    /// <returns>The session, or why there is none.</returns>
    public async Task<(CoachingSession? Session, CallRefusal? Refusal)> BeginAsync(Caller founder, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Pressed twice is one call.
        await db.Database.ExecuteSqlAsync($"select id from people where id = {founder.Id} for no key update", cancellation);
        if (!await db.IsWelcomeAsync(founder.Id, cancellation))
            return (null, CallRefusal.NotFound);
        var unused = await db.Sessions.AsNoTracking()
            .Where(s => s.FounderId == founder.Id && s.CallType == CoachingSession.OnDemand && s.EndsAt > now && s.CancelledAt == null && s.DeletedAt == null
                && !db.Calls.Any(c => c.SessionId == s.Id && c.EndedAt != null))
            .OrderByDescending(s => s.CreatedAt).FirstOrDefaultAsync(cancellation);
        if (unused is not null)
            return (unused, null);
        if (await CoachOf(db, founder.Id).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellation) is not { } coachId)
            return (null, NoCoach);
        var session = new CoachingSession
        {
            Title = Title,
            CoachId = coachId,
            FounderId = founder.Id,
            StartsAt = now,
            EndsAt = now + Length,
            CallType = CoachingSession.OnDemand,
            RoomName = CoachingSession.NewRoomName(),
            CreatedAt = now,
        };
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, session.Id, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        LogBegun(founder.Id, session.Id);
        return (session, null);
    }

    /// <summary>Makes the session and gives its founder the ticket.</summary>
    /// <returns>The call, or why there is none. A refusal changes nothing.</returns>
    public async Task<(FredCallStarted? Started, CallRefusal? Refusal)> StartAsync(Caller founder, FredCallRequest request, CancellationToken cancellation = default)
    {
        if (request.EnableRecording == true && !await MayRecordAsync(founder, cancellation))
            return (null, CallRefusal.NoRecording);
        var (session, refusal) = await BeginAsync(founder, cancellation);
        if (session is null)
            return (null, refusal);
        (var ticket, refusal) = await join.AskAsync(founder, new JoinRequest(session.Id, request.EnableRecording, request.Consents, request.TabId), cancellation);
        if (ticket is null)
            return (null, refusal);
        var hasAgent = ticket.Transport == CallTransport.Livekit && tickets.BringsFred(session.CallType);
        return (new(session.Id, session.RoomName, session.CallType, ticket, await EgressAsync(session.Id, cancellation), hasAgent, FredWords.How(hasAgent)), null);
    }

    /// <summary>Whoever coached them last, and is still there.</summary>
    private static IQueryable<Person> CoachOf(PortalDb db, Guid founderId) =>
        db.Sessions.Where(s => s.FounderId == founderId && s.DeletedAt == null && s.Coach!.DeactivatedAt == null).OrderByDescending(s => s.StartsAt).Select(s => s.Coach!);

    private async Task<bool> MayRecordAsync(Caller founder, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.People.AnyAsync(p => p.Id == founder.Id && p.Tier == Tier.Studio, cancellation);
    }

    private async Task<string?> EgressAsync(Guid sessionId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Egresses.Where(e => e.SessionId == sessionId && e.Kind == EgressKind.Room && (e.Status == EgressState.Starting || e.Status == EgressState.Active))
            .OrderByDescending(e => e.WantedAt).Select(e => e.EgressId).FirstOrDefaultAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Founder {PersonId} began a call with FRED: session {SessionId}")]
    private partial void LogBegun(Guid personId, Guid sessionId);
}

/// <summary>How FRED is in a call, in words.</summary>
internal static class FredWords
{
    /// <param name="hasAgent">An agent speaks for FRED.</param>
    public static string How(bool hasAgent) => hasAgent
        ? "FRED joins you by voice as soon as you are in the call."
        : "FRED is with you in writing: no voice is set up for it. Write in the sidebar of the call.";
}
