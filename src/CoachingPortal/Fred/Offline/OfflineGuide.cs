using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Offline;

/// <summary>
/// What FRED says without a model: facts when facts are asked for, else a word on what was said, a link to what was
/// promised or heard, and one question that was not asked before. The same history always gives the same answer.
/// </summary>
public static partial class OfflineGuide
{
    internal const string Introduction = "I am the offline guide: no language model speaks here, so I work with your own words and with what your sessions hold.";

    private static readonly string[] RunOut =
    [
        "You have answered all the questions I keep. Which of your answers today surprised you most?",
        "I have no new question left, and I will not repeat one. Ask me what was promised, decided or said.",
    ];

    public static string Answer(FredContext context)
    {
        var answers = context.Chat.Where(m => m.Role == ChatRole.Fred).Select(m => m.Text).ToList();
        var introduction = answers.Any(a => a.Contains(Introduction, StringComparison.Ordinal)) ? "" : Introduction + "\n\n";
        if (DirectAsks.Answer(context) is { } facts)
            return introduction + facts + AfterFacts(context, answers);
        return introduction + (context.Asker == Role.Coach ? ForCoach(context, answers) : ForFounder(context, answers));
    }

    private static string ForFounder(FredContext context, List<string> answers)
    {
        if (Greeting().IsMatch(context.Question))
            return Join($"Hello {context.FounderName.Split(' ')[0]}.", Reminder(context, answers, [], 0) ?? "What is on your mind?");
        var topic = OwnWords.Of(context.Question);
        if (topic.Stance == Stance.Brief && Reconsidered(context) is { } earlier)
            topic = earlier with { Stance = Stance.Brief, Clause = topic.Clause };
        var turn = answers.Count;
        var mirror = Mirror(topic, answers);
        if (Reminder(context, answers, Plain.Stems(context.Question), turn) is { } reminder)
            return Join(mirror, reminder);
        return Join(mirror, Heard(context, answers, topic), Questions.Next(topic, answers) ?? Unused(answers));
    }

    private static string ForCoach(FredContext context, List<string> answers)
    {
        var name = context.FounderName.Split(' ')[0];
        if (Greeting().IsMatch(context.Question))
            return $"Hello {context.CoachName.Split(' ')[0]}. Ask me what {name} promised or said, or for a question to ask.";
        var wantsQuestion = WantsQuestion().IsMatch(context.Question);
        var stems = wantsQuestion ? [] : Plain.Stems(context.Question);
        if (!wantsQuestion && Related(context, answers, stems) is { } action)
            return Join($"{name} has something open on that: {DirectAsks.Describe(action)}.", "You could ask: “Where does that stand?”");

        // The founder's own words are what a question to them takes up, when there are any.
        var said = context.Turns.Where(t => t.Role == Role.Founder && Plain.Words(t.Text).Count > 4)
            .LastOrDefault(t => !IsQuoted(t.Text, answers) && (stems.Count == 0 || Plain.Stems(t.Text).Overlaps(stems)));
        var topic = said is null ? new Topic(Stance.Statement, "", null, null, context.Question) : OwnWords.Of(said.Text);
        var lead = said is not null ? $"{name} said: “{Quote(said.Text)}”."
            : wantsQuestion ? ""
            : OwnWords.Of(context.Question) is { Stance: Stance.Statement } own && !FirstOrSecondPerson().IsMatch(own.Original) ? $"You notice: {LowerFirst(own.Clause)}." : "";
        var question = Questions.Next(topic, answers);
        return question is null ? Join(lead, Unused(answers)) : Join(lead, $"You could ask: “{question}”");
    }

    /// <summary>Their own words, turned: short, and not in the same shape again and again.</summary>
    private static string Mirror(Topic topic, List<string> answers)
    {
        if (topic.Stance == Stance.Brief)
            return Pick(answers, Negative().IsMatch(topic.Clause) ? ["Not knowing yet is a place to start from.", "Then from another side.", "That is an answer, too."]
                : Affirmative().IsMatch(topic.Clause) ? ["Good.", "All right.", "Then one step further."]
                : topic.Clause.EndsWith('?') ? ["That is yours to answer; I can help you look.", "I cannot answer that for you, but I can ask.", "What you think counts more than what I could say."]
                : ["Let us stay with it.", "A little more, then.", "Take your time.", "Go on."]);
        if (OwnWords.SpeaksToYou(topic.Original))
            return topic.Action is null ? $"“{Quote(topic.Original)}”: I cannot do that for you, but we can look at it together."
                : Pick(answers, [$"How to {topic.Action}: let us look at it together.", $"So it is about how to {topic.Action}."]);
        return topic.Stance switch
        {
            Stance.Want when topic.Action is not null => Pick(answers, [$"You want to {topic.Action}.", $"So the aim is to {topic.Action}.", $"To {topic.Action}, then."]),
            Stance.HowTo when topic.Action is not null => Pick(answers, [$"How to {topic.Action}: let us take that apart.", $"You ask how to {topic.Action}."]),
            Stance.Choice when topic.Action is not null => Pick(answers, [$"Whether to {topic.Action} is yours to decide; I can help you look.", $"You weigh whether to {topic.Action}."]),
            Stance.Will when topic.Action is not null => Pick(answers, [$"You will {topic.Action}.", $"So you are going to {topic.Action}."]),
            Stance.Feeling => Pick(answers, [$"{Plain.Capitalised(topic.Clause)}. That deserves a minute.", $"I hear it: {LowerFirst(topic.Clause)}."]),
            _ when topic.Original.TrimEnd().EndsWith('?') => Pick(answers, [$"You ask: “{Quote(topic.Original)}”", $"“{Quote(topic.Original)}” is a question worth the time."]),
            _ => Pick(answers, [$"{Plain.Capitalised(topic.Clause)}.", $"So {LowerFirst(topic.Clause)}.", $"What I hear: {LowerFirst(topic.Clause)}."]),
        };
    }

