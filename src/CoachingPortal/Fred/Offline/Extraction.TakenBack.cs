using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

internal static partial class Extraction
{
    /// <summary>How many turns later something may still be taken back.</summary>
    private const int TakenBackWithin = 8;

    /// <summary>Without what the same person takes back a little later.</summary>
    private static List<Found> WithoutTakenBack(IReadOnlyList<Spoken> turns, List<Found> found)
    {
        foreach (var (turn, index, sentence) in SentencesOf(turns).Where(s => TakesBack().IsMatch(s.Text)))
        {
            var recent = found.Where(f => f.Speaker == turn.Speaker && f.Turns[^1] < index && index - f.Turns[^1] <= TakenBackWithin).ToList();
            // What it names; what was said last when it names nothing.
            var words = Plain.Stems(TakesBack().Replace(sentence, ""));
            if ((recent.LastOrDefault(f => Plain.Stems(f.Text).Overlaps(words)) ?? (words.Count == 0 ? recent.LastOrDefault(f => f.Owner is not null || !NoNeed().IsMatch(sentence)) : null)) is { } taken)
                found.Remove(taken);
        }
        return found;
    }

    // Takes back a task, not a decision.
    [GeneratedRegex(@"\b(?:no need|can't actually do)\b", Loose)]
    private static partial Regex NoNeed();

    [GeneratedRegex(@"\b(?:scrap that|strike (?:that|the)|forget (?:that|it|about|what i said)|no,? forget|i take (?:that|it)\b.*\bback|take that back|on second thoughts?|(?:there's )?no need (?:now|anymore)|never ?mind that|i can't actually do that|cancel that)\b", Loose)]
    private static partial Regex TakesBack();
}
