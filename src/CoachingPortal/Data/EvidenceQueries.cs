using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Data;

internal static class EvidenceQueries
{
    /// <summary>Which turn each of these is now: itself, or the better one that took its place. Those that are gone are missing.</summary>
    public static async Task<Dictionary<Guid, Guid>> StandingAsync(this PortalDb db, IEnumerable<Guid> turnIds, CancellationToken cancellation)
    {
        var named = turnIds.Distinct().ToArray();
        return named.Length == 0
            ? []
            : await db.Turns.IgnoreQueryFilters().Where(t => named.Contains(t.Id) && (t.SupersededAt == null || t.SupersededById != null))
                .ToDictionaryAsync(t => t.Id, t => t.SupersededById ?? t.Id, cancellation);
    }

    /// <summary>Those of the items whose words were never found, or whose turns are gone.</summary>
    public static async Task<HashSet<Guid>> UnprovenAsync(this PortalDb db, IReadOnlyCollection<SessionItem> items, CancellationToken cancellation)
    {
        var standing = await db.StandingAsync(items.SelectMany(i => i.EvidenceTurnIds), cancellation);
        return [.. items.Where(i => i.IsUnproven(i.EvidenceTurnIds.Any(standing.ContainsKey))).Select(i => i.Id)];
    }
}
