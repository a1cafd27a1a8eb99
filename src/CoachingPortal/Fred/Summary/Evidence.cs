using CoachingPortal.Domain;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Fred.Summary;

/// <summary>Looks up where something that somebody claims was said.</summary>
internal static class Evidence
{
    /// <summary>The share of a claim's own words that a turn must hold to bear it out.</summary>
    private const double Enough = 0.6;

    /// <returns>The turn whose words bear the claim out best; none when no turn does.</returns>
    public static Guid[] Of(string claim, IReadOnlyList<Turn> said)
    {
        var wanted = Plain.Stems(claim);
        if (wanted.Count == 0)
            return [];
        var (best, share) = said.Select(t => (t.Id, Share: (double)Plain.Stems(t.Text).Count(wanted.Contains) / wanted.Count)).DefaultIfEmpty().MaxBy(t => t.Share);
        return share >= Enough ? [best] : [];
    }
}
