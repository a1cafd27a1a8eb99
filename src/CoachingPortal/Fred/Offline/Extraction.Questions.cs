using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

/// <summary>What was asked and left open: named as open, or answered with "I don't know" and not come back to.</summary>
internal static partial class Extraction
{
    public static IReadOnlyList<Found> OpenQuestions(IReadOnlyList<Spoken> turns)
    {
        var found = new List<Found>();
        var sentences = SentencesOf(turns).ToList();
        for (var i = 0; i < sentences.Count; i++)
        {
            if (OpenQuestion(sentences, i) is { } question && !found.Any(f => Matter.IsSame(f, question)))
                found.Add(question);
        }
        // What is settled later in the call is open no longer.
        var settled = DecisionsIn(turns);
        return [.. found.Where(q => !settled.Any(d => d.Turns[^1] > q.Turns[^1] && Covers(d, q)))];
    }

    private static Found? OpenQuestion(List<KeySentence> sentences, int at)
    {
        var (turn, index, text) = sentences[at];
        if (NamedOpen().Match(text) is { Success: true } named)
            return Make(named.Groups["x"].Value, [index]);
        if (!text.EndsWith('?') || Plain.Words(text).Count < 4 || Coaching().IsMatch(text))
            return null;
        // The other one's first words after it; a coach often asks twice.
        var answer = sentences.Skip(at + 1).SkipWhile(s => s.Index == index).ToList();
        var other = answer.FirstOrDefault(s => s.Turn.Role != turn.Role);
        var unanswered = other is null ? null : answer.TakeWhile(s => s.Index == other.Index).Take(3).FirstOrDefault(s => DoNotKnow().IsMatch(s.Text));
        return unanswered is not null ? Make(text, [index, unanswered.Index]) : null;

        Found? Make(string words, int[] where)
        {
            var question = Plain.Capitalised(LeadingAsk().Replace(words.Trim().TrimEnd('.', '?', '!', ','), "")).Trim();
            return Plain.Stems(question).Count == 0 ? null : new(question + "?", text, null, turn.Speaker, false, where);
        }
    }

    private static bool Covers(Found settled, Found question)
    {
        var (about, words) = (Plain.Stems(question.Text), Plain.Stems(settled.Text + " " + settled.Quote));
        return about.Count > 0 && about.Count(words.Contains) >= 0.5 * about.Count;
    }

    [GeneratedRegex(@"\b(?:the |one |another |that's (?:an|the) |still an )?(?:open|big|unanswered|real) question (?:is|remains|for me is|then is)[:,]? (?<x>.+)$|\b(?:(?:i|we) (?:still )?(?:don't|do not) (?:yet )?know(?: yet)?|nobody knows) (?<x>(?:whether|if|how|who|where|when|which|what to do)\b.+)$|\b(?:i|we)(?:'re| are|'m| am)? (?:still )?(?:haven't|have not) (?:yet )?(?:decided|figured out|worked out|agreed|settled)(?: yet)? (?:on )?(?<x>(?:whether|if|how|who|where|when|which|what)\b.+)$|\bit(?:'s| is) (?:still )?(?:open|unclear|not clear)(?: to me)? (?<x>(?:whether|if|how|who|where|when|which|what)\b.+)$|\b(?:let's|we can|we'll) (?:leave|keep) (?:that|it) open[:,]? (?<x>(?:whether|if|how|who|where|when|which|what)\b.+)$", Loose)]
    private static partial Regex NamedOpen();

    [GeneratedRegex(@"^(?:(?:oh|well|um+|uh|er|hm+|honestly|good question|that's a good question|that's the question|frankly|to be honest)[,.]? )*(?:i (?:really |honestly |just )?(?:don't|do not) (?:really |yet )?know|no idea|(?:i(?:'m| am) )?(?:not|never) (?:really |quite |yet )?sure|i (?:can't|cannot) (?:say|tell)|(?:i'd|i would|i'll|i) (?:have|need) to (?:think|sleep on|look|check|find out)|i wish i knew|no clue|nobody knows|that's (?:the|a good) question|good question|hard to say|i haven't (?:thought|decided|figured)|(?:god|lord|heaven) knows|that i (?:really )?don't know|(?:can we|let's) (?:not|leave|park|come back)|(?:that's )?(?:a question )?for another (?:day|time)|not (?:today|now)|ask me (?:again|next|later)|i(?:'ve| have)? (?:got to|gotta|have to|must) (?:jump|run|go|dash))", Loose)]
    private static partial Regex DoNotKnow();

    // Questions that open somebody up are answered by thinking aloud; they are no loose ends.
    [GeneratedRegex(@"\b(?:what (?:would|do|did|are|were|is) you(?:r)? (?:feel|think|notice|want|need|afraid|hope|make of)|what (?:makes|holds|stops|keeps)|how (?:do|did|does|would) (?:that|this|it|you) (?:feel|sound|sit)|how (?:are|was|were|is) (?:you|the week|things|it going)|what else|why is that|really|right|okay|are you sure|what do you mean|can you hear)\b", Loose)]
    private static partial Regex Coaching();

    [GeneratedRegex(@"^(?:(?:and|but|so|then|well|okay|ok|yeah|yes|no),? )+", Loose)]
    private static partial Regex LeadingAsk();
}
