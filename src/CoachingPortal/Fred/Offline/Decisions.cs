using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

/// <summary>
/// Finds what was decided in this conversation: by its wording, weighed with what stands around it (a question that asks for a decision, a "so" or "right" in front,
/// "from June", a next turn that asks who needs to know). What is asked, told of the past, supposed or hedged counts for little or nothing.
/// </summary>
internal static partial class Decisions
{
    /// <summary>From here on it is listed; up to <see cref="Sure"/> as unsure.</summary>
    private const double Enough = 3, Sure = 3;

    public static List<Found> In(Talk talk)
    {
        var found = new List<(Found Found, Clause Clause, double Score)>();
        for (var turn = 0; turn < talk.Turns.Count; turn++)
        {
            if (Assent(talk, turn) is { } assent)
                found.Add(assent);
            foreach (var clause in talk.In(turn))
            {
                var also = found.Count > 0 && found[^1].Clause.Turn == turn && found[^1].Score > 3 ? 1 : 0;
                if ((Weigh(talk, clause, found.Count > 0 ? found[^1].Clause.Turn : -9) ?? Marked(talk, clause, found)) is not { } one || one.Score + also < Enough)
                    continue;
                // One turn mostly settles one matter, and says it twice.
                var last = found.Count > 0 && found[^1].Clause.Turn == turn ? found[^1] : default;
                if (last.Found is not null && SameBreath(last.Clause, clause))
                    found[^1] = (last.Found with { Text = Joined(last.Found.Text, one.Found.Text), Quote = last.Found.Quote + " " + clause.Text, IsUnsure = last.Found.IsUnsure && one.Found.IsUnsure }, last.Clause, Math.Max(last.Score, one.Score));
                else
                    found.Add((one.Found, clause, one.Score));
            }
        }
        var kept = new List<Found>();
        foreach (var (one, _, _) in found.Where(f => Plain.Words(f.Found.Text).Count > 1))
        {
            if (!kept.Exists(k => Matter.IsSame(k, one)))
                kept.Add(one);
        }
        return kept;
    }

    /// <summary>"So we drop it?" "Yes, drop it." And a bare "agreed" to what was proposed.</summary>
    private static (Found, Clause, double)? Assent(Talk talk, int turn)
    {
        if (talk.TurnBefore(turn) is not (>= 0 and var before) || talk.In(turn) is not [var first, ..] || talk.In(before) is not [.., var asked])
            return null;
        var said = talk.Turns[turn].Text;
        if (first.IsAsked)
            return null;
        var proposal = !asked.IsAsked && Announced().Match(asked.Core) is { Success: true } a && Yes().IsMatch(said) ? a.Groups["x"].Value : asked.IsAsked ? Proposed().Match(asked.Core) is { Success: true } p && Proposing(asked.Text) ? p.Groups["x"].Value : null
            : BareAgreement().IsMatch(said) && Proposal().Match(asked.Core) is { Success: true } q && !Undecided().IsMatch(asked.Sentence) ? q.Groups["x"].Value : null;
        if (proposal is null || Meta().IsMatch(proposal) || (asked.IsAsked && (!Yes().IsMatch(said) && !Echoes(asked, said))) || No().IsMatch(said) || Hedge().IsMatch(first.Text))
            return null;
        var text = Plain.Capitalised(proposal.Trim().TrimEnd('?', '.', ',', ' '));
        return (new(text, asked.Text + " " + first.Sentence, null, talk.Turns[turn].Speaker, false, [before, turn]), first, 4);

        static bool Echoes(Clause asked, string said) => Plain.Words(said) is [var only] && asked.Core.TrimEnd('?').EndsWith(only, StringComparison.OrdinalIgnoreCase);
        static bool Proposing(string text) => !Inner().IsMatch(text);
    }

