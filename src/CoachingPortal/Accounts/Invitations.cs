using System.ComponentModel.DataAnnotations;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Accounts;

/// <summary>One-time links that make accounts.</summary>
public sealed partial class Invitations(IDbContextFactory<PortalDb> databases, IServiceScopeFactory scopes, TimeProvider time, ILogger<Invitations> log)
{
    /// <summary>How long a link can be used.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(7);

    private static readonly EmailAddressAttribute EmailForm = new();

    /// <param name="Path">The link below the portal's address, such as <c>/invitations/…</c>; null when refused.</param>
    /// <param name="Problem">Why not, in words; null when it worked.</param>
    public sealed record Invited(string? Path, string? Problem);

    /// <summary>Invites somebody. An earlier open link to the same address stops working.</summary>
    public async Task<Invited> InviteAsync(Guid adminId, string email, string? name, Role role, Tier tier, CancellationToken cancellation = default)
    {
        email = email.Trim().ToLowerInvariant();
        name = string.IsNullOrWhiteSpace(name) ? null : name.Trim();
        if (email.Length is 0 or > 256 || !EmailForm.IsValid(email) || email.Any(char.IsWhiteSpace))
            return new(null, "Enter an email address, such as ines@example.com.");
        if (name?.Length > 100 || name?.Any(char.IsControl) == true)
            return new(null, "Use a name of at most 100 characters.");

        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.IsAdminAsync(adminId, cancellation))
            return new(null, "Only an admin invites people. Load the page again.");
        var normalized = email.ToUpperInvariant();
        if (await db.People.Where(p => p.NormalizedEmail == normalized).Select(p => new { p.Name }).SingleOrDefaultAsync(cancellation) is { } known)
            return new(null, $"{known.Name} has an account with this email already.");

        var secret = Secrets.New();
        var invitation = new Invitation
        {
            Email = email,
            Name = name,
            Role = role,
            Tier = role == Role.Founder ? tier : Tier.Free,
            TokenHash = Secrets.Hash(secret),
            InvitedById = adminId,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        };
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Open(db, now).Where(i => i.Email == email).ExecuteUpdateAsync(s => s.SetProperty(i => i.RevokedAt, now), cancellation);
        db.Invitations.Add(invitation);
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        LogInvited(adminId, invitation.Id, role);
        return new(PathOf(secret), null);
    }

    /// <summary>For a portal in which there is nobody yet: a link that makes the first admin. Earlier such links stop working.</summary>
    /// <returns>The path, or null when somebody has an account.</returns>
    public async Task<string?> FirstAdminPathAsync(CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.People.AnyAsync(cancellation))
            return null;
        var secret = Secrets.New();
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await Open(db, now).Where(i => i.Email == null).ExecuteUpdateAsync(s => s.SetProperty(i => i.RevokedAt, now), cancellation);
        db.Invitations.Add(new() { Role = Role.Admin, TokenHash = Secrets.Hash(secret), CreatedAt = now, ExpiresAt = now + Lifetime });
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return PathOf(secret);
    }

    /// <returns>The invitation, or null: used, revoked, too old and never given are not told apart.</returns>
    public async Task<Invitation?> FindAsync(string secret, CancellationToken cancellation = default)
    {
        var hash = Secrets.Hash(secret);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Open(db, time.GetUtcNow()).AsNoTracking().SingleOrDefaultAsync(i => i.TokenHash == hash, cancellation);
    }

    public async Task<IReadOnlyList<Invitation>> PendingAsync(CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await Open(db, time.GetUtcNow()).AsNoTracking().OrderByDescending(i => i.CreatedAt).ToListAsync(cancellation);
    }

    /// <returns>Whether it was open until now.</returns>
    public async Task<bool> RevokeAsync(Guid adminId, Guid id, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await Open(db, now).Where(i => i.Id == id).ExecuteUpdateAsync(s => s.SetProperty(i => i.RevokedAt, now), cancellation) == 0)
            return false;
        LogRevoked(adminId, id);
        return true;
    }

    public sealed record Accepted(Person? Person, string? Problem)
    {
        /// <summary>The link itself no longer holds.</summary>
        public bool IsGone => Person is null && Problem is null;
    }

    /// <summary>Makes the account. Of two who use one link at the same moment, one gets it.</summary>
    /// <param name="email">Used only when the invitation has none.</param>
    public async Task<Accepted> AcceptAsync(string secret, string name, string? email, string password, string? timeZone, CancellationToken cancellation = default)
    {
        var hash = Secrets.Hash(secret);
        var now = time.GetUtcNow();
        name = name.Trim();
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PortalDb>(); // UserManager's own: one transaction holds both
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();

        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await Open(db, now).Where(i => i.TokenHash == hash).ExecuteUpdateAsync(s => s.SetProperty(i => i.AcceptedAt, now), cancellation) == 0)
            return new(null, null);
        var invitation = await db.Invitations.AsNoTracking().SingleAsync(i => i.TokenHash == hash, cancellation);
        var address = invitation.Email ?? email?.Trim() ?? "";
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
            return new(null, "Enter your name, at most 100 characters.");
        if (address.Length > 256 || !EmailForm.IsValid(address) || address.Any(char.IsControl))
            return new(null, "Enter your email address.");

        var person = new Person
        {
            Id = Ids.New(),
            Name = name,
            Role = invitation.Role,
            Tier = invitation.Tier,
            Email = address,
            UserName = address,
            EmailConfirmed = true,
            LockoutEnabled = true,
            TimeZone = TimeZones.Exists(timeZone) ? timeZone : null,
            CreatedAt = now,
        };
        var result = await people.CreateAsync(person, password);
        if (!result.Succeeded)
            return new(null, PasswordWords.Of(result));
        await transaction.CommitAsync(cancellation);
        LogAccepted(person.Id, invitation.Id);
        return new(person, null);
    }

    private static IQueryable<Invitation> Open(PortalDb db, DateTimeOffset now) =>
        db.Invitations.Where(i => i.AcceptedAt == null && i.RevokedAt == null && i.ExpiresAt > now);

    private static string PathOf(string secret) => "/invitations/" + secret;

    [LoggerMessage(LogLevel.Information, "{AdminId} invited a {Role} with {InvitationId}")]
    private partial void LogInvited(Guid adminId, Guid invitationId, Role role);

    [LoggerMessage(LogLevel.Information, "{AdminId} revoked {InvitationId}")]
    private partial void LogRevoked(Guid adminId, Guid invitationId);

    [LoggerMessage(LogLevel.Information, "{PersonId} has an account by {InvitationId}")]
    private partial void LogAccepted(Guid personId, Guid invitationId);
}
