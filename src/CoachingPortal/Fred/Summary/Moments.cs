using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Summary;

/// <summary>When in a turn, which may hold a minute of talk, certain words were said.</summary>
internal static partial class Moments
{
    /// <summary>So many words of a quote tell its place.</summary>
    private const int Words = 8;

    /// <returns>For those of the turns that hold the words and know more than their own start: when the words' piece began.</returns>
    public static DateTimeOffset[] Of(SummaryMaterial material, IReadOnlyCollection<Guid> turns, string quote)
    {
        var words = Word().Matches(quote).Take(Words).Select(w => Regex.Escape(w.Value)).ToList();
        if (words.Count == 0)
            return [];
        // What stands between the words, a recogniser and a model write as they like.
        var said = new Regex($@"\b{string.Join(@"[^\p{L}\p{N}]+", words)}\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        return [.. material.Turns.Where(t => t.Said.Pieces.Length > 0 && turns.Contains(t.Id))
            .Select(t => (t.Said, Match: said.Match(t.Said.Text))).Where(t => t.Match.Success)
            .Select(t => t.Said.At.AddMilliseconds(TurnPieces.At(t.Said.Pieces, t.Match.Index)))];
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+")]
    private static partial Regex Word();
}
