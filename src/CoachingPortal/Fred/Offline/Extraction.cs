using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Offline;

/// <summary>A decision or a commitment as it was said.</summary>
/// <param name="Text">As an entry of a list: <c>Call three customers by Friday</c>.</param>
/// <param name="Quote">The sentence it rests on.</param>
/// <param name="Turns">Where, as indices into the turns that were given.</param>
internal sealed record Found(string Text, string Quote, Role? Owner, string Speaker, bool IsUnsure, IReadOnlyList<int> Turns);

internal sealed record KeySentence(Spoken Turn, int Index, string Text);

/// <summary>
/// Finds decisions and commitments by the way people word them, and the sentences that carry most of a conversation.
/// Careful rather than complete: what is hedged is marked as unsure, what is asked or told of the past is left out.
/// </summary>
internal static partial class Extraction
{
    public static IReadOnlyList<Found> Commitments(IReadOnlyList<Spoken> turns)
    {
        var found = new List<Found>();
        foreach (var (turn, index, sentence) in SentencesOf(turns))
        {
            if ((Commitment(turns, turn, index, sentence) ?? Ownership(turns, turn, index, sentence)) is { } commitment && !found.Any(f => SameMatter(f, commitment)))
                found.Add(commitment);
        }
        return WithoutTakenBack(turns, found);
    }

    public static IReadOnlyList<Found> DecisionsIn(IReadOnlyList<Spoken> turns)
    {
        var found = new List<Found>();
        foreach (var (turn, index, sentence) in SentencesOf(turns))
        {
            if (Decision(turns, turn, index, sentence) is { } decision && !found.Any(f => SameMatter(f, decision)))
                found.Add(decision);
        }
        return WithoutTakenBack(turns, found);
    }

    /// <summary>The sentences that say most, at most <paramref name="count"/>, in the order they were said.</summary>
    public static IReadOnlyList<KeySentence> KeySentences(IReadOnlyList<Spoken> turns, int count)
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
        return [.. chosen.Select(c => c.Sentence).OrderBy(s => s.Index)];

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

    private static Found? Commitment(IReadOnlyList<Spoken> turns, Spoken turn, int index, string sentence)
    {
        if (Request().Match(sentence) is { Success: true } request && Other(turn.Role) is { } other)
        {
            // "Can you send me the numbers?" counts when the other one says yes.
            var answer = turns.Skip(index + 1).FirstOrDefault(t => t.Role != turn.Role);
            return answer is not null && answer.Role == other && Yes().IsMatch(answer.Text)
                ? Make(request.Groups["x"].Value, sentence, other, turn, Hedged().IsMatch(answer.Text), [index, IndexOf(turns, answer, index)]) : null;
        }
        if (sentence.EndsWith('?') || Reported().IsMatch(sentence))
            return null;
        if (!Delivered().IsMatch(sentence) && Assigned().Match(sentence) is { Success: true } assigned && Other(turn.Role) is { } assignee)
        {
            var answer = turns.Skip(index + 1).FirstOrDefault(t => t.Role != turn.Role);
            var agreed = answer is not null && Yes().IsMatch(answer.Text);
            return Make(assigned.Groups["x"].Value, sentence, assignee, turn, !agreed, agreed ? [index, IndexOf(turns, answer!, index)] : [index]);
        }
        if (Promise().Match(sentence) is { Success: true } promise && !JustTalk().IsMatch(promise.Groups["x"].Value))
        {
            var unsure = Hedged().IsMatch(sentence) || Condition().IsMatch(sentence);
            return Make(promise.Groups["x"].Value, sentence, OwnerOf(turn, promise.Groups["we"].Success), turn, unsure, [index]);
        }
        if (Offer().Match(sentence) is { Success: true } offer)
        {
            var answer = turns.Skip(index + 1).FirstOrDefault(t => t.Role != turn.Role);
            return answer is not null && (Yes().IsMatch(answer.Text) || Thanks().IsMatch(answer.Text)) && Doing().IsMatch(offer.Groups["x"].Value)
                ? Make(offer.Groups["x"].Value, sentence, turn.Role, turn, false, [index, IndexOf(turns, answer, index)]) : null;
        }
        if (Could().Match(sentence) is { Success: true } could && ((Doing().IsMatch(could.Groups["x"].Value) && !could.Groups["we"].Success) || Deadline().IsMatch(sentence)) && !JustTalk().IsMatch(could.Groups["x"].Value))
            return Make(could.Groups["x"].Value, sentence, OwnerOf(turn, could.Groups["we"].Success), turn, true, [index]);
        return Must().Match(sentence) is { Success: true } must && Deadline().IsMatch(sentence)
            ? Make(must.Groups["x"].Value, sentence, OwnerOf(turn, must.Groups["we"].Success), turn, true, [index]) : null;

        Found? Make(string words, string quote, Role? owner, Spoken said, bool unsure, int[] at)
        {
            var text = Entry(words);
            return Plain.Stems(text).Count == 0 ? null : new(Addressed(text, turns, said), quote, owner, said.Speaker, unsure, [.. at.Distinct()]);
        }
    }

