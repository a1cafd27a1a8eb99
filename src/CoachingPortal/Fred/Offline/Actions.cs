using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Offline;

/// <summary>Finds who promised what: said of oneself, or asked for by one and taken on by the other.</summary>
internal static partial class Actions
{
    public static List<Found> In(Talk talk)
    {
        var found = new List<Found>();
        for (var turn = 0; turn < talk.Turns.Count; turn++)
        {
            foreach (var clause in talk.In(turn))
            {
                if (Promised(talk, clause) is { } promise)
                {
                    // "I'll ask our broker. I'll do it this week." The second only names the day of the first.
                    if (ProForm().IsMatch(promise.Text.Split(" (“")[0]) && found.FindLastIndex(f => f.Owner == promise.Owner && f.Turns[0] == turn) is >= 0 and var same)
                        found[same] = DueDates.Names(found[same].When ?? found[same].Quote) ? found[same] : found[same] with { When = promise.When };
                    else
                        Add(talk, found, promise);
                }
                else if (TakenOn(talk, clause) is { } taken)
                    Add(talk, found, taken);
            }
        }
        return found;
    }

    private static void Add(Talk talk, List<Found> found, Found one)
    {
        // Said again, or repeated by the other in a recap: one entry, with the day if only one of them named it.
        var at = found.FindIndex(f => Matter.IsSame(f, one) || (one.Owner == f.Owner && SharesMost(f, one) && (IsRecap(talk, one) || IsSameDeed(f, one))));
        if (at < 0)
            found.Add(one);
        else if (!DueDates.Names(found[at].When ?? found[at].Quote) && DueDates.Names(one.When ?? one.Quote))
            found[at] = found[at] with { When = one.When ?? one.Quote, Turns = [.. found[at].Turns.Union(one.Turns)] };
    }

    private static Found? Promised(Talk talk, Clause clause)
    {
        if (clause.IsAsked || clause.Role is null || Reported().IsMatch(clause.Sentence) || Past().IsMatch(clause.Text) || Supposed().IsMatch(clause.Text))
            return null;
        var core = clause.Core.TrimEnd('.', '!', ',', ';', ':', ' ');
        foreach (var rule in ActionRules.Own)
        {
            if (rule.Match(core) is not { Success: true } match)
                continue;
            var words = match.Groups["x"].Value.Trim(' ', ',', ':');
            if (NoDeed().IsMatch(words) || (ToSay().IsMatch(words) && !DueDates.Names(clause.Text) && talk.Prompt(clause.Turn) is { } wording && WhatToSay().IsMatch(wording.Text)))
                return null;
            var (when, also) = DueOf(talk, clause);
            var deed = Task().IsMatch(words) || Doing().IsMatch(words);
            var asked = talk.Prompt(clause.Turn) is { } prompt && Committing().IsMatch(prompt.Text);
            var hedged = Hedge().IsMatch(clause.Text);
            var weight = rule.Weight + (deed ? 1 : 0) + (when is not null ? 1 : 0) + (asked ? 0.5 : 0) - (hedged && when is null ? 0.5 : 0);
            if ((rule.Weight < 3 && weight < 2.5) || (rule.Weight <= 1 && when is null))
                return null;
            if (ProForm().IsMatch(words) && Answered(talk, clause))
                return null;
            if (rule.Weight < 1 && !IsMeant(talk, clause))
                return null;
            var (text, quote) = Readable(talk, clause, words);
            if (text is null)
                return null;
            if (when is null && DueDates.Names(text))
                when = text;
            var owner = match.Groups["we"].Success && clause.Role == Role.Coach ? null : clause.Role;
            return new(text, quote, owner, clause.Speaker, hedged || Depends().IsMatch(clause.Text) || rule.Weight < 1 || Needs().IsMatch(clause.Text), [.. also.Prepend(clause.Turn).Distinct()], when);
        }
        return null;
    }