    /// <summary>An open action that bears on what was said, or, now and then, the oldest one. Each is brought up once.</summary>
    private static string? Reminder(FredContext context, List<string> answers, HashSet<string> stems, int turn)
    {
        if (Related(context, answers, stems) is { } related)
            return $"That touches a promise: {DirectAsks.Describe(related)}. Where does it stand?";
        if (turn != 1 && turn % 6 != 5 && stems.Count > 0)
            return null;
        var oldest = Open(context, answers).FirstOrDefault();
        return oldest is null ? null : $"One thing is still open: {DirectAsks.Describe(oldest)}. How does it bear on today?";
    }

    private static OpenAction? Related(FredContext context, List<string> answers, HashSet<string> stems) =>
        Open(context, answers).FirstOrDefault(a => Plain.Stems(a.Text).Overlaps(stems));

    private static IEnumerable<OpenAction> Open(FredContext context, List<string> answers) =>
        context.OpenActions.Where(a => a.Owner != Role.Coach && !IsQuoted(a.Text, answers));

    /// <summary>Something they said aloud in the call that belongs to what they write.</summary>
    private static string? Heard(FredContext context, List<string> answers, Topic topic)
    {
        var stems = Plain.Stems(topic.Original);
        var turn = context.Turns.LastOrDefault(t => t.Role == context.Asker && Plain.Words(t.Text).Count > 4 && Plain.Stems(t.Text).Overlaps(stems) && !IsQuoted(t.Text, answers));
        return turn is null ? null : $"In the call you said: “{Quote(turn.Text)}”.";
    }

    /// <summary>What they said before, when the newest line is too short to take up.</summary>
    private static Topic? Reconsidered(FredContext context) =>
        context.Chat.Where(m => m.Role != ChatRole.Fred).Reverse().Skip(1).Select(m => OwnWords.Of(m.Text)).FirstOrDefault(t => t.Stance != Stance.Brief);

    private static string AfterFacts(FredContext context, List<string> answers)
    {
        var question = context.OpenActions.Count > 0 && context.Asker == Role.Founder ? "Which of these is on your mind most?" : "";
        return question.Length == 0 || answers.Any(a => a.Contains(question, StringComparison.Ordinal)) || !Open(context, []).Skip(1).Any() || !AsksWhatIsOpen().IsMatch(context.Question) ? "" : "\n" + question;
    }

    private static string Unused(List<string> answers) => Array.Find(RunOut, r => !answers.Any(a => a.Contains(r, StringComparison.Ordinal))) ?? RunOut[^1];

    private static string Pick(List<string> answers, string[] variants)
    {
        var recent = answers.TakeLast(3).Select(Shape).ToList();
        return Array.Find(variants, v => !recent.Exists(r => r.StartsWith(Shape(v), StringComparison.Ordinal))) ?? variants[answers.Count % variants.Length];
    }

    /// <summary>The first two words: what makes two answers sound alike.</summary>
    private static string Shape(string text) => string.Join(' ', Plain.Words(text.Replace(Introduction, "", StringComparison.Ordinal)).Take(2)).ToUpperInvariant();

    private static bool IsQuoted(string text, List<string> answers) => answers.Any(a => a.Contains(Quote(text), StringComparison.Ordinal));

    private static string Quote(string text) => Plain.Shortened(text.Trim(), 24).TrimEnd('.', ' ');

    private static string LowerFirst(string text) =>
        text.StartsWith("I ", StringComparison.Ordinal) || text.Length < 2 || char.IsUpper(text[1]) || !Lowered().IsMatch(text) ? text : char.ToLowerInvariant(text[0]) + text[1..];

    private static string Join(params string?[] parts) => string.Join(' ', parts.Where(p => !string.IsNullOrEmpty(p)));

    [GeneratedRegex(@"^(?:you|your|the|a|an|it|this|that|these|those|there|they|he|she|my|our|his|her|their|what|how|when|if|not|no|some|every|all|most|nobody|everyone|people|maybe)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Lowered();

    [GeneratedRegex(@"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|moin|hallo)\b[ ,!.]*(?:fred)?[ ,!.]*$", RegexOptions.IgnoreCase)]
    private static partial Regex Greeting();

    [GeneratedRegex(@"\bwhat (?:could|can|should|do|would) i ask\b|\bquestions? (?:to ask|for (?:her|him|them))\b|\b(?:give|suggest)\b.*\bquestion\b|\banother question\b|\bask next\b", RegexOptions.IgnoreCase)]
    private static partial Regex WantsQuestion();

    [GeneratedRegex(@"\b(?:i|i'\w+|me|my|we|our|us|you|your)\b", RegexOptions.IgnoreCase)]
    private static partial Regex FirstOrSecondPerson();

    [GeneratedRegex(@"^(?:no|nope|not|nothing|(?:i|we) (?:really )?(?:don't|don’t|do not) know|don't know|dunno|i'm not sure|it depends)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Negative();

    [GeneratedRegex(@"^(?:yes|yeah|yep|ok|okay|sure|right|true|exactly|fine|good|great)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Affirmative();

    [GeneratedRegex(@"promis|commit|open action|next action|to-?do|prepare", RegexOptions.IgnoreCase)]
    private static partial Regex AsksWhatIsOpen();
}
