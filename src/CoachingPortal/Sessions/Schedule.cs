using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>What somebody wants in the calendar.</summary>
public sealed record Appointment(string Title, Guid CoachId, Guid FounderId, DateTimeOffset StartsAt, TimeSpan Length);

/// <param name="SessionId">The session; null when refused.</param>
/// <param name="Problem">Why not, in words.</param>
public sealed record Scheduled(Guid? SessionId, string? Problem);

/// <summary>Makes, moves, renames and cancels sessions: a coach their own, an admin everyone's, a founder none.</summary>
public sealed partial class Schedule(IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<Schedule> log)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan Longest = TimeSpan.FromHours(4);

    private const string Gone = "This session is no longer here.";

    public sealed record Choice(Guid Id, string Name);

    /// <summary>Who can be put into a session. A coach's only coach is themself.</summary>
    public async Task<(IReadOnlyList<Choice> Coaches, IReadOnlyList<Choice> Founders)> ChoicesAsync(Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var people = await db.People.AsNoTracking().Where(p => p.DeactivatedAt == null && p.Role != Role.Admin).OrderBy(p => p.Name)
            .Select(p => new { p.Id, p.Name, p.Role }).ToListAsync(cancellation);
        return (
            [.. people.Where(p => p.Role == Role.Coach && (caller.Role == Role.Admin || p.Id == caller.Id)).Select(p => new Choice(p.Id, p.Name))],
            [.. people.Where(p => p.Role == Role.Founder).Select(p => new Choice(p.Id, p.Name))]);
    }

    /// <returns>The session, when the caller may move it; else null.</returns>
    public async Task<CoachingSession?> FindAsync(Caller caller, Guid id, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await MovableBy(db, caller).AsNoTracking().Include(s => s.Coach).Include(s => s.Founder).SingleOrDefaultAsync(s => s.Id == id, cancellation);
    }

    /// <summary>What else the coach has at that time: worth a warning, not a refusal.</summary>
    public async Task<IReadOnlyList<CoachingSession>> OverlapsAsync(Caller caller, Guid coachId, DateTimeOffset startsAt, TimeSpan length, Guid? except = null, CancellationToken cancellation = default)
    {
        var endsAt = startsAt + length;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await MovableBy(db, caller).AsNoTracking()
            .Where(s => s.CoachId == coachId && s.Id != except && s.CancelledAt == null && s.StartsAt < endsAt && s.EndsAt > startsAt)
            .OrderBy(s => s.StartsAt).Take(3).ToListAsync(cancellation);
    }

    public async Task<Scheduled> AddAsync(Caller caller, Appointment wanted, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        if (ProblemOf(wanted) is { } problem)
            return new(null, problem);
        if (wanted.StartsAt < now)
            return new(null, "That time has passed. Choose a later one.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (caller.Role != Role.Admin && (caller.Role != Role.Coach || wanted.CoachId != caller.Id))
            return new(null, "You can schedule your own sessions only.");
        if (!await IsActiveAsync(db, wanted.CoachId, Role.Coach, cancellation))
            return new(null, "Choose a coach.");
        if (!await IsActiveAsync(db, wanted.FounderId, Role.Founder, cancellation))
            return new(null, "Choose a founder.");

        var session = new CoachingSession
        {
            Title = wanted.Title.Trim(),
            CoachId = wanted.CoachId,
            FounderId = wanted.FounderId,
            StartsAt = wanted.StartsAt.ToUniversalTime(),
            EndsAt = (wanted.StartsAt + wanted.Length).ToUniversalTime(),
            RoomName = CoachingSession.NewRoomName(),
            CreatedAt = now,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        db.Sessions.Add(session);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, session.Id, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        LogAdded(caller.Id, session.Id);
        return new(session.Id, null);
    }

    /// <summary>Moves and renames; the people stay.</summary>
    /// <param name="version">As it was read: who would overwrite what they have not seen is told.</param>
    public async Task<Scheduled> ChangeAsync(Caller caller, Guid id, uint version, Appointment wanted, CancellationToken cancellation = default)
    {
        if (ProblemOf(wanted) is { } problem)
            return new(null, problem);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await MovableBy(db, caller).SingleOrDefaultAsync(s => s.Id == id, cancellation) is not { } session)
            return new(null, Gone);
        if (session.CancelledAt is not null)
            return new(null, "This session is cancelled. Bring it back first.");
        if (wanted.StartsAt != session.StartsAt && wanted.StartsAt < time.GetUtcNow())
            return new(null, "That time has passed. Choose a later one.");

        db.Entry(session).Property(s => s.Version).OriginalValue = version;
        session.Title = wanted.Title.Trim();
        session.StartsAt = wanted.StartsAt.ToUniversalTime();
        session.EndsAt = (wanted.StartsAt + wanted.Length).ToUniversalTime();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new(null, "Somebody changed this session in the meantime. Load the page again to see how it stands.");
        }
        await SessionFeed.PublishAsync(db, id, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        LogChanged(caller.Id, id);
        return new(id, null);
    }

    /// <returns>Null when it is cancelled, else why not.</returns>
    public async Task<string?> CancelAsync(Caller caller, Guid id, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        return await SetCancelledAsync(caller, id, now, "This session is over, so there is nothing to cancel.", cancellation);
    }

    /// <summary>Takes a cancellation back.</summary>
    /// <returns>Null when it stands again, else why not.</returns>
    public Task<string?> RestoreAsync(Caller caller, Guid id, CancellationToken cancellation = default) =>
        SetCancelledAsync(caller, id, null, "The time of this session has passed. Schedule a new one.", cancellation);

    private async Task<string?> SetCancelledAsync(Caller caller, Guid id, DateTimeOffset? at, string over, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var mine = MovableBy(db, caller).Where(s => s.Id == id);
        if (await mine.Where(s => s.EndsAt > now).ExecuteUpdateAsync(s => s.SetProperty(x => x.CancelledAt, at), cancellation) == 0)
            return await mine.AnyAsync(cancellation) ? over : Gone;
        await SessionFeed.PublishAsync(db, id, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        LogCancelled(caller.Id, id, at is null ? "brought back" : "cancelled");
        return null;
    }

    private static IQueryable<CoachingSession> MovableBy(PortalDb db, Caller caller) => caller.Role switch
    {
        Role.Admin => db.Sessions.Where(s => s.DeletedAt == null),
        Role.Coach => db.Sessions.Where(s => s.DeletedAt == null && s.CoachId == caller.Id),
        _ => db.Sessions.Where(s => false),
    };

    private static Task<bool> IsActiveAsync(PortalDb db, Guid personId, Role role, CancellationToken cancellation) =>
        db.People.AnyAsync(p => p.Id == personId && p.Role == role && p.DeactivatedAt == null, cancellation);

    private static string? ProblemOf(Appointment wanted) =>
        wanted.Title.Trim().Length is 0 or > 200 || wanted.Title.Contains('\0', StringComparison.Ordinal) ? "Give the session a title of at most 200 characters."
        : wanted.Length < Shortest || wanted.Length > Longest ? "A session lasts from ten minutes to four hours."
        : null;

    [LoggerMessage(LogLevel.Information, "{PersonId} scheduled {SessionId}")]
    private partial void LogAdded(Guid personId, Guid sessionId);

    [LoggerMessage(LogLevel.Information, "{PersonId} moved or renamed {SessionId}")]
    private partial void LogChanged(Guid personId, Guid sessionId);

    [LoggerMessage(LogLevel.Information, "{PersonId} has {Deed} {SessionId}")]
    private partial void LogCancelled(Guid personId, Guid sessionId, string deed);
}
