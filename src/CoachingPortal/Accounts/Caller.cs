using System.Security.Claims;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Accounts;

/// <summary>Who asks, as their cookie says. The tier is deliberately not here: it is read from the database when it matters.</summary>
public sealed record Caller(Guid Id, Role Role, string Name)
{
    public const string RoleClaim = ClaimTypes.Role;

    /// <exception cref="InvalidOperationException">Nobody is signed in: the page or endpoint lacks its policy.</exception>
    public static Caller From(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(ClaimTypes.NameIdentifier), out var id) && Enum.TryParse<Role>(user.FindFirstValue(RoleClaim), ignoreCase: true, out var role)
            ? new(id, role, user.FindFirstValue("name") ?? user.Identity?.Name ?? "")
            : throw new InvalidOperationException("Nobody is signed in.");
}

/// <summary>Names of the authorization policies.</summary>
public static class Policies
{
    public const string Founder = nameof(Founder);
    public const string Coach = nameof(Coach);
    public const string Admin = nameof(Admin);

    /// <summary>A founder or a coach: whoever can be in a session.</summary>
    public const string Member = nameof(Member);

    /// <summary>A coach, for their own sessions, or an admin, for everyone's.</summary>
    public const string Scheduler = nameof(Scheduler);
}

public static class SessionAccess
{
    /// <summary>
    /// The sessions whose material the caller may see: their own, as founder or coach. An admin runs the portal and
    /// sees no session's content. Deleted sessions are nobody's.
    /// </summary>
    public static IQueryable<CoachingSession> VisibleTo(this IQueryable<CoachingSession> sessions, Caller caller) =>
        sessions.Where(s => s.DeletedAt == null && (s.FounderId == caller.Id || s.CoachId == caller.Id));

    /// <summary>
    /// Whether somebody is an admin now. A cookie or an open page may say so for minutes after it has ended, which is
    /// long enough to make oneself another account.
    /// </summary>
    public static Task<bool> IsAdminAsync(this PortalDb db, Guid personId, CancellationToken cancellation = default) =>
        db.People.AnyAsync(p => p.Id == personId && p.Role == Role.Admin && p.DeactivatedAt == null, cancellation);

    /// <summary>Whether the account is open now.</summary>
    public static Task<bool> IsWelcomeAsync(this PortalDb db, Guid personId, CancellationToken cancellation = default) =>
        db.People.AnyAsync(p => p.Id == personId && p.DeactivatedAt == null, cancellation);
}
