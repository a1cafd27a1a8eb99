using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Admin;

/// <summary>How many there are of what an admin runs; closed accounts are not counted.</summary>
public sealed record AdminCounts(int Free, int Pro, int Studio, int Coaches, int Admins, int Invitations, int InCalls)
{
    public int Founders => Free + Pro + Studio;
}

public sealed class AdminOverview(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    public async Task<AdminCounts> CountAsync(CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var people = await db.People.Where(p => p.DeactivatedAt == null).GroupBy(p => new { p.Role, p.Tier })
            .Select(g => new { g.Key.Role, g.Key.Tier, Count = g.Count() }).ToListAsync(cancellation);
        int Of(Role role, Tier? tier = null) => people.Where(p => p.Role == role && (tier is null || p.Tier == tier)).Sum(p => p.Count);
        return new(
            Of(Role.Founder, Tier.Free),
            Of(Role.Founder, Tier.Pro),
            Of(Role.Founder, Tier.Studio),
            Of(Role.Coach),
            Of(Role.Admin),
            await db.Invitations.CountAsync(i => i.AcceptedAt == null && i.RevokedAt == null && i.ExpiresAt > now, cancellation),
            await db.Participations.Where(p => p.JoinedAt != null && p.EndedAt == null).Select(p => p.PersonId).Distinct().CountAsync(cancellation));
    }
}