    private static (Found Found, double Score)? Weigh(Talk talk, Clause clause, int lastDecided)
    {
        if (clause.IsAsked || clause.Length < 1 || Mark().IsMatch(clause.Text) || (ThatsIt().IsMatch(clause.Sentence) && Doing().IsMatch(clause.Core)) || Undecided().IsMatch(clause.Sentence) || Past().IsMatch(clause.Sentence) || Told(talk, clause))
            return null;
        var core = clause.Core.TrimEnd('.', '!', ',', ';', ':', ' ');
        var (rule, match) = DecisionRules.Said.Select(r => (Rule: r, Match: r.Match(core))).Where(r => r.Match.Success).OrderByDescending(r => r.Rule.Weight).FirstOrDefault();
        var prompt = talk.Prompt(clause.Turn);
        var first = talk.In(clause.Turn)[0].Order;
        var near = clause.Order - first <= 3;
        var asked = prompt is { IsAsked: true } && near && Deciding().IsMatch(prompt.Core) && !Inner().IsMatch(prompt.Core);
        var topic = prompt is not null && near && Topic().Match(prompt.Text.Trim()) is { Success: true } t ? t.Groups["t"].Value : null;
        var opens = clause.Order == first || (clause.Order == first + 1 && talk.In(clause.Turn)[0].Length <= 2);
        var fragment = rule is null && asked && opens && clause.Length <= 12 && (clause.Length > 1 || Strongly().IsMatch(prompt!.Text)) && prompt!.Length > 1 && !Verbal().IsMatch(core) && !Hedge().IsMatch(clause.Text);
        if (rule is null && !fragment)
            return null;
        var mode = clause.Turn - lastDecided is > 0 and <= 4;
        var score = (rule?.Weight ?? 1) + Cues(talk, clause, asked, topic) + (mode ? topic is not null ? 1 : 0.5 : 0);
        if (Named(clause, match) is not { } words || Meta().IsMatch(core))
            return null;
        var text = fragment && topic is null && WhoWhich().IsMatch(prompt!.Core) ? Plain.Capitalised(prompt!.Core.TrimEnd('?', '.', ' ')) + ": " + Tail().Replace(words, "").Trim(' ', ',', '.', '!') : Readable(talk, clause, words, topic);
        return Plain.Stems(text).Count == 0 ? null
            : (new(text, clause.Text, null, clause.Speaker, score < Sure + 0.5 && rule?.Weight < 2, [clause.Turn]), score);
    }

    /// <summary>"They hear it from me, all nine. That much I'm certain of." The mark says that what stood before it is decided.</summary>
    private static (Found Found, double Score)? Marked(Talk talk, Clause clause, List<(Found Found, Clause Clause, double Score)> found)
    {
        if (!StrongMark().IsMatch(clause.Text) || clause.IsAsked || found.Exists(f => f.Clause.Turn == clause.Turn))
            return null;
        var before = talk.In(clause.Turn).Where(c => c.Order < clause.Order && !c.IsAsked && c.Length > 2 && !Hedge().IsMatch(c.Text) && !Past().IsMatch(c.Sentence) && !Undecided().IsMatch(c.Text)).TakeLast(2).ToList();
        var text = string.Join(". ", before.Select(c => c.Core.TrimEnd('.', ',', '!')));
        return before.Count == 0 || Plain.Stems(text).Count < 2 ? null : (new(Plain.Capitalised(text), string.Join(" ", before.Select(c => c.Text)), null, clause.Speaker, false, [clause.Turn]), 3);
    }

    private static double Cues(Talk talk, Clause clause, bool asked, string? topic)
    {
        double score = 0;
        if (asked)
            score += Strongly().IsMatch(talk.Prompt(clause.Turn)!.Text) ? 2 : 1.5;
        else if (topic is not null)
            score += Plain.Stems(topic).Overlaps(Plain.Stems(clause.Core)) ? 2 : 1;
        if (clause.IsResolved || (talk.Before(clause) is { } before && (Deciding2().IsMatch(before.Text) || Mark().IsMatch(before.Text) || (before.Length <= 2 && before.IsResolved))))
            score += talk.Before(clause) is { } marked && Deciding2().IsMatch(marked.Text) ? 2.5 : 1;
        if (Bounded().IsMatch(clause.Sentence) || (clause.Length > 2 && DueDates.Names(clause.Text) && !clause.Core.StartsWith("not ", StringComparison.OrdinalIgnoreCase)))
            score += 1;
        if (talk.After(clause) is { } after && Mark().IsMatch(after.Text))
            score += 2;
        if (talk.TurnAfter(clause.Turn) is >= 0 and var next && talk.In(next).Any(c => FollowUp().IsMatch(c.Text)))
            score += 1;
        if (Hedge().IsMatch(clause.Text))
            score -= 2;
        if (Supposed().IsMatch(clause.Sentence))
            score -= 2;
        if (talk.Prompt(clause.Turn) is { IsAsked: true } prompt && WhatIf().IsMatch(prompt.Core))
            score -= 1.5;
        if (Habit().IsMatch(clause.Text))
            score -= 2;
        return score;
    }

