using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

/// <summary>The four steps of a coaching conversation (John Whitmore's GROW).</summary>
internal enum Stage
{
    Goal,
    Reality,
    Options,
    Will,
}

/// <summary>A question and, in braces, the place for the person's own words. Asked once in a session, whatever words it carries.</summary>
/// <param name="Cues">Stems: the question fits best when one of them was said.</param>
internal sealed record Question(Stage Stage, string Text, params string[] Cues)
{
    private readonly Regex pattern = new(Slot.Replace(Regex.Escape(Text).Replace("\\{", "{", StringComparison.Ordinal), ".{1,200}?"), RegexOptions.CultureInvariant);

    private static readonly Regex Slot = new(@"\{(action|thing)\}", RegexOptions.CultureInvariant);

    public bool Fits(Topic topic) =>
        ((topic.Action is not null && topic.Stance != Stance.Will) || !Text.Contains("{action}", StringComparison.Ordinal)) && (topic.Thing is not null || !Text.Contains("{thing}", StringComparison.Ordinal));

    public bool WasAsked(IEnumerable<string> answers) => answers.Any(pattern.IsMatch);

    public bool HasSlot => Text.Contains('{', StringComparison.Ordinal);

    public string With(Topic topic) => Text.Replace("{action}", topic.Action, StringComparison.Ordinal).Replace("{thing}", topic.Thing, StringComparison.Ordinal);
}

internal static class Questions
{
    private static readonly string[] People = ["team", "cofound", "co-founder", "employe", "engine", "hir", "fir", "partn", "investo", "coach", "boss", "staff", "colleagu", "manag", "board", "wif", "husband", "famil", "friend"];
    private static readonly string[] Money = ["pric", "revenu", "runway", "money", "budget", "cash", "rais", "sal", "cost", "fund", "burn", "custom", "deal", "charg"];
    private static readonly string[] Pressure = ["tim", "busy", "deadlin", "overwhelm", "tir", "stres", "hour", "exhaust", "weekend", "sleep", "calendar", "burnout"];
    private static readonly string[] Fear = ["afraid", "scar", "worri", "worry", "fear", "anxiou", "nervou", "risk", "avoid", "postpon", "stuck"];

    /// <summary>In each step the ones with the person's own words first.</summary>
    public static readonly IReadOnlyList<Question> All =
    [
        new(Stage.Goal, "If you {action} and it goes well, what is different three months from now?"),
        new(Stage.Goal, "What would have to be clear about {thing} when this call ends?"),
        new(Stage.Goal, "What would a good outcome look like, in one sentence?"),
        new(Stage.Goal, "If this call could settle one thing, which would you pick?"),
        new(Stage.Goal, "What is it about {thing} that comes up just now?"),
        new(Stage.Goal, "How would you notice, on an ordinary Tuesday, that this is solved?"),
        new(Stage.Goal, "Whose wish is this: yours, the team's, or an investor's?", People),
        new(Stage.Goal, "What would be enough, as a number?", Money),
        new(Stage.Goal, "What do you want to be true by the end of this month?"),
        new(Stage.Goal, "What would you be glad to report next time?"),

        new(Stage.Reality, "What stands between you and the day you {action}?"),
        new(Stage.Reality, "What do you know for certain here, and what do you assume?"),
        new(Stage.Reality, "What have you tried so far, and what did it show you?"),
        new(Stage.Reality, "How does it look from the other person's side?", People),
        new(Stage.Reality, "Which number would tell you how serious it is?", Money),
        new(Stage.Reality, "What is the worst that could really happen, and could you live with it?", Fear),
        new(Stage.Reality, "What takes up the time that this would need?", Pressure),
        new(Stage.Reality, "What have you not said out loud about {thing}?"),
        new(Stage.Reality, "What happens if nothing changes for another three months?"),
        new(Stage.Reality, "Which part of this do you have in your own hands?"),
        new(Stage.Reality, "From one to ten, how far along are you, and why not one lower?"),
        new(Stage.Reality, "When did it last go better, and what was different then?"),
        new(Stage.Reality, "Who knows how it really stands?"),

        new(Stage.Options, "Which three ways are there to {action}, one of them a way you would never choose?"),
        new(Stage.Options, "What is the smallest version of this that you could try within a week?"),
        new(Stage.Options, "What would you do if you had to decide tonight?"),
        new(Stage.Options, "What would you tell a friend who asked you about {thing}?"),
        new(Stage.Options, "Who has been through this and would take your call?", People),
        new(Stage.Options, "What would you do with half the money and twice the courage?", Money),
        new(Stage.Options, "What could you stop doing to make room?", Pressure),
        new(Stage.Options, "Which option do you avoid because it is uncomfortable?", Fear),
        new(Stage.Options, "If your first idea were off the table, what would be the second?"),
        new(Stage.Options, "What would you need to learn first to {action} with confidence?"),
        new(Stage.Options, "Which of the ways you see would you regret not having tried?"),

        new(Stage.Will, "What is the first step you will take to {action}, and on which day?"),
        new(Stage.Will, "What will you do before this week is over?"),
        new(Stage.Will, "From one to ten, how likely is it that you will do it, and what would make it a nine?"),
        new(Stage.Will, "What could get in the way, and what will you do then?"),
        new(Stage.Will, "Whom will you tell about it today?", People),
        new(Stage.Will, "What will you say no to in order to keep this?", Pressure),
        new(Stage.Will, "What has to happen for {thing} to be off your mind?"),
        new(Stage.Will, "When exactly does it go into your calendar?"),
        new(Stage.Will, "What do the first ten minutes of it look like?"),
        new(Stage.Will, "What would you like to be asked about this next time?"),
    ];

    /// <summary>Goal, then twice each of the others, then again from the start.</summary>
    private static readonly Stage[] Order = [Stage.Goal, Stage.Reality, Stage.Reality, Stage.Options, Stage.Options, Stage.Will, Stage.Will];

    /// <summary>The best question not asked yet; null when all have been.</summary>
    /// <param name="answers">What FRED has said in this session.</param>
    public static string? Next(Topic topic, IReadOnlyList<string> answers)
    {
        var open = All.Where(q => !q.WasAsked(answers)).ToList();
        var stems = Plain.Stems(topic.Original);
        var planned = Order[(All.Count - open.Count) % Order.Length];
        var wanted = topic.Stance switch
        {
            Stance.Will => Stage.Will,
            Stance.Choice => Stage.Options,
            Stance.Feeling => Stage.Reality,
            Stance.HowTo when planned == Stage.Goal && open.Count < All.Count => Stage.Options,
            _ => planned,
        };
        return open.Where(q => q.Fits(topic)).OrderBy(q => ((int)q.Stage - (int)wanted + 4) % 4)
            .ThenByDescending(q => (q.Cues.Any(stems.Contains) ? 2 : 0) + (q.HasSlot ? 3 : 0) - (q.Cues.Length > 0 && !q.Cues.Any(stems.Contains) ? 2 : 0))
            .FirstOrDefault()?.With(topic);
    }
}
