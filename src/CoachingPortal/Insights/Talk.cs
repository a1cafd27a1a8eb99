using CoachingPortal.Domain;

namespace CoachingPortal.Insights;

/// <summary>What one of the two said, as the measures need it.</summary>
public sealed record SpokenTurn(Role Role, string Text, DateTimeOffset StartedAt, DateTimeOffset EndedAt);

/// <summary>A stretch in which one of the two had the floor.</summary>
public readonly record struct Floor(Role Role, DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;
}

/// <summary>How one of the two talked.</summary>
/// <param name="Share">Of the speaking time of both, 0 to 1; null when nobody's is known.</param>
/// <param name="MeanPause">Silence after this one's questions; null when none was followed by anything.</param>
/// <param name="Pauses">How many questions that is the mean of.</param>
/// <param name="WordsPerMinute">Null under <see cref="Talk.LeastForPace"/> of speech.</param>
public sealed record SideTalk(
    TimeSpan Spoken, double? Share, int Turns, TimeSpan Longest, int OpenQuestions, int ClosedQuestions, TimeSpan? MeanPause, int Pauses, int Interruptions, double? WordsPerMinute)
{
    public int Questions => OpenQuestions + ClosedQuestions;
}

/// <summary>How a session was talked. All of it follows from the turns alone: who, when, what.</summary>
public sealed record Talk(SideTalk Founder, SideTalk Coach, IReadOnlyList<Floor> Floors)
{
    /// <summary>A longer silence ends somebody's turn.</summary>
    public static readonly TimeSpan LongestBreath = TimeSpan.FromSeconds(10);

    /// <summary>A shorter overlap is how people take turns.</summary>
    public static readonly TimeSpan LeastOverlap = TimeSpan.FromMilliseconds(500);

    /// <summary>After a longer silence it was not the question that people thought about.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    public static readonly TimeSpan LeastForPace = TimeSpan.FromSeconds(10);

    /// <summary>What each measure is, for a person to read.</summary>
    public static readonly IReadOnlyList<(string Name, string Formula)> Formulas =
    [
        ("Talked", "The time covered by somebody's lines of the transcript; what overlaps counts once. The share is that time divided by both people's together."),
        ("Turns", "A turn is what one person says until the other says something, or until it is silent for more than 10 seconds."),
        ("Longest monologue", "The longest turn, from its first word to its last. A word from the other ends it."),
        ("Questions", Insights.Questions.Formula),
        ("Pause after a question", "For each line that ends with a question: the silence until anybody speaks, none where the next line overlaps; the mean of those up to 60 seconds."),
        ("Interruptions", "How often somebody began at least half a second before the other's line ended, and went on after it. A short word while the other goes on is none. Captions are timed to about half a second, so take it as a hint."),
        ("Words a minute", "Words divided by the minutes talked; from 10 seconds of talk on. A word is letters and digits without a space, such as don't or follow-up."),
    ];

    /// <param name="turns">Of founder and coach, in any order.</param>
    public static Talk Of(IEnumerable<SpokenTurn> turns)
    {
        var ordered = turns.OrderBy(t => t.StartedAt).ThenBy(t => t.EndedAt).ToList();
        var floors = FloorsOf(ordered);
        var spoken = new Dictionary<Role, TimeSpan> { [Role.Founder] = SpokenBy(ordered, Role.Founder), [Role.Coach] = SpokenBy(ordered, Role.Coach) };
        var both = spoken[Role.Founder] + spoken[Role.Coach];
        return new(Side(Role.Founder), Side(Role.Coach), floors);

        SideTalk Side(Role role)
        {
            var own = ordered.Where(t => t.Role == role).ToList();
            var floor = floors.Where(f => f.Role == role).ToList();
            var asked = own.Aggregate((Open: 0, Closed: 0), (sum, t) => Questions.Count(t.Text) is var (open, closed) ? (sum.Open + open, sum.Closed + closed) : sum);
            var pauses = PausesAfterQuestions(ordered, role);
            return new(
                spoken[role],
                both > TimeSpan.Zero ? spoken[role] / both : null,
                floor.Count,
                floor.Count > 0 ? floor.Max(f => f.Length) : TimeSpan.Zero,
                asked.Open,
                asked.Closed,
                pauses.Count > 0 ? TimeSpan.FromTicks((long)pauses.Average(p => p.Ticks)) : null,
                pauses.Count,
                Interruptions(ordered, role),
                spoken[role] >= LeastForPace ? own.Sum(t => Words.Count(t.Text)) / spoken[role].TotalMinutes : null);
        }
    }

    private static List<Floor> FloorsOf(List<SpokenTurn> ordered)
    {
        var floors = new List<Floor>();
        foreach (var turn in ordered)
            if (floors.Count > 0 && floors[^1] is var last && last.Role == turn.Role && turn.StartedAt - last.To <= LongestBreath)
                floors[^1] = last with { To = Later(last.To, turn.EndedAt) };
            else
                floors.Add(new(turn.Role, turn.StartedAt, turn.EndedAt));
        return floors;
    }

    private static TimeSpan SpokenBy(List<SpokenTurn> ordered, Role role)
    {
        var sum = TimeSpan.Zero;
        var until = DateTimeOffset.MinValue;
        foreach (var turn in ordered.Where(t => t.Role == role && t.EndedAt > t.StartedAt))
        {
            var from = Later(until, turn.StartedAt);
            if (turn.EndedAt > from)
                sum += turn.EndedAt - from;
            until = Later(until, turn.EndedAt);
        }
        return sum;
    }

    private static List<TimeSpan> PausesAfterQuestions(List<SpokenTurn> ordered, Role role)
    {
        var pauses = new List<TimeSpan>();
        for (var i = 0; i < ordered.Count - 1; i++)
        {
            if (ordered[i].Role != role || !Questions.IsLast(ordered[i].Text))
                continue;
            var pause = ordered[i + 1].StartedAt - ordered[i].EndedAt;
            if (pause <= LongestPause)
                pauses.Add(pause > TimeSpan.Zero ? pause : TimeSpan.Zero);
        }
        return pauses;
    }

    private static int Interruptions(List<SpokenTurn> ordered, Role role)
    {
        var count = 0;
        // The other's line that goes on longest, of those begun so far.
        (DateTimeOffset From, DateTimeOffset To)? other = null;
        foreach (var turn in ordered)
            if (turn.Role != role)
                other = other is { } known && known.To >= turn.EndedAt ? known : (turn.StartedAt, turn.EndedAt);
            else if (other is { } open && open.From < turn.StartedAt && open.To - turn.StartedAt >= LeastOverlap && turn.EndedAt > open.To)
                count++;
        return count;
    }

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}
