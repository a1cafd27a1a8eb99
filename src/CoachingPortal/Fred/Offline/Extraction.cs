using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Offline;

/// <summary>A decision or a commitment as it was said.</summary>
/// <param name="Text">As an entry of a list: <c>Call three customers by Friday</c>.</param>
/// <param name="Quote">The sentence it rests on.</param>
/// <param name="Turns">Where, as indices into the turns that were given.</param>
/// <param name="When">The words that name the day, where they stand outside the quote.</param>
internal sealed record Found(string Text, string Quote, Role? Owner, string Speaker, bool IsUnsure, IReadOnlyList<int> Turns, string? When = null);

internal sealed record KeySentence(Spoken Turn, int Index, string Text);

/// <summary>
/// Finds decisions and commitments by the way people word them, and the sentences that carry most of a conversation.
/// Careful rather than complete: what is hedged is marked as unsure, what is asked or told of the past is left out.
/// </summary>
internal static partial class Extraction
{
    public static IReadOnlyList<Found> Commitments(IReadOnlyList<Spoken> turns) => WithoutTakenBack(turns, Actions.In(new(turns)));

    public static IReadOnlyList<Found> DecisionsIn(IReadOnlyList<Spoken> turns) => WithoutTakenBack(turns, Decisions.In(new(turns)));

    /// <summary>The sentences that say most, at most <paramref name="count"/>, in the order they were said.</summary>
    public static IReadOnlyList<KeySentence> KeySentences(IReadOnlyList<Spoken> turns, int count) => [.. ByWeight(turns, count).OrderBy(s => s.Index)];

    /// <summary>The same, those that carry most first.</summary>
    public static IReadOnlyList<KeySentence> ByWeight(IReadOnlyList<Spoken> turns, int count)
    {
        var sentences = SentencesOf(turns).Where(s => Plain.Words(s.Text).Count >= 5).Select(s => (Sentence: s, Stems: Plain.Stems(s.Text))).ToList();
        var weight = sentences.SelectMany(s => s.Stems).CountBy(s => s).ToDictionary(s => s.Key, s => Math.Log(1 + s.Value));
        var ranked = sentences.Where(s => s.Stems.Count >= 2).OrderByDescending(s => Score(s.Sentence.Text, s.Stems)).ToList();
        var chosen = new List<(KeySentence Sentence, HashSet<string> Stems)>();
        foreach (var (sentence, stems) in ranked)
        {
            if (chosen.Count == count)
                break;
            if (chosen.TrueForAll(c => stems.Count(c.Stems.Contains) < 0.6 * Math.Min(stems.Count, c.Stems.Count)))
                chosen.Add((sentence, stems));
        }
        return [.. chosen.Select(c => c.Sentence)];

        double Score(string text, HashSet<string> stems) =>
            stems.Sum(s => weight[s]) / Math.Sqrt(6 + Plain.Words(text).Count)
                * (text.EndsWith('?') ? 0.5 : 1) * (Telling().IsMatch(text) ? 1.3 : 1) * (SmallTalk().IsMatch(text) ? 0.3 : 1);
    }

    /// <summary>What the conversation was about: the words that came back most, as they were said.</summary>
    public static IReadOnlyList<string> Keywords(IReadOnlyList<Spoken> turns, int count) =>
    [
        .. turns.SelectMany(t => Plain.Words(t.Text)).Where(w => w.Length > 3 && !Plain.IsCommon(w) && !w.EndsWith("ly", StringComparison.Ordinal) && !NoKeyword().IsMatch(w))
            .GroupBy(Plain.Stem).Where(g => g.Count() > 1).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(count)
            .Select(g => g.CountBy(w => w.ToLowerInvariant()).MaxBy(w => w.Value).Key),
    ];

    private static IEnumerable<KeySentence> SentencesOf(IReadOnlyList<Spoken> turns) =>
        turns.SelectMany((t, i) => Plain.Sentences(t.Text.Replace('’', '\'')).Select(s => new KeySentence(t, i, s)));
}