    /// <summary>The coach's own ways of working are no decision, unless the other one agrees.</summary>
    private static bool Told(Talk talk, Clause clause) =>
        clause.Role == Domain.Role.Coach && !(talk.TurnAfter(clause.Turn) is >= 0 and var next && BareAgreement().IsMatch(talk.Turns[next].Text) && clause.Turn == next - 1);

    private static string? Named(Clause clause, Match? match)
    {
        if (match is not { Success: true })
            return clause.Core;
        var words = match.Groups["x"].Value.Trim(' ', ',', ':', '.');
        return words.Length == 0 ? clause.Core : words;
    }

    /// <summary>As an entry of a list. What only points ("that stays") gets what it points to.</summary>
    private static string Readable(Talk talk, Clause clause, string words, string? topic)
    {
        var text = Plain.Capitalised(Tail().Replace(words, "").Trim(' ', ',', '.', '!', ';', ':'));
        if (topic is not null && !Plain.Stems(topic).Overlaps(Plain.Stems(text)))
            return Plain.Capitalised(topic.Trim()) + ": " + char.ToLowerInvariant(text[0]) + text[1..];
        if (Plain.Stems(text).Count < 2 && talk.Before(clause) is { } before && Plain.Stems(before.Core).Count > 0)
            return Plain.Capitalised(before.Core.TrimEnd('.', '!', ',')) + ". " + text;
        if (Plain.Words(text).Count < 3 && talk.After(clause) is { IsAsked: false } after)
            return text + ". " + Plain.Capitalised(after.Core.TrimEnd('.', '!', ','));
        return text;
    }

    private static bool SameBreath(Clause one, Clause two) =>
        two.Order - one.Order <= 2 && (one.Sentence == two.Sentence || two.Length <= 3 || one.Length <= 4 || FromThen().IsMatch(two.Core) || Subject(one) == Subject(two) || Plain.Stems(one.Core).Overlaps(Plain.Stems(two.Core)));

    private static string Subject(Clause clause) => Plain.Words(clause.Core).FirstOrDefault()?.Split('\'')[0].ToUpperInvariant() is "WE" or "I" ? "WE" : clause.Core;

