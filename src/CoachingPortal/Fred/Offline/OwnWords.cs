using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

internal enum Stance
{
    Statement,
    Want,
    HowTo,
    Choice,
    Feeling,
    Will,

    /// <summary>Too little to take up: "ok", "no idea".</summary>
    Brief,
}

/// <summary>What somebody said, in words that can be said back to them.</summary>
/// <param name="Clause">Their main clause in the second person, without its full stop.</param>
/// <param name="Action">What they would do, as after "to": <c>raise your prices</c>.</param>
/// <param name="Thing">What it is about, as a noun phrase: <c>your best engineer</c>.</param>
internal sealed record Topic(Stance Stance, string Clause, string? Action, string? Thing, string Original);

/// <summary>Takes up a person's own words: finds the clause that matters and turns it to the second person.</summary>
internal static partial class OwnWords
{
    private static readonly Dictionary<string, string> Turned = new(StringComparer.OrdinalIgnoreCase)
    {
        ["i"] = "you", ["me"] = "you", ["my"] = "your", ["mine"] = "yours", ["myself"] = "yourself", ["i'm"] = "you're", ["i've"] = "you've", ["i'd"] = "you'd", ["i'll"] = "you'll",
        ["we"] = "you", ["us"] = "you", ["our"] = "your", ["ours"] = "yours", ["ourselves"] = "yourselves", ["we're"] = "you're", ["we've"] = "you've", ["we'd"] = "you'd", ["we'll"] = "you'll",
        ["let's"] = "you",
    };

