namespace CoachingPortal.Insights;

/// <summary>One measure of each session of a trend.</summary>
/// <param name="Most">Where the bars end; null for the most there is.</param>
/// <param name="Whole">Of the session as a whole; null where each of the two has a value of their own.</param>
/// <param name="Founder">Null where <paramref name="Whole"/> is not.</param>
/// <param name="Coach">Likewise.</param>
public sealed record TrendMeasure(
    string Name, string Unit, int Digits, double? Most, Func<SessionInsights, double?>? Whole, Func<SessionInsights, double?>? Founder = null, Func<SessionInsights, double?>? Coach = null)
{
    /// <summary>What its bars are of, in their order.</summary>
    public IReadOnlyList<Func<SessionInsights, double?>> Sides => Whole is not null ? [Whole] : [Founder!, Coach!];

    /// <summary>The values of one side in words, such as <c>last 52, mean 48</c>.</summary>
    /// <param name="points">In order.</param>
    public string Range(IEnumerable<TrendPoint> points, Func<SessionInsights, double?> side)
    {
        var values = points.Select(p => side(p.Insights)).OfType<double>().ToList();
        return values.Count == 0 ? "not known" : $"last {Figures.Number(values[^1], Digits)}, mean {Figures.Number(values.Average(), Digits)}";
    }
}

/// <param name="IsOpen">Else folded, with its first measure beside the title: one of the whole session.</param>
public sealed record TrendGroup(string Id, string Title, bool IsOpen, IReadOnlyList<TrendMeasure> Measures);

/// <summary>All that is measured of a session, as a trend.</summary>
public static class TrendMeasures
{
    public static readonly IReadOnlyList<TrendGroup> Groups =
    [
        new("talk", "Talk", IsOpen: true,
        [
            OfTalk("Founder talks", "%", 0, t => 100 * t.Founder.Share, 100),
            OfEach("Turns", "", 0, s => s.Turns),
            OfEach("Longest monologue", "s", 0, s => s.Turns == 0 ? null : s.Longest.TotalSeconds),
            OfEach("Words", "a minute", 0, s => s.WordsPerMinute),
            OfEach("Interruptions", "", 0, s => s.Interruptions),
        ]),
        new("questions", "Questions", IsOpen: true,
        [
            OfEach("Questions", "", 0, s => s.Questions),
            OfEach("Of these open", "%", 0, s => s.Questions > 0 ? 100.0 * s.OpenQuestions / s.Questions : null, 100),
            OfEach("Pause after a question", "s", 1, s => s.MeanPause?.TotalSeconds),
        ]),
        new("connection", "Connection", IsOpen: false,
        [
            new("Connection", "of 100, both", 0, 100, i => i.ConnectionScore),
            OfLine("Score of each", "of 100", 0, c => c.Score, 100),
            OfLine("Round trip", "ms", 0, c => c.RttMs),
            OfLine("Packets lost", "%", 1, c => 100 * c.Loss),
            OfLine("Jitter", "ms", 0, c => c.JitterMs),
            OfLine("Time it was poor", "%", 0, c => 100 * c.Poor, 100),
        ]),
        new("recording", "Recording", IsOpen: false,
        [
            new("Recorded", "% of the call", 0, 100, i => i.Recorded is { } r && r.InCalls > TimeSpan.Zero ? 100 * (r.Recorded / r.InCalls) : null),
            new("Gaps", "", 0, null, i => i.Recorded?.Gaps.Count),
            new("Length of all gaps", "s", 0, null, i => i.Recorded?.Gaps.Sum(g => g.Length.TotalSeconds)),
        ]),
    ];

    private static TrendMeasure OfTalk(string name, string unit, int digits, Func<Talk, double?> value, double? most = null) => new(name, unit, digits, most, i => i.Talk is { } t ? value(t) : null);

    private static TrendMeasure OfEach(string name, string unit, int digits, Func<SideTalk, double?> value, double? most = null) =>
        new(name, unit, digits, most, null, i => i.Talk is { } t ? value(t.Founder) : null, i => i.Talk is { } t ? value(t.Coach) : null);

    private static TrendMeasure OfLine(string name, string unit, int digits, Func<PersonConnection, double?> value, double? most = null)
    {
        return new(name, unit, digits, most, null, i => Of(i, i.Founder), i => Of(i, i.Coach));
        double? Of(SessionInsights insights, InsightPerson person) => insights.Connections.FirstOrDefault(c => c.PersonId == person.Id) is { } line ? value(line) : null;
    }
}