    /// <summary>"Can you send me the numbers?" "Sure, by Friday." It is theirs who said yes.</summary>
    private static Found? TakenOn(Talk talk, Clause clause)
    {
        if (clause.Role is not (Role.Founder or Role.Coach) || talk.TurnAfter(clause.Turn) is not (>= 0 and var next) || talk.In(next).Count == 0)
            return null;
        var core = clause.Core.TrimEnd('.', '!', ',', ' ');
        var match = ActionRules.Asked.Select(r => r.Match(core)).FirstOrDefault(m => m.Success);
        var owner = clause.Role == Role.Coach ? Role.Founder : Role.Coach;
        var reply = talk.Turns[next].Text.Replace('’', '\'');
        if (match is not null)
        {
            // What is imagined is no task: "Would you tell a friend ...", "could you imagine".
            if (NoTask().IsMatch(match.Groups["x"].Value) || !Yes().IsMatch(reply) || Declines().IsMatch(reply))
                return null;
            // "I'd like you to write down how you slept. Would you note it every morning?" is one request.
            if (talk.In(clause.Turn).Any(c => c.Order > clause.Order && Pronoun().IsMatch(c.Core) && ActionRules.Asked.Any(r => r.Match(c.Core.TrimEnd('?', '.')).Success)))
                return null;
            // The answer says in its own words what will be done.
            if (talk.In(next).FirstOrDefault(c => OwnWords(c)) is not null)
                return null;
            var when = DueDates.Names(clause.Text) ? clause.Text : talk.In(next).Take(4).Where(c => c.Length <= 5 || DayFirst().IsMatch(c.Core)).Select(c => c.Text).FirstOrDefault(DueDates.Names);
            var name = clause.Speaker.Split(' ')[0];
            var text = Asker().Replace(Addressed(Entry(match.Groups["x"].Value), talk, clause.Role), m => m.Value[1] is 'y' or 'Y' ? name + "'s" : name);
            return Plain.Stems(text).Count == 0 ? null : new(text, clause.Text, owner, clause.Speaker, Hedge().IsMatch(reply), [clause.Turn, next], when);
        }
        // "Who tells them?" "Me." "Shall I send it?" "Yes please."
        if (clause.IsAsked && WhoDoes().Match(core) is { Success: true } who && Me().IsMatch(reply) && !talk.In(next).Any(OwnWords))
            return new(Addressed(Plain.Capitalised(who.Groups["v"].Value + " " + who.Groups["x"].Value.TrimEnd('?')), talk, clause.Role), clause.Text, owner, clause.Speaker, false, [clause.Turn, next], talk.In(next).Select(c => c.Text).FirstOrDefault(DueDates.Names));
        if (Offer().Match(core) is { Success: true } offer && Welcome().IsMatch(reply) && !Declines().IsMatch(reply) && !NoDeed().IsMatch(offer.Groups["x"].Value)
            && !talk.In(clause.Turn).Any(c => c.Order > clause.Order && OwnWords(c)))
        {
            var follow = talk.TurnAfter(next) is >= 0 and var more ? talk.In(more) : [];
            if (follow.Any(OwnWords))
                return null;
            if (Readable(talk, clause, offer.Groups["x"].Value) is not ({ } text, var quote))
                return null;
            var day = follow.Prepend(clause).FirstOrDefault(c => c.Length <= 12 && DueDates.Names(c.Text));
            return Plain.Stems(text).Count == 0 ? null : new(text, quote, clause.Role, clause.Speaker, false, day is null ? [clause.Turn, next] : [.. ((int[])[clause.Turn, next, day.Turn]).Distinct()], day?.Text);
        }
        return null;

        bool OwnWords(Clause c) => !c.IsAsked && Promised(talk, c) is not null;
    }

