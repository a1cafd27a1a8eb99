using System.Globalization;
using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Offline;

/// <summary>Answers to plain asks for facts, from the material alone; what is not there is said to be not there.</summary>
internal static partial class DirectAsks
{
    private const int MaxListed = 6;

    /// <returns>Null when the question asks for no fact.</returns>
    public static string? Answer(FredContext context)
    {
        var ask = context.Question.Replace('’', '\'').Trim();
        if (WhoAreYou().IsMatch(ask))
            return "I am FRED, for now without a language model. I can tell you what was promised, decided and said in the sessions you can see, and I ask questions that help to think.";
        if (Promises().IsMatch(ask))
            return Promised(context, ask);
        if (Decisions().IsMatch(ask))
            return Decided(context);
        if (SaidAbout().Match(ask) is { Success: true } about && Plain.Stems(about.Groups["x"].Value).Count > 0)
            return SaidOn(context, about.Groups["x"].Value.TrimEnd('?', '.', '!', ' '));
        if (LastTime().IsMatch(ask))
            return Last(context);
        if (SoFar().IsMatch(ask))
            return Recap(context);
        if (Prepare().IsMatch(ask))
            return Preparation(context);
        return Thanks().IsMatch(ask) ? "You are welcome. I am here when the next thought comes." : null;
    }

    public static string Describe(OpenAction action) =>
        $"“{action.Text.TrimEnd('.')}” ({(action.IsFromThisSession ? "from this session" : $"agreed on {Day(action.AgreedAt)}")}{(action.DueOn is { } due ? $", due {Day(due)}" : "")}{(action.IsUnverified ? ", unverified" : "")})";

    private static string Promised(FredContext context, string ask)
    {
        var role = WhoseRole(context, ask);
        var open = context.OpenActions.Where(a => role is null || a.Owner == role || (a.Owner is null && role == Role.Founder)).ToList();
        var now = Extraction.Commitments(context.Turns).Where(c => role is null || c.Owner == role).ToList();
        var whose = role is null ? "" : role == context.Asker ? "of yours " : $"of {NameOf(context, role.Value)} ";
        if (open.Count == 0 && now.Count == 0)
            return $"I find no open promise {whose}in the sessions you can see, nor in this call so far.";
        var answer = open.Count switch
        {
            0 => $"From earlier sessions nothing {whose}is open.",
            1 => $"One promise {whose}is open: {Describe(open[0])}.",
            _ => $"{open.Count} promises {whose}are open:\n{List(open.Select(Describe))}",
        };
        if (now.Count > 0)
            answer += $"\nIn this call so far I heard:\n{List(now.Select(c => $"{(c.Owner == context.Asker ? "you" : c.Speaker)}: “{c.Quote}”"))}";
        return answer.Trim();
    }

    private static string Decided(FredContext context)
    {
        var now = Extraction.DecisionsIn(context.Turns);
        var past = context.Past.FirstOrDefault(p => p.Decisions.Count > 0);
        if (now.Count == 0 && past is null)
            return "I find no decision in the sessions you can see, nor in this call so far.";
        var answer = past is null ? "" : $"On {Day(past.At)} (“{past.Title}”) this was decided:\n{List(past.Decisions.Select(d => d))}\n";
        return (answer + (now.Count == 0 ? "" : $"In this call so far I heard:\n{List(now.Select(d => $"“{d.Quote}”"))}")).Trim();
    }

    private static string SaidOn(FredContext context, string about)
    {
        var stems = Plain.Stems(about);
        var said = context.Turns.Where(t => Plain.Stems(t.Text).Overlaps(stems)).TakeLast(4).Select(t => $"{Who(context, t)}: “{Plain.Shortened(t.Text, 40)}”").ToList();
        if (said.Count > 0)
            return $"On {Asked(about)}, in this call:\n{List(said)}";
        var noted = context.Notes.SelectMany(Plain.Sentences).Where(n => Plain.Stems(n).Overlaps(stems)).Take(3).ToList();
        if (noted.Count > 0)
            return $"In the captions there is nothing on {Asked(about)}. In the notes:\n{List(noted)}";
        var past = context.Past.FirstOrDefault(p => p.Summary is not null && Plain.Stems(p.Summary).Overlaps(stems));
        return past is null ? $"I find nothing on {Asked(about)}, in this call's captions, its notes, or the earlier summaries."
            : $"Not in this call. On {Day(past.At)} (“{past.Title}”): {string.Join(' ', Plain.Sentences(past.Summary!).Where(s => Plain.Stems(s).Overlaps(stems)).Take(2))}";

        static string Asked(string about) => OwnWords.ToYou(about);
    }

    private static string Last(FredContext context)
    {
        if (context.Past.Count == 0)
            return "This is the first session I can see, so there is no last time yet.";
        var past = context.Past[0];
        var answer = $"Last time was {Day(past.At)}, “{past.Title}”.";
        answer += past.Summary is null ? " It has no summary." : " " + string.Join(' ', Plain.Sentences(past.Summary).Take(3));
        if (past.Actions.Count > 0)
            answer += $"\nNext actions from then:\n{List(past.Actions)}";
        return answer;
    }

