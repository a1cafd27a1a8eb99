using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Admin;

/// <summary>Keys of programs: made, listed and revoked by admins.</summary>
public sealed partial class AgentAdmin(IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<AgentAdmin> log)
{
    /// <param name="Secret">For this one moment; null when refused.</param>
    /// <param name="Problem">Why not, in words.</param>
    public sealed record Created(string? Secret, string? Problem);

    public async Task<IReadOnlyList<AgentKey>> ListAsync(CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.AgentKeys.AsNoTracking().OrderBy(k => k.RevokedAt != null).ThenByDescending(k => k.CreatedAt).ToListAsync(cancellation);
    }

    public async Task<Created> CreateAsync(Guid adminId, string name, IReadOnlyCollection<string> scopes, CancellationToken cancellation = default)
    {
        name = name.Trim();
        if (name.Length is 0 or > 100 || name.Any(char.IsControl))
            return new(null, "Name the program, in at most 100 characters.");
        if (scopes.Count == 0 || scopes.Except(AgentScopes.All).Any())
            return new(null, "Choose at least one thing that the program may do.");
        var (secret, key) = AgentKeys.New(name, scopes, adminId, time.GetUtcNow());
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.IsAdminAsync(adminId, cancellation))
            return new(null, PeopleAdmin.NoAdmin);
        db.AgentKeys.Add(key);
        await db.SaveChangesAsync(cancellation);
        LogCreated(adminId, key.Id);
        return new(secret, null);
    }

    /// <summary>The key is refused from its next request on.</summary>
    public async Task RevokeAsync(Guid adminId, Guid keyId, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.AgentKeys.Where(k => k.Id == keyId && k.RevokedAt == null).ExecuteUpdateAsync(s => s.SetProperty(k => k.RevokedAt, now), cancellation) > 0)
            LogRevoked(adminId, keyId);
    }

    [LoggerMessage(LogLevel.Information, "{AdminId} made the agent key {KeyId}")]
    private partial void LogCreated(Guid adminId, Guid keyId);

    [LoggerMessage(LogLevel.Information, "{AdminId} revoked the agent key {KeyId}")]
    private partial void LogRevoked(Guid adminId, Guid keyId);
}