    /// <summary>"I'd call them on Monday" is meant where nobody asked what one would do; "I could" only where the other one takes it up.</summary>
    private static bool IsMeant(Talk talk, Clause clause) =>
        !(talk.Prompt(clause.Turn) is { } prompt && Wondering().IsMatch(prompt.Text)) && !talk.In(clause.Turn).Any(c => c.Text.StartsWith("or ", StringComparison.OrdinalIgnoreCase))
            && (!Could().IsMatch(clause.Core) || (talk.TurnAfter(clause.Turn) is >= 0 and var next && talk.In(next).Any(c => Committing().IsMatch(c.Text) || When().IsMatch(c.Text))));

    /// <summary>"I'll do that" answers a request, which says better what it is.</summary>
    private static bool Answered(Talk talk, Clause clause) =>
        talk.TurnBefore(clause.Turn) is >= 0 and var before && talk.In(before).Any(c => ActionRules.Asked.Any(r => r.Match(c.Core.TrimEnd('.', '!', ',', ' ')) is { Success: true } m && !NoTask().IsMatch(m.Groups["x"].Value)));

    /// <summary>The words that name its day, and the turns besides its own in which they were said.</summary>
    private static (string? When, int[] Turns) DueOf(Talk talk, Clause clause)
    {
        if (DueDates.Names(clause.Text))
            return talk.After(clause) is { } corrected && Corrects().IsMatch(corrected.Text) && DueDates.Names(corrected.Text) ? (corrected.Text, []) : (clause.Text, []);
        if (talk.After(clause) is { } after && DueDates.Names(after.Text) && after.Length <= 8 && !after.IsAsked && (DayFirst().IsMatch(after.Core) || ThatDay().IsMatch(after.Core)))
            return (after.Text, []);
        if (talk.Before(clause) is { } before && DueDates.Names(before.Text) && !before.IsAsked && ((before.Length <= 5 && DayFirst().IsMatch(before.Core)) || Then().IsMatch(clause.Core)))
            return (before.Text, []);
        if (talk.TurnBefore(clause.Turn) is >= 0 and var last && talk.Prompt(clause.Turn) is { IsAsked: true } prompt && DueDates.Names(prompt.Text) && Then().IsMatch(clause.Core))
            return (prompt.Text, [last]);
        if (talk.TurnAfter(clause.Turn) is >= 0 and var next && talk.In(next).Any(c => c.IsAsked && When().IsMatch(c.Text) && Short(c)) && talk.TurnAfter(next) is >= 0 and var answer
            && talk.In(answer).Take(3).FirstOrDefault(c => DueDates.Names(c.Text)) is { } named && talk.In(clause.Turn)[^1].Order - clause.Order <= 3)
            return (named.Text, [answer]);
        return (null, []);

        static bool Short(Clause c) => c.Length <= 10;
    }

    private static bool IsRecap(Talk talk, Found one) => one.Turns.Any(t => Recap().IsMatch(talk.Turns[t].Text));

    /// <summary>The same verb with the same matter a few turns on: first offered, then promised for a day.</summary>
    private static bool IsSameDeed(Found one, Found two) =>
        two.Turns[0] - one.Turns[^1] <= 4 && string.Equals(Plain.Words(one.Text)[0], Plain.Words(two.Text)[0], StringComparison.OrdinalIgnoreCase)
            && (!DueDates.Names(one.When ?? one.Quote) || !DueDates.Names(two.When ?? two.Quote) || (one.When ?? one.Quote) == (two.When ?? two.Quote));

    private static bool SharesMost(Found one, Found two) => Plain.Stems(one.Text).Intersect(Plain.Stems(two.Text)).Any();

