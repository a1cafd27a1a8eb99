using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Offline;

/// <summary>Promises without "I will": "that's on me", "you'll have it by Friday", "my homework is". And what is taken back.</summary>
internal static partial class Extraction
{
    /// <summary>How many turns later something may still be taken back.</summary>
    private const int TakenBackWithin = 8;

    private static Found? Ownership(IReadOnlyList<Spoken> turns, Spoken turn, int index, string sentence)
    {
        if (sentence.EndsWith('?') || Reported().IsMatch(sentence))
            return null;
        var match = Owning().Match(sentence) is { Success: true } owning ? owning
            : Presently().Match(sentence) is { Success: true } presently && Deadline().IsMatch(sentence) ? presently
            : null;
        if (match is null)
            return null;
        var words = match.Groups["x"].Value.Trim(' ', ',', ':');
        var quote = sentence;
        if (words.Length == 0 || Pointing().IsMatch(words))
        {
            // "The announcement. That one's got my name on it." What is meant stands just before.
            if (Before(turns, turn, index, sentence) is not { } before || Yes().IsMatch(before) || Thanks().IsMatch(before) || Plain.Words(before).Count < 3)
                return null;
            (words, quote) = (before.TrimEnd('.', '?', '!'), $"{before} {sentence}");
        }
        else if (PointsBack().IsMatch(words))
            words = Plain.Words(sentence).Count > 6 ? sentence : $"{Before(turns, turn, index, sentence)} {sentence}";
        var text = Entry(words);
        return Plain.Stems(text).Count == 0 || JustTalk().IsMatch(text) ? null
            : new(Addressed(text, turns, turn), quote, turn.Role, turn.Speaker, Hedged().IsMatch(sentence) || Condition().IsMatch(sentence), [index]);
    }

    /// <summary>What was said just before, in the same turn (at most two sentences) or at the end of the other's.</summary>
    private static string? Before(IReadOnlyList<Spoken> turns, Spoken turn, int index, string sentence)
    {
        var own = Plain.Sentences(turn.Text.Replace('’', '\''));
        var at = own.IndexOf(sentence);
        return at > 0 ? string.Join(' ', own.Take(at).TakeLast(Plain.Words(own[at - 1]).Count < 10 ? 2 : 1)) : index > 0 ? Plain.Sentences(turns[index - 1].Text.Replace('’', '\'')).LastOrDefault() : null;
    }

    /// <summary>Without what the same person takes back a little later.</summary>
    private static List<Found> WithoutTakenBack(IReadOnlyList<Spoken> turns, List<Found> found)
    {
        foreach (var (turn, index, sentence) in SentencesOf(turns).Where(s => TakesBack().IsMatch(s.Text)))
        {
            var recent = found.Where(f => f.Speaker == turn.Speaker && f.Turns[^1] < index && index - f.Turns[^1] <= TakenBackWithin).ToList();
            // What it names; what was said last when it names nothing.
            var words = Plain.Stems(TakesBack().Replace(sentence, ""));
            if ((recent.LastOrDefault(f => Plain.Stems(f.Text).Overlaps(words)) ?? (words.Count == 0 ? recent.LastOrDefault(f => f.Owner is not null) : null)) is { } taken)
                found.Remove(taken);
        }
        return found;
    }

    private const string Mine = "(?:on me|down to me|mine|my job|my part|up to me|(?:got )?my name on it)";

    [GeneratedRegex(@"\bi(?:'m| am) on the hook for (?<x>.+)$|\bi owe (?:you|him|her|them) (?<x>.+)$|\bmy (?:homework|job|part|task|next step|to-?do)(?:,? then,?| now| this week)? (?:is|would be)(?: to)?:? (?<x>.+)$|\bi(?:'d| had)? better (?!not\b|than\b)(?<x>.+)$|^(?:and |so |but |okay,? |fine,? )*(?<x>.+?)(?:,? (?:that|that one|which|this))?(?:'s| is| are) (?:all )?" + Mine + @"\b.*$|\byou(?:'ll| will) (?:have|get|find) (?!to\b|a hard|no\b)(?<x>.+?(?: from me)?(?: (?:by|before|on|until|tomorrow|tonight|later today|this evening)\b.*)?)$|\b(?:he|she|they|\w+)(?:'ll| will)? (?:have|has|gets?) (?<x>.+? from me\b.*)$|^(?:and |so |okay,? )*(?<x>.+?),? (?:consider (?:it|that) (?:done|booked|sent)|leave (?:it|that) (?:with|to) me|i(?:'ll| will) see to (?:it|that)|i(?:'m| am) on (?:it|that))\b.*$|^(?:and |so |okay,? |fine,? |right,? |alright,? )*(?<x>.+), (?:done|sorted|promise)\b.*$|^(?<x>.+?) (?:goes out|go out|is going out) (?:by|until|on|before|this|tomorrow|tonight)\b.*$|^(?:okay,? |yes,? |yeah,? |yep,? )*(?<x>)(?:leave (?:it|that) (?:with|to) me|i(?:'m| am) on (?:it|that)|consider (?:it|that) (?:done|booked))\b.*$", Loose)]
    private static partial Regex Owning();

    // "I'm giving her a bell tonight", "I speak with him on Friday": the present, with a day to come.
    [GeneratedRegex(@"\bi(?:'m| am) (?<x>(?!going\b|being\b|having\b|feeling\b|getting\b|thinking\b|saying\b|hoping\b|trying\b|wondering\b|looking forward)\w+ing\b.+)$|\bi (?<x>(?:speak|talk|write|call|send|search|bring|ring|phone|ask|tell|meet|go|book|sign|draft|prepare|check|make|finish|give|take) .+)$", Loose)]
    private static partial Regex Presently();

    [GeneratedRegex(@"^(?:and |so |but |well,? |okay,? )*(?:it|that|this|that one|this one|those|them|that bit|that part|one)$", Loose)]
    private static partial Regex Pointing();

    [GeneratedRegex(@"^(?:that|it|this|them|those)\b", Loose)]
    private static partial Regex PointsBack();

    [GeneratedRegex(@"\b(?:scrap that|strike (?:that|the)|forget (?:that|it|about|what i said)|no,? forget|i take (?:that|it)\b.*\bback|take that back|on second thoughts?|(?:there's )?no need (?:now|anymore)|never ?mind that|i can't actually do that|cancel that)\b", Loose)]
    private static partial Regex TakesBack();
}