    private static string Recap(FredContext context)
    {
        if (context.Turns.Count == 0)
            return "There are no captions of this call, so I have not heard anything. I know your chat with me, the notes and the earlier sessions.";
        var best = Extraction.KeySentences(context.Turns, 4);
        return $"So far, in the words I heard:\n{List(best.Select(s => $"{Who(context, s.Turn)}: “{Plain.Shortened(s.Text, 40)}”"))}";
    }

    private static string Preparation(FredContext context)
    {
        var mine = context.OpenActions.Where(a => context.Asker == Role.Coach || a.Owner != Role.Coach).ToList();
        var answer = mine.Count == 0 ? "No open action stands between you and a fresh start." : $"Still open:\n{List(mine.Select(Describe))}";
        if (context.Past is [{ Summary: { } summary } last, ..])
            answer += $"\nLast time, on {Day(last.At)}: {Plain.Sentences(summary).FirstOrDefault()}";
        return answer;
    }

    /// <summary>Whose promises are asked for; null for everyone's.</summary>
    private static Role? WhoseRole(FredContext context, string ask)
    {
        var other = context.Asker == Role.Coach ? Role.Founder : Role.Coach;
        if (Names(context.FounderName, ask) || FounderWord().IsMatch(ask))
            return Role.Founder;
        if (Names(context.CoachName, ask) || CoachWord().IsMatch(ask))
            return Role.Coach;
        return SheOrHe().IsMatch(ask) ? other : Mine().IsMatch(ask) ? context.Asker : null;
    }

    private static bool Names(string name, string ask) => ask.Contains(name.Split(' ')[0], StringComparison.OrdinalIgnoreCase);

    private static string NameOf(FredContext context, Role role) => (role == Role.Coach ? context.CoachName : context.FounderName).Split(' ')[0];

    private static string Who(FredContext context, Spoken turn) => turn.Role == context.Asker ? "you" : turn.Speaker;

    private static string List(IEnumerable<string> lines) => string.Join('\n', lines.Take(MaxListed).Select(l => "– " + l));

    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM", CultureInfo.InvariantCulture);

    private static string Day(DateOnly on) => on.ToString("d MMMM", CultureInfo.InvariantCulture);

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"^(?:who|what) are you\b|^what can you do\b|\bare you (?:a |an )?(?:bot|robot|human|real|ai|person|machine|model|chatgpt)\b|^how do you work\b|^help[.!?]*$", Loose)]
    private static partial Regex WhoAreYou();

    [GeneratedRegex(@"\b(?:what|which|remind|list|show|tell me|did|any|are there|do)\b.*\b(?:promis\w*|commit(?:ted|ments?|s)?\b|(?:open|next) actions?|action items?|to-?dos?|homework|(?:say|said) (?:i|we|she|he|they)(?:'d| would| will)|agreed? to do|owe\b)", Loose)]
    private static partial Regex Promises();

    [GeneratedRegex(@"\b(?:what|which|remind|list|show|any)\b.*\b(?:decided?|decisions)\b(?! to do\?)|\bwhat did we agree\b", Loose)]
    private static partial Regex Decisions();

    [GeneratedRegex(@"\b(?:what|when|where|did)\b.*\b(?:say|said|mention(?:ed)?|heard?|talk(?:ed)?|discuss(?:ed)?)\b (?:about|on|regarding|of) (?<x>.+)$", Loose)]
    private static partial Regex SaidAbout();

    [GeneratedRegex(@"\b(?:what|how|remind|tell|summari[sz]e|recap)\b.*\b(?:last (?:time|session|call|week)|(?:previous|earlier) (?:session|call))", Loose)]
    private static partial Regex LastTime();

    [GeneratedRegex(@"\b(?:recap|summari[sz]e|sum up|summary)\b|\b(?:said|say|discussed|talked about|happened|covered|going on)\b.*\b(?:so far|until now|in this call|today)\b|^so far\b|\bwhat did (?:i|we) (?:just )?(?:say|talk|discuss)", Loose)]
    private static partial Regex SoFar();

    [GeneratedRegex(@"\bprepare\b|\bget (?:me |us )?ready for (?:this|the) (?:call|session)\b", Loose)]
    private static partial Regex Prepare();

    [GeneratedRegex(@"^(?:ok(?:ay)?,? |great,? |perfect,? )?(?:thanks?|thank you|thx|cheers)\b.{0,30}$", Loose)]
    private static partial Regex Thanks();

    [GeneratedRegex(@"\b(?:the|my) (?:founder|client)\b", Loose)]
    private static partial Regex FounderWord();

    [GeneratedRegex(@"\b(?:the|my) coach\b", Loose)]
    private static partial Regex CoachWord();

    [GeneratedRegex(@"\b(?:she|he|they)\b", Loose)]
    private static partial Regex SheOrHe();

    [GeneratedRegex(@"\b(?:i|my|me|mine|i'd)\b", Loose)]
    private static partial Regex Mine();
}
