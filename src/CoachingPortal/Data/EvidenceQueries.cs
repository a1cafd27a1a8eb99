using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Data;

internal static class EvidenceQueries
{
    /// <summary>Those of the items whose words were never found, or whose turns are gone.</summary>
    public static async Task<HashSet<Guid>> UnprovenAsync(this PortalDb db, IReadOnlyCollection<SessionItem> items, CancellationToken cancellation)
    {
        var named = items.SelectMany(i => i.EvidenceTurnIds).Distinct().ToArray();
        // One that better turns replaced points to them.
        var standing = named.Length == 0
            ? []
            : await db.Turns.IgnoreQueryFilters().Where(t => named.Contains(t.Id) && (t.SupersededAt == null || t.SupersededById != null)).Select(t => t.Id).ToHashSetAsync(cancellation);
        return [.. items.Where(i => i.IsUnproven(i.EvidenceTurnIds.Any(standing.Contains))).Select(i => i.Id)];
    }
}