    private static string Joined(string one, string two) => one.Contains(two, StringComparison.OrdinalIgnoreCase) ? one
        : two.Contains(one, StringComparison.OrdinalIgnoreCase) || Plain.Words(one).Count < 2 ? two
        : two.Split(": ", 2) is [var topic, var rest] && one.StartsWith(topic + ": ", StringComparison.OrdinalIgnoreCase) ? $"{one}, {rest}" : $"{one}. {two}";

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(?:maybe|perhaps|possibly|might|could|i guess|i suppose|not sure|kind of|sort of|try to|someday|at some point|hopefully|probably|i don't know|thinking (?:of|about)|tempted|wonder|imagine|dream|ideally|supposed to)\b", Loose)]
    private static partial Regex Hedge();

    [GeneratedRegex(@"^(?:(?:and|but|so|or|well|then|because|now),? )*(?:if|unless|suppose|what if|in case|imagine)\b|\bif (?:i|we|he|she|they|it|that)(?:'d| had| were| was| could)\b|\bwould have\b|\bcould have\b|\bwe'd (?:lose|have|be)\b", Loose)]
    private static partial Regex Supposed();

    [GeneratedRegex(@"\b(?:always|usually|normally|often|every time|sometimes|these days|at the moment|currently|still|already|keep(?:s)? \w+ing|the whole time|never ever)\b", Loose)]
    private static partial Regex Habit();

    [GeneratedRegex(@"\b(?:last (?:year|month|week|quarter|summer|spring|winter|autumn|time|monday|tuesday|wednesday|thursday|friday)|years? ago|months? ago|weeks? ago|back (?:then|in)|in (?:19|20)\d\d|when i was|used to|at the time|in (?:january|february|march|april|may|june|july|august|september|october|november|december) (?:i|we|she|he|they)\b.*\w+ed|they(?:'ve| have)? (?:decided|agreed)|(?:he|she)(?:'s| has)? (?:decided|agreed)|i (?:said|told|thought|promised)|(?:told|promised) (?:me|us)|we (?:said|thought|told)|(?:he|she|they|everyone|everybody) (?:said|says|told|thinks|reckons|wants?)|had decided|we'd decided)\b", Loose)]
    private static partial Regex Past();

    [GeneratedRegex(@"\b(?:haven't|have not|hasn't|didn't|did not|not yet|never|can't|cannot|couldn't|before we|until we|once we|if we|when we|should have|have to|need to|must|wish we|whether|to be able to)\b[^,.]{0,20}\b(?:decide|agree|settle)|\bdecided against\b|\bi (?:don't|do not) (?:want to )?(?:know|decide)\b|\bi(?:'m| am) not (?:there yet|ready)\b", Loose)]
    private static partial Regex Undecided();

    [GeneratedRegex(@"^\W*(?:(?:so|and|okay|yes|yeah)[, ]+)*(?:done|full stop|(?:as )?a decision|that's (?:it|final|decided|the decision|settled|that|a decision|my last word|the deal|the plan|the rule|what we(?:'ll)? \w+)|there(?:,? i(?:'ve)? said it)?|i(?:'ve)? said it|final answer|it's (?:decided|a decision|settled|final|a plan)|end of story|decided|settled|no discussion|my call|i'm calling it|carve (?:that|it) in stone|that much i(?:'m| am) (?:certain|sure) of|that's our line|that's not negotiable|the decision is made|i(?:'m| am) sticking to it|i(?:'ve| have) made up my mind|no ifs.*)(?: yeah| now| then|,.*)?[.! ]*$", Loose)]
    private static partial Regex Mark();

    [GeneratedRegex(@"^\W*(?:(?:so|and|okay|yes|yeah)[, ]+)*(?:that's (?:final|decided|the decision|settled|a decision|my (?:last word|final answer)|the rule)|i(?:'ve)? said it|final answer|full stop|it's (?:decided|a decision|settled|final)|end of story|that much i(?:'m| am) (?:certain|sure) of|carve (?:that|it) in stone|that's not negotiable|the decision is made|i(?:'m| am) sticking to it)(?: yeah| now| then|,.*)?[.! ]*$", Loose)]
    private static partial Regex StrongMark();

    [GeneratedRegex(@"^\W*(?:(?:oh|well|um+|ok(?:ay)?|and|so)[,.]? )*(?:yes|yeah|yep|yup|aye|sure|ok(?:ay)?|of course|absolutely|definitely|deal|fine|agreed|exactly|right|correct|that's (?:it|right)|it is|we do|i do|it's (?:a|the)|done|gone|decided|settled|indeed)\b", Loose)]
    private static partial Regex Yes();

    [GeneratedRegex(@"^\W*(?:(?:oh|well|um+|hm+|yes|yeah)[,.]? )*(?:no|nah|not|maybe|perhaps|i don't know|it depends|hm+)\b|\bbut (?:i|we|not)\b|\bnot (?:yet|sure|today)\b", Loose)]
    private static partial Regex No();

    // A statement held up for a yes: no question word, no "do you", and something in it that can be settled.
    [GeneratedRegex(@"^(?!(?:who|what|when|where|why|how|which|do|does|did|are|is|can|could|will|would|have|has|should|was|were)\b)(?<x>we (?:\w+ )?(?:" + Verbs.Settle + @")\b.*|(?:it's|that's|it is|that is) (?:a no|a yes|off|out|decided|settled|done|over|over with|dead)\b.*|(?:you're|you are|we're|we are) (?:not )?(?:" + Verbs.Settling + @")\b.*|(?:you'd|you'll|we'd|we'll) (?:(?:" + Verbs.Settle + @")\b.*)|(?:\S+ ){1,5}(?:is|are|goes|stays|ends|stops|gets|comes) ?(?:gone|out|off|dead|over|decided|settled|hers|his|yours|on hold|in)?)\?*$|^(?:shall|should|do) we (?<x>(?:" + Verbs.Settle + @")\b.*)\?*$|^are (?:you|we) (?<x>(?:" + Verbs.Settling + @")\b.*)\?*$", Loose)]
    private static partial Regex Proposed();

    [GeneratedRegex(@"\b(?:feel|think|afraid|fear|hope|notice|tired|wonder|sense|hear|wish|love|hate|doubt|because|problem|true|story|easy|hard|like for you|would you do if|worst)\w*\b", Loose)]
    private static partial Regex Inner();

    [GeneratedRegex(@"^(?:\W*(?:ok(?:ay)?|yes|yeah|good|right|great|fine|perfect),? )*(?:agreed|deal|it's a deal|that's settled|settled|let's do (?:it|that)|that's the plan|so be it|we have a deal|decided|yes,? let's(?: do (?:it|that))?)\b[^?]*$", Loose)]
    private static partial Regex BareAgreement();

    [GeneratedRegex(@"(?:^|\b)(?:then |so |ok(?:ay)?,? |i(?:'d| would) (?:say|propose|suggest)(?: that)? |i (?:propose|suggest|say)(?: that)? |how about |what about |what if |shall we |should we |why don't we |my proposal is (?:to |that )?|we (?:could|should|would|will|'ll)|let's )+(?<x>.+)$", Loose)]
    private static partial Regex Proposal();

    [GeneratedRegex(@"\b(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|might)\b|\b\w+'(?:m|re|ve|d|ll|s)\b|^(?:because|when|to|in|at|on|by|like|about|since|from|just|who|what|how|where|i|you|they|he|she|that|\w+ing)\b", Loose)]
    private static partial Regex Verbal();

    [GeneratedRegex(@"(?:,? (?:okay|ok|right|i (?:promise|think|guess|suppose)|you know|for sure|because .*|, so .*))$", Loose)]
    private static partial Regex Tail();

    // "I'll do one call, and that's it" is a task, not a decision.
    [GeneratedRegex(@"\bthat's it[.!]*", Loose)]
    private static partial Regex ThatsIt();

    [GeneratedRegex(@"^(?:i(?:'ll| will|'m going to)|i (?:" + Verbs.Task + @"))\b", Loose)]
    private static partial Regex Doing();

    // The coach says it for them: "so we're going with the second one".
    [GeneratedRegex(@"^(?<x>(?:we're|we are|you're|you are) (?:not )?(?:" + Verbs.Settling + @")\b.*)$", Loose)]
    private static partial Regex Announced();

    [GeneratedRegex(@"^(?:what )?(?:if|suppose|imagine)\b|\bwhat would (?:happen|you (?:do|say) if)\b|\bif (?:he|she|they|you|it)\b", Loose)]
    private static partial Regex WhatIf();

    [GeneratedRegex(@"^(?:who|which|where|how (?:much|many|long))\b", Loose)]
    private static partial Regex WhoWhich();

    // About the talk itself, not about the matter.
    [GeneratedRegex(@"^(?:(?:we|let's|you|i)(?:'ll| can| could)? )?(?:leave (?:it|that|this)\b|stop (?:here|there)|come back|talk about|park (?:it|that)|end (?:here|there|it here)|start (?:with|there)|begin (?:with|there)|stay (?:with|there)|wrap up|continue|do (?:that|it|this) (?:next|another|again)|keep (?:it|that) for|turn to|move on|put (?:it|that) aside|take (?:them|it|that) one)", Loose)]
    private static partial Regex Meta();

    [GeneratedRegex(DecisionRules.FollowUp, Loose)]
    private static partial Regex FollowUp();

    [GeneratedRegex(DecisionRules.Deciding, Loose)]
    private static partial Regex Deciding();

    [GeneratedRegex(@"^(?:as of|from|starting|until)\b", Loose)]
    private static partial Regex FromThen();

    [GeneratedRegex(DecisionRules.Strongly, Loose)]
    private static partial Regex Strongly();

    [GeneratedRegex(@"\b(?:i'm deciding|i(?:'ve| have) decided|as a decision|it's a decision|new rule|that's decided)\b", Loose)]
    private static partial Regex Deciding2();

    [GeneratedRegex(DecisionRules.Topic, Loose)]
    private static partial Regex Topic();

    [GeneratedRegex(Verbs.Bound, Loose)]
    private static partial Regex Bounded();
}
