using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Admin;

/// <summary>What an admin does to accounts. Each deed tells why not, in words, or null when it is done.</summary>
public sealed partial class PeopleAdmin(IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<PeopleAdmin> log)
{
    private const string NoSuchPerson = "This person is no longer here. Load the page again.";
    internal const string NoAdmin = "You are no longer an admin. Load the page again.";
    private const string LastAdmin = "This is the only admin. Make somebody else an admin first.";

    /// <param name="search">Part of a name or an email; null for everybody.</param>
    public async Task<IReadOnlyList<Person>> ListAsync(string? search, Role? role, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var people = db.People.AsNoTracking();
        if (role is not null)
            people = people.Where(p => p.Role == role);
        if (!string.IsNullOrWhiteSpace(search))
        {
            var pattern = "%" + search.Trim().Replace("\0", "", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";
            people = people.Where(p => EF.Functions.ILike(p.Name, pattern, "\\") || EF.Functions.ILike(p.Email!, pattern, "\\"));
        }
        return await people.OrderBy(p => p.DeactivatedAt != null).ThenBy(p => p.Name).ThenBy(p => p.Id).Take(500).ToListAsync(cancellation);
    }

    /// <summary>Holds from the next decision on: the tier is read from here each time, never from a cookie.</summary>
    public async Task<string?> ChangeTierAsync(Guid adminId, Guid personId, Tier tier, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.IsAdminAsync(adminId, cancellation))
            return NoAdmin;
        if (await db.People.Where(p => p.Id == personId && p.Role == Role.Founder).ExecuteUpdateAsync(s => s.SetProperty(p => p.Tier, tier), cancellation) == 0)
            return NoSuchPerson;
        LogTier(adminId, personId, tier);
        return null;
    }

    /// <summary>The person's cookies and open pages end within minutes, and they sign in again as who they now are.</summary>
    public async Task<string?> ChangeRoleAsync(Guid adminId, Guid personId, Role role, CancellationToken cancellation = default)
    {
        var problem = await ChangeAsync(adminId, personId, losesAdmin: role != Role.Admin, p => p.Role = role, cancellation);
        if (problem is null)
            LogRole(adminId, personId, role);
        return problem;
    }

    public async Task<string?> DeactivateAsync(Guid adminId, Guid personId, CancellationToken cancellation = default)
    {
        var problem = await ChangeAsync(adminId, personId, losesAdmin: true, p => p.DeactivatedAt ??= time.GetUtcNow(), cancellation);
        if (problem is null)
            LogClosed(adminId, personId);
        return problem;
    }

    public async Task<string?> ReactivateAsync(Guid adminId, Guid personId, CancellationToken cancellation = default)
    {
        var problem = await ChangeAsync(adminId, personId, losesAdmin: false, p => p.DeactivatedAt = null, cancellation);
        if (problem is null)
            LogReopened(adminId, personId);
        return problem;
    }

    private async Task<string?> ChangeAsync(Guid adminId, Guid personId, bool losesAdmin, Action<Person> change, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        // Locked, so that two admins who close each other at the same moment do not leave none.
        var admins = await db.People
            .FromSql($"select * from people where role = 'admin' and deactivated_at is null order by id for update")
            .AsNoTracking().Select(p => p.Id).ToListAsync(cancellation);
        // An open page knows only minutes later that its person is no admin any more.
        if (!admins.Contains(adminId))
            return NoAdmin;
        if (losesAdmin && admins.Contains(personId) && admins.Count == 1)
            return LastAdmin;
        if (await db.People.SingleOrDefaultAsync(p => p.Id == personId, cancellation) is not { } person)
            return NoSuchPerson;
        change(person);
        person.SecurityStamp = Guid.NewGuid().ToString("N");
        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    [LoggerMessage(LogLevel.Information, "{AdminId} gave {PersonId} the tier {Tier}")]
    private partial void LogTier(Guid adminId, Guid personId, Tier tier);

    [LoggerMessage(LogLevel.Information, "{AdminId} gave {PersonId} the role {Role}")]
    private partial void LogRole(Guid adminId, Guid personId, Role role);

    [LoggerMessage(LogLevel.Information, "{AdminId} closed the account of {PersonId}")]
    private partial void LogClosed(Guid adminId, Guid personId);

    [LoggerMessage(LogLevel.Information, "{AdminId} opened the account of {PersonId} again")]
    private partial void LogReopened(Guid adminId, Guid personId);
}