    /// <summary>As an entry of a list. "Call her" alone says little; what stood just before says who.</summary>
    private static (string? Text, string Quote) Readable(Talk talk, Clause clause, string words)
    {
        var quote = clause.Text;
        var own = talk.In(clause.Turn).LastOrDefault(c => c.Order < clause.Order && clause.Order - c.Order <= 3 && Plain.Stems(c.Core).Count > 0 && !Mark().IsMatch(c.Core))?.Core;
        var context = own ?? talk.Prompt(clause.Turn)?.Core;
        if (context is not null && (Welcome().IsMatch(context) || Pleasantry().IsMatch(context)))
            context = null;
        if (words.Length == 0 || Pointing().IsMatch(FromMe().Replace(words, "")) || false)
        {
            if (context is null || (own is null && talk.Prompt(clause.Turn) is { IsAsked: true }) || Plain.Words(context).Count < 2)
                return (null, quote);
            (words, quote, context) = (context, context + " " + quote, null);
        }
        var text = Addressed(Entry(words), talk, clause.Role).Replace(" from me", "", StringComparison.OrdinalIgnoreCase);
        if (Plain.Stems(text).Count == 0 && context is null)
            return (null, quote);
        if (context is not null && Plain.Words(text).Count <= 8 && Pronoun().IsMatch(text) && !SaysLittle().IsMatch(context) && Plain.Stems(context).Count > 0 && Plain.Stems(text).Count <= 3)
            text += $" (“{Plain.Shortened(context.TrimEnd('.', ',', '!', '?', ' '), 12)}”)";
        return (text, quote);
    }

    /// <summary>The words as an entry of a list.</summary>
    private static string Entry(string words) => Plain.Capitalised(Tail().Replace(Lead().Replace(words.Trim(), ""), "").Trim().TrimEnd('.', '!', ',', ';', ':', '?', ' ', '…'));