    private static Found? Decision(IReadOnlyList<Spoken> turns, Spoken turn, int index, string sentence)
    {
        if (sentence.EndsWith('?') || Undecided().IsMatch(sentence))
            return null;
        if (BareAgreement().IsMatch(sentence))
        {
            // "Agreed." rests on what the other one proposed just before.
            var before = index > 0 ? turns[index - 1] : null;
            var proposal = before is null || before.Role == turn.Role ? null : Plain.Sentences(before.Text).LastOrDefault(s => Proposal().IsMatch(s));
            return proposal is null ? null : new(Entry(Proposal().Match(proposal).Groups["x"].Value), proposal, null, before!.Speaker, false, [index - 1, index]);
        }
        if (Final().Match(sentence) is { Success: true } final)
        {
            var words = final.Groups["x"].Value.Trim(' ', ',', ':', '.');
            if (words.Length == 0 || Pointing().IsMatch(words) || Plain.Stems(words).Count == 0)
                words = Before(turns, turn, index, sentence) ?? "";
            var settled = Plain.Capitalised(words.TrimEnd('.', '!', ','));
            if (Plain.Words(settled).Count < 3 && After(turn, sentence) is { } after)
                settled += ". " + after;
            return Plain.Words(settled).Count < 2 || Plain.Stems(settled).Count == 0 ? null : new(settled, words + " " + sentence, null, turn.Speaker, false, [index]);
        }
        if (Decided().Match(sentence) is not { Success: true } decided)
            return null;
        var text = Entry(decided.Groups["x"].Value);
        return Plain.Words(text).Count < 2 || Plain.Stems(text).Count == 0 ? null
            : new(decided.Groups["not"].Success ? "Not " + char.ToLowerInvariant(text[0]) + text[1..] : text, sentence, null, turn.Speaker, Hedged().IsMatch(sentence), [index]);
    }

    private static string? After(Spoken turn, string sentence)
    {
        var own = Plain.Sentences(turn.Text.Replace('’', '\''));
        var at = own.IndexOf(sentence);
        return at >= 0 && at + 1 < own.Count ? own[at + 1].TrimEnd('.', '!') : null;
    }

    private static Role? OwnerOf(Spoken turn, bool isWe) => isWe && turn.Role == Role.Coach ? null : turn.Role;

    private static Role? Other(Role? role) => role switch { Role.Founder => Role.Coach, Role.Coach => Role.Founder, _ => null };

    private static int IndexOf(IReadOnlyList<Spoken> turns, Spoken turn, int after)
    {
        for (var i = after + 1; i < turns.Count; i++)
            if (ReferenceEquals(turns[i], turn))
                return i;
        return after;
    }

    /// <summary>The words as an entry of a list.</summary>
    private static string Entry(string words) => Plain.Capitalised(Trailing().Replace(Leading().Replace(words.Trim(), ""), "").Trim().TrimEnd('.', '!', ',', ';', ':', '?', ' ', '…'));

    /// <summary>"Send you the deck" says little in a list; the name of who is meant says it.</summary>
    private static string Addressed(string text, IReadOnlyList<Spoken> turns, Spoken turn)
    {
        var other = turns.FirstOrDefault(t => t.Role is not null && t.Role != turn.Role)?.Speaker.Split(' ')[0];
        return other is null ? text : Your().Replace(text, m => m.Value.Length > 3 ? other + "'s" : other);
    }

    private static bool SameMatter(Found one, Found two)
    {
        var first = Plain.Stems(one.Text);
        var second = Plain.Stems(two.Text);
        return one.Owner == two.Owner && first.Count(second.Contains) >= 0.75 * Math.Min(first.Count, second.Count);
    }

    private static IEnumerable<KeySentence> SentencesOf(IReadOnlyList<Spoken> turns) =>
        turns.SelectMany((t, i) => Plain.Sentences(t.Text.Replace('’', '\'')).Select(s => new KeySentence(t, i, s)));
}