    private static readonly HashSet<string> NounPhraseEnds = new(
        """
        is are was were be been has have had do does did will would can could should may might must isn't aren't wasn't won't can't doesn't don't keeps keep wants want needs
        need says say said thinks thought feels felt leaves left leaving goes went going comes came makes made takes took gets got gives gave seems seemed looks looked works worked
        and or but so because if when while that which who whom whose where why how than then not never just really very also too as at by in into on onto over under from to with
        without about after before until since during between against up down out off again now today tomorrow yesterday there here this these those it he she they them him her i you we
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    public static Topic Of(string text)
    {
        var sentences = Plain.Sentences(text.Replace('’', '\'')).Select(s => Filler().Replace(s, "").Trim()).Where(s => s.Length > 0).ToList();
        var original = sentences.Count == 0 ? text.Trim() : sentences.MaxBy(s => Weight(s) * 100 + Plain.Stems(s).Count)!;
        var crux = original;
        // What comes after "but" is what weighs.
        if (But().Match(crux) is { Success: true } but && Plain.Words(crux[(but.Index + but.Length)..]).Count >= 3)
            crux = Filler().Replace(crux[(but.Index + but.Length)..], "");
        crux = crux.TrimEnd('.', '!', '?', '…', ' ', ',', ';');
        var (stance, action) = StanceOf(crux);
        if (Plain.Words(crux).Count < 3 || DontKnow().IsMatch(crux) || (Plain.Stems(crux).Count == 0 && action is null))
            return new(Stance.Brief, text.Trim(), null, null, text.Trim());
        return new(stance, Plain.Shortened(ToYou(crux), 16), action, ThingIn(crux), original);
    }

    /// <summary>From the speaker's side to the listener's: <c>I'm selling my shares</c> becomes <c>you're selling your shares</c>.</summary>
    public static string ToYou(string text)
    {
        text = text.Replace('’', '\'');
        text = WereI().Replace(text, m => m.Groups[1].Value.Equals("am", StringComparison.OrdinalIgnoreCase) ? "are you" : "were you");
        text = IAmOrWas().Replace(text, m => m.Groups[1].Value.Equals("am", StringComparison.OrdinalIgnoreCase) ? "you are" : "you were");
        return Word().Replace(text, m => Turned.TryGetValue(m.Value, out var turned) ? turned : m.Value);
    }

    /// <summary>Whether the words speak to the listener already, so that turning them would confuse who is who.</summary>
    public static bool SpeaksToYou(string text) => You().IsMatch(text);

    private static int Weight(string sentence) =>
        (Wants().IsMatch(sentence) || Chooses().IsMatch(sentence) || Asks().IsMatch(sentence) || Feels().IsMatch(sentence) ? 1 : 0) + (But().IsMatch(sentence) ? 1 : 0);

    private static (Stance, string?) StanceOf(string clause)
    {
        if (Asks().Match(clause) is { Success: true } asks)
            return (Stance.HowTo, ActionFrom(asks.Groups["x"].Value));
        if (Chooses().Match(clause) is { Success: true } chooses)
            return (Stance.Choice, ActionFrom(chooses.Groups["x"].Value));
        if (Feels().IsMatch(clause))
            return (Stance.Feeling, null);
        if (Wants().Match(clause) is { Success: true } wants)
            return (Stance.Want, ActionFrom(wants.Groups["x"].Value));
        if (Wills().Match(clause) is { Success: true } wills)
            return (Stance.Will, ActionFrom(wills.Groups["x"].Value));
        return (Stance.Statement, null);
    }

    private static string? ActionFrom(string words)
    {
        var action = ActionEnd().Split(words)[0].Trim().TrimEnd('.', '!', '?', ',', ';');
        var count = Plain.Words(action).Count;
        return count is 0 or > 9 || SpeaksToYou(action) || (count == 1 && Plain.Stems(action).Count == 0) ? null : ToYou(action);
    }

    /// <summary>The longest noun phrase that begins with a determiner and ends before a verb, a preposition or the sentence.</summary>
    private static string? ThingIn(string clause)
    {
        string? best = null;
        foreach (Match start in Determiner().Matches(clause))
        {
            var taken = new List<string>();
            var rest = clause[(start.Index + start.Length)..];
            foreach (Match token in ThingToken().Matches(rest))
            {
                if (NounPhraseEnds.Contains(token.Groups[1].Value) || taken.Count == 4 || (taken.Count > 0 && token.Groups[1].Value.EndsWith("ed", StringComparison.Ordinal)))
                    break;
                taken.Add(token.Groups[1].Value);
                if (token.Groups[2].Value.Length > 0)
                    break;
            }
            if (taken.Count is 0 || Plain.Stems(string.Join(' ', taken)).Count == 0 || taken[^1].EndsWith("ly", StringComparison.Ordinal))
                continue;
            var thing = ToYou(start.Value.Trim() + " " + string.Join(' ', taken));
            if (best is null || taken.Count > Plain.Words(best).Count - 1)
                best = thing;
        }
        return best is null ? null : char.ToLowerInvariant(best[0]) + best[1..];
    }

    [GeneratedRegex(@"^(?:(?:well|so|um+|uh+|yeah|yes|no|ok(?:ay)?|and|but|honestly|frankly|actually|basically|look|anyway|maybe|hi|hey|hello|dear|fred|please|to be honest|i mean|i guess|i suppose|i think(?: that)?|i feel like|i have a feeling(?: that)?|the thing is(?: that)?|my question is|you know)\b[\s,:\-–!.]*)+", RegexOptions.IgnoreCase)]
    private static partial Regex Filler();

    [GeneratedRegex(@"(?:,|\s|—|–)\s*but\s+", RegexOptions.IgnoreCase)]
    private static partial Regex But();

    [GeneratedRegex(@"^(?:i|we) (?:really |just |still |honestly )?(?:don't|do not) know(?: yet)?$|^(?:no idea|not sure|i'm not sure|nothing really|it depends)$", RegexOptions.IgnoreCase)]
    private static partial Regex DontKnow();

    [GeneratedRegex(@"\b(am|was) i\b", RegexOptions.IgnoreCase)]
    private static partial Regex WereI();

    [GeneratedRegex(@"\bi (am|was)\b", RegexOptions.IgnoreCase)]
    private static partial Regex IAmOrWas();

    [GeneratedRegex(@"[A-Za-z]+(?:'[A-Za-z]+)?")]
    private static partial Regex Word();

    [GeneratedRegex(@"\byou(?:r|rs|'\w+)?\b", RegexOptions.IgnoreCase)]
    private static partial Regex You();

    [GeneratedRegex(@"\b(?:i|we)(?:'m|'re| am| are| have|'ve|'d| would)?(?: really| just| still| finally| also)* (?:want|wanted|need|needed|hope|plan|planning|intend|like|love|trying|try|wish|have|got) to (?<x>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Wants();

    [GeneratedRegex(@"^(?:should|shall) (?:i|we) (?<x>.+)$|\b(?:whether|if) (?:to|(?:i|we) should) (?<x>.+)$|\b(?:can't|cannot|can not) decide (?:to|on) (?<x>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Chooses();

    [GeneratedRegex(@"^(?:how|when|where|what) (?:do|can|should|could|would|will|shall|might) (?:i|we) (?:best |ever |even )?(?<x>.+)$|\bhow to (?<x>.+)$|^(?:can|could|would) you help me (?:to )?(?<x>.+)$|^help me (?:to )?(?<x>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Asks();

    [GeneratedRegex(@"\b(?:i|we)(?:'m|'re| am| are| was| were| feel|'ve been| have been| keep feeling| get| got)(?: so| really| very| a bit| quite| just| still| always| kind of| pretty)* (?:afraid|scared|worried|worrying|anxious|nervous|frustrated|angry|tired|exhausted|overwhelmed|lonely|stuck|ashamed|guilty|sad|lost|torn|stressed|excited|proud|disappointed|unsure|uneasy)\b|\b(?:scares|worries|frightens|annoys|frustrates|stresses|bothers) me\b", RegexOptions.IgnoreCase)]
    private static partial Regex Feels();

    [GeneratedRegex(@"\b(?:i|we)(?:'ll| will|'m going to| am going to|'re going to| are going to) (?!be\b)(?<x>.+)$", RegexOptions.IgnoreCase)]
    private static partial Regex Wills();

    [GeneratedRegex(@",|;| because | but | so that | since | although | though | which | before (?:i|we|they|he|she) | when (?:i|we|they|he|she) | if (?:i|we|they|he|she) | and (?:i|we|then) ", RegexOptions.IgnoreCase)]
    private static partial Regex ActionEnd();

    [GeneratedRegex(@"\b(?:my|our|the|this|their|his|her|these) (?=[A-Za-z])", RegexOptions.IgnoreCase)]
    private static partial Regex Determiner();

    [GeneratedRegex(@"([A-Za-z][A-Za-z'\-]*)([,.;:!?]?)")]
    private static partial Regex ThingToken();
}
