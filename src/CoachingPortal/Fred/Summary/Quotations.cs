using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Summary;

/// <summary>Looks up whether the words that a model quotes were said, and in which turns.</summary>
/// <param name="lines">The turns behind each line as the model read them; of a condensed transcript a line may hold many.</param>
internal sealed partial class Quotations(SummaryMaterial material, IReadOnlyList<Guid[]> lines)
{
    /// <summary>Turns of one claim: whoever names many names none.</summary>
    private const int Most = 8;

    /// <summary>Characters of a quote: fewer are said in every session.</summary>
    private const int Least = 4;

    private readonly List<(Guid Id, string Words)> said = [.. material.Turns.Select(t => (t.Id, Words(t.Said.Text)))];

    /// <param name="turns">The lines, from 1, that the claim names as those it came from.</param>
    /// <returns>In the order they were said in, and whether the quote is in them, word for word.</returns>
    public (Guid[] Evidence, bool IsProven) Of(string? quote, IReadOnlyCollection<int>? turns)
    {
        var named = (turns ?? []).Where(n => n >= 1 && n <= lines.Count).Distinct().Select(n => lines[n - 1]).ToList();
        var words = Words(quote ?? "");
        if (words.Length - 2 < Least)
            return (Ordered([], named), false);
        if (said.Count == 0)
            return ([], material.Chat.Select(c => c.Text).Concat(material.Notes).Any(t => Words(t).Contains(words, StringComparison.Ordinal)));
        var holding = said.Where(t => t.Words.Contains(words, StringComparison.Ordinal)).Select(t => t.Id).ToHashSet();
        if (!named.Exists(line => line.Any(holding.Contains)) && named.SelectMany(line => Across(line, words)).ToList() is { Count: > 0 } across)
            holding.UnionWith(across);
        if (holding.Count == 0)
            return (Ordered([], named), false);
        return named.Exists(line => line.Any(holding.Contains)) ? (Ordered(holding, named), true) : ([said.First(t => holding.Contains(t.Id)).Id], true);
    }

    /// <summary>Of each line the turns that hold the quote, or where it begins; if there are too many, rather the first of those.</summary>
    private Guid[] Ordered(HashSet<Guid> holding, List<Guid[]> named)
    {
        var kept = named.SelectMany(line => line.Where(holding.Contains) is var quoted && quoted.Any() ? quoted : line.Take(1)).Distinct()
            .OrderByDescending(holding.Contains).Take(Most).ToHashSet();
        return [.. said.Where(t => kept.Contains(t.Id)).Select(t => t.Id)];
    }

    /// <summary>The turns of one line that hold the quote only together.</summary>
    private IEnumerable<Guid> Across(Guid[] line, string words)
    {
        var turns = said.FindAll(t => t.Words.Length > 2 && line.Contains(t.Id));
        var from = string.Concat(turns.Select((t, i) => i == 0 ? t.Words : t.Words[1..])).IndexOf(words, StringComparison.Ordinal);
        var end = 1;
        foreach (var (id, text) in turns)
        {
            var start = end;
            end += text.Length - 1;
            if (from >= 0 && start < from + words.Length - 1 && end > from + 1)
                yield return id;
        }
    }

    /// <summary>Its words alone, each between two blanks: what stands between them, a model writes as it likes.</summary>
    private static string Words(string text) => $" {string.Join(' ', Word().Matches(text).Select(w => w.Value.ToLowerInvariant()))} ";

    [GeneratedRegex(@"[\p{L}\p{M}\p{N}]+")]
    private static partial Regex Word();
}
