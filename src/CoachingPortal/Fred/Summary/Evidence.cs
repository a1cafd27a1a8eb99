using CoachingPortal.Domain;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Fred.Summary;

/// <summary>Looks up where something that somebody claims was said.</summary>
internal sealed class Evidence(IEnumerable<Turn> said)
{
    /// <summary>The share of a claim's own words that a turn must hold to bear it out.</summary>
    private const double Enough = 0.6;

    // Taken apart once for all claims, and only when there is one.
    private readonly Lazy<List<(Guid Id, HashSet<string> Stems)>> turns = new(() => [.. said.Select(t => (t.Id, Plain.Stems(t.Text)))]);

    /// <returns>The turn whose words bear the claim out best; none when no turn does.</returns>
    public Guid[] Of(string claim)
    {
        var wanted = Plain.Stems(claim);
        if (wanted.Count == 0)
            return [];
        var (best, share) = turns.Value.Select(t => (t.Id, Share: (double)t.Stems.Count(wanted.Contains) / wanted.Count)).DefaultIfEmpty().MaxBy(t => t.Share);
        return share >= Enough ? [best] : [];
    }

    /// <returns>
    /// For each line of a text that claims something: the turns that bear its sentences out, and whether there are some for each sentence.
    /// </returns>
    public List<SummaryPoint> OfLines(string text)
    {
        var points = new List<SummaryPoint>();
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var claims = line.StartsWith('#') || line.EndsWith(':') ? [] : Plain.Sentences(line).FindAll(s => Plain.Stems(s).Count > 0);
            if (claims.Count == 0)
                continue; // a heading
            var found = claims.ConvertAll(Of);
            points.Add(new(line, [.. found.SelectMany(f => f).Distinct()], [], found.Exists(f => f.Length == 0)));
        }
        return points;
    }
}
