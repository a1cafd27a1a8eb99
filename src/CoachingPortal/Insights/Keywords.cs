namespace CoachingPortal.Insights;

/// <param name="Count">How often it was said in the session.</param>
public sealed record Keyword(string Word, int Count);

/// <summary>The words that set a session apart.</summary>
public static class Keywords
{
    public const int Shown = 12;

    /// <summary>A word said once is chance.</summary>
    private const int Least = 2;

    /// <param name="isFounder">Whether the founder reads it, whose other sessions are those with every coach.</param>
    public static string FormulaFor(bool isFounder) =>
        $"Words said at least twice here, and more often than in {(isFounder ? "your other sessions, with whichever coach" : "this founder's other sessions with you")} (the last {InsightsReader.MostSessions} of them), in the order of how little that can be chance: "
        + "the log-likelihood 2 · (a · ln(a / E) + b · ln(b / F)), where a and b are how often the word was said here and in the others, and E and F how often it would have been if all sessions were alike. "
        + "Common English words are left out. While there is no other session, the most frequent words.";

    /// <param name="here">How often each word was said in the session.</param>
    /// <param name="elsewhere">And in the others it is held against.</param>
    public static IReadOnlyList<Keyword> Of(IReadOnlyDictionary<string, int> here, IReadOnlyDictionary<string, int> elsewhere)
    {
        var (ofHere, ofElsewhere) = ((double)here.Values.Sum(), (double)elsewhere.Values.Sum());
        return [.. here.Where(w => w.Value >= Least)
            .Select(w => (w.Key, w.Value, Weight: ofElsewhere == 0 ? w.Value : LogLikelihood(w.Value, elsewhere.GetValueOrDefault(w.Key), ofHere, ofElsewhere)))
            .Where(w => w.Weight > 0)
            .OrderByDescending(w => w.Weight).ThenByDescending(w => w.Value).ThenBy(w => w.Key, StringComparer.Ordinal)
            .Take(Shown).Select(w => new Keyword(w.Key, w.Value))];
    }

    /// <summary>Dunning's, for two bodies of text.</summary>
    /// <returns>0 when the word is no more frequent here than there.</returns>
    public static double LogLikelihood(double a, double b, double ofHere, double ofElsewhere)
    {
        if (a / ofHere <= b / ofElsewhere)
            return 0;
        var both = (a + b) / (ofHere + ofElsewhere);
        return 2 * (a * Math.Log(a / (ofHere * both)) + (b == 0 ? 0 : b * Math.Log(b / (ofElsewhere * both))));
    }
}