    /// <summary>"Send you the deck" says little in a list; the name of who is meant says it.</summary>
    private static string Addressed(string text, Talk talk, Role? speaker)
    {
        string? First(bool self) => talk.Turns.FirstOrDefault(t => t.Role is not null && (t.Role == speaker) == self)?.Speaker.Split(' ')[0];
        return First(false) is { } other && !text.Contains("of you", StringComparison.OrdinalIgnoreCase) && !text.Contains("you two", StringComparison.OrdinalIgnoreCase) ? Your().Replace(text, m => m.Value.Length > 3 ? other + "'s" : other) : text;
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(?:i|we|he|she|they) (?:said|told \w+|promised|thought|keep saying|kept saying|always say|swore|was like|were like|was going to|were going to|was gonna|had to|wish)\b|\b(?:ask\w*|wonder\w*|knows?|knew)(?: me| him| her)? (?:when|if|whether|how|what|why|where)\b|\b(?:he|she|they|\w+) (?:says?|said|thinks?|reckons?|asked|keeps asking)\b.{0,20}\b(?:i|we)(?:'ll| will|'m going to)\b|\b(?:last (?:year|month|week|time|quarter)|back then|years ago|afraid|scared|worried|fear|hope|doubt|wonder|imagine|what if|suppose|sworn)\b.*\b(?:i|we)(?:'ll| will|'m going to)\b", Loose)]
    private static partial Regex Reported();

    [GeneratedRegex(@"\b(?:yesterday|last (?:year|month|week|time|quarter|night|summer)|ago|back then|every (?:\w+day|time|week|month|morning|night|year)|always|never|usually)\b", Loose)]
    private static partial Regex Past();

    [GeneratedRegex(@"^(?:(?:and|but|so|or|well|then|because|now),? )*(?:if|unless|suppose|what if|in case|imagine|whether)\b|\bif (?:i|we|he|she|they|it|that)(?:'d| had| were| was| could)\b|\bwould have\b|\bcould have\b|\bor i(?:'ll| will)\b|\botherwise\b", Loose)]
    private static partial Regex Supposed();

    [GeneratedRegex(@"\b(?:maybe|perhaps|probably|possibly|might|i guess|i suppose|not sure|kind of|sort of|try to|i'd like to|should|someday|at some point|hopefully|if i (?:can|find|get|have)|we'll see)\b", Loose)]
    private static partial Regex Hedge();

    [GeneratedRegex(@"\b(?:if|unless|depending on) (?:he|she|they|it|the|that|we|i|you|nobody|nothing)\b", Loose)]
    private static partial Regex Depends();

    [GeneratedRegex(@"^(?:\W*(?:oh|well|um+|ah|ok(?:ay)?|er|hm+|yes|yeah|all right|right)[,.!]* )*(?:yes|yeah|yep|yup|aye|sure|ok(?:ay)?|will do|of course|absolutely|definitely|certainly|i can(?: do that)?\b|i(?:'ll| will| have to| must| should| would| bring| do)\b|i'd (?:love|be glad|be happy)|deal|gladly|happily|happy to|with pleasure|fine|agreed|done|good|great|right|maybe|probably|perhaps|consider it done|no problem|you(?:'ll| will) (?:have|get)|lovely|perfect|all right|alright|on it|go on|why not|exactly|please do|no worries|fair enough|it's a deal|thursday|friday|monday|tuesday|wednesday|tomorrow|tonight|today)\b", Loose)]
    private static partial Regex Yes();

    [GeneratedRegex(@"^\W*(?:(?:oh|well|um+|hm+)[,.]? )*(?:no(?! problem| worries)|nah|not|i don't|i can't|i couldn't|i'd rather)\b|\b(?:but i (?:can't|don't|won't)|i can't do that|not yet|i'd rather not|knowing (?:him|her|them)|pass)\b", Loose)]
    private static partial Regex Declines();

    [GeneratedRegex(@"^(?:\W*(?:oh|ah|ooh|wow|um+|yes|yeah|hm+),? )*(?:yes|please|that(?:'d| would| sounds)|thank|thanks|brilliant|lovely|perfect|great|would you|hell yes|sure|good|super|cool|okay|wonderful|amazing|go on|i'd (?:love|like) that|sounds)\b", Loose)]
    private static partial Regex Welcome();

    [GeneratedRegex(@"^(?:tell (?:a|an|your|me (?:more|about|what|how|why))|say\b|do (?:if|differently|about|with|it if|without)|do\?*$|call (?:that|this|it)\b|ask (?:yourself|for if)|give (?:up|it)|need\b|get (?:from|to|there|out|in)|keep the\b|find\b|make of\b|start with\?|go\b|look (?:like|at it)|put (?:it|that) (?:into|in)|put\b.*\bscale|measure\b|show (?:up)?$|take (?:from|with|away)|leave\?*$|see\b|work\?*$|hear\b|pick\?|choose\?|walk me|read it\?*$ )", Loose)]
    private static partial Regex NoTask();

    [GeneratedRegex(@"^i (?:can|could)(?: also)? (?<x>(?:" + Verbs.Task + @")\b.*)$|^(?:shall|should) i (?<x>(?:" + Verbs.Task + @")\b.*?)\?*$|^(?:do you want me|would you like me|would it help if i|want me)(?: to)? (?<x>(?:" + Verbs.Task + @")\b.*?)\?*$", Loose)]
    private static partial Regex Offer();

    [GeneratedRegex(@"^who(?:'s going to| is going to| will|'ll|)(?: actually)? (?<v>tell|write|call|send|ask|talk|speak|do|answer|prepare|book|draft|make|take|check|announce|organise|organize)(?:s|es)? (?<x>\w.*)$", Loose)]
    private static partial Regex WhoDoes();

    [GeneratedRegex(@"^\W*(?:(?:well|oh|so|okay)[, ]+)*(?:me\b(?! \w)|i do\b|i will\b|i'll\b|i only\b|mine\b|myself\b|that'd be me|that's me|i am\b|i would\b)", Loose)]
    private static partial Regex Me();

    [GeneratedRegex(@"^(?:do|done|see to|sort|handle) (?:it|that|this|so)\b[\w ,]{0,24}$|^(?:it|that)$", Loose)]
    private static partial Regex ProForm();

    [GeneratedRegex(@"\b(?:i|we)(?: also| really)? need to\b", Loose)]
    private static partial Regex Needs();

    [GeneratedRegex(@"^\W*(?:no,? wait|no,|wait,|actually|or rather|sorry|make (?:it|that)|i mean)\b", Loose)]
    private static partial Regex Corrects();

    [GeneratedRegex(@"^(?:by|on|at|before|until|in|within|this|next|first|as|right|straight|the (?=\d|end|day|\w+(?:th|st|nd|rd)\b)|today|tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|after|over|end|no,? wait|actually|maybe|say|let's say|probably|starting|not later|latest|early|late)\b", Loose)]
    private static partial Regex DayFirst();

    [GeneratedRegex(@"^(?:(?:my|i) )?(?:apolog\w*|sorry|thanks?|please|hell)\b", Loose)]
    private static partial Regex Pleasantry();

    [GeneratedRegex(@"\b(?:would|could|if|suppose|might)\b", Loose)]
    private static partial Regex Wondering();

    [GeneratedRegex(@"\b(?:could|might|may)\b", Loose)]
    private static partial Regex Could();

    [GeneratedRegex(@"^(?:that|it|this)(?:'s| is| has to| must| should)\b", Loose)]
    private static partial Regex ThatDay();

    [GeneratedRegex(@"^(?:what|who|when|how|where|which|why|yes|yeah|no\b|not yet|maybe|you'll|will you|do you)", Loose)]
    private static partial Regex SaysLittle();

    [GeneratedRegex(@"\bm[ey]\b", Loose)]
    private static partial Regex Asker();

    [GeneratedRegex(@"^(?:i mean|duh|consider|leave|that's|it's|you can|no idea|of course)\b", Loose)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\b(?:then|there|that day)\b", Loose)]
    private static partial Regex Then();

    [GeneratedRegex(@"\b(?:let me (?:repeat|recap|sum|summari[sz]e)|to (?:recap|sum up|summari[sz]e)|what i(?:'ve)? heard|so you(?:'ll| will)?|in short|recap)\b", Loose)]
    private static partial Regex Recap();

    [GeneratedRegex(@"^(?:(?:and|so|but|well|okay),? )*(?:it|that|this|that one|this one|those|them|that bit|that part|one)$", Loose)]
    private static partial Regex Pointing();

    [GeneratedRegex(@"\b(?:him|her|them|it|that|there|this|both|those)\b", Loose)]
    private static partial Regex Pronoun();

    [GeneratedRegex(@"^(?:then |also |just |to |and |that |probably |maybe )+", Loose)]
    private static partial Regex Lead();

    [GeneratedRegex(@"(?:,? (?:so (?:that )?(?:we|i|you|they|it|there)\b.*|because .*|since .*|which .*|but .*|okay\??|ok\??|right\??|i (?:promise|think|guess|suppose)|then|you know|for sure|and (?:then )?(?:i|we|you)\b.*))$", Loose)]
    private static partial Regex Tail();

    [GeneratedRegex(@"\byou(?:r)?\b(?!')", Loose)]
    private static partial Regex Your();

    [GeneratedRegex(@"^(?:" + Verbs.Task + @")\b", Loose)]
    private static partial Regex Task();

    [GeneratedRegex(@"^(?:tell|say|answer)\b", Loose)]
    private static partial Regex ToSay();

    [GeneratedRegex(@"\bwhat (?:will|would|might|could|do|are) you (?:going to |gonna )?(?:say|tell|answer)", Loose)]
    private static partial Regex WhatToSay();

    [GeneratedRegex(@"(?: from me\b.*| (?:tomorrow|tonight|today|this \w+|next \w+|later|by \w+|on \w+day|before \w+))$", Loose)]
    private static partial Regex FromMe();

    [GeneratedRegex(@"^(?:" + Verbs.Doing + @")\b", Loose)]
    private static partial Regex Doing();

    [GeneratedRegex(ActionRules.NoDeed, Loose)]
    private static partial Regex NoDeed();

    [GeneratedRegex(ActionRules.Committing, Loose)]
    private static partial Regex Committing();

    [GeneratedRegex(ActionRules.When, Loose)]
    private static partial Regex When();
}
