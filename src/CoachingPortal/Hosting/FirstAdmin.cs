using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Hosting;

/// <summary>The way in on an empty portal: a link, printed at each start until there is an admin, that makes the first one.</summary>
public sealed class FirstAdmin(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    private static readonly TimeSpan Validity = TimeSpan.FromDays(1);

    /// <returns>The secret of a fresh link, the earlier ones revoked; null when there is an admin.</returns>
    public async Task<string?> OfferAsync(CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.People.AnyAsync(p => p.Role == Role.Admin && p.DeactivatedAt == null, cancellation))
            return null;
        var now = time.GetUtcNow();
        await db.Invitations
            .Where(i => i.Email == null && i.AcceptedAt == null && i.RevokedAt == null)
            .ExecuteUpdateAsync(u => u.SetProperty(i => i.RevokedAt, now), cancellation);
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        db.Invitations.Add(new()
        {
            Role = Role.Admin,
            TokenHash = SHA256.HashData(Encoding.UTF8.GetBytes(token)),
            CreatedAt = now,
            ExpiresAt = now + Validity,
        });
        await db.SaveChangesAsync(cancellation);
        return token;
    }
}
