using CoachingPortal.Domain;
using CoachingPortal.Insights;

namespace CoachingPortal.Tests.Insights;

/// <summary>A session whose measures were counted by hand, as a trend shows them.</summary>
public sealed class TrendMeasuresTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
    private static readonly InsightPerson Founder = new(Ids.New(), "Finn Founder");
    private static readonly InsightPerson Coach = new(Ids.New(), "Clara Coach");

    private static SpokenTurn Said(Role role, double from, double to, string text) => new(role, text, Start.AddSeconds(from), Start.AddSeconds(to));

    private static readonly SessionInsights Golden = new(
        Founder,
        Coach,
        Talk.Of(
        [
            Said(Role.Coach, 0, 8, "What happened with the price?"), // 5 words, open; 2 s until the founder begins
            Said(Role.Founder, 10, 34, "I raised it to ninety and two signed."), // 8 words
            Said(Role.Coach, 33, 41, "Are you scared?"), // 3 words, closed; a second before the founder's end; 4 s
            Said(Role.Founder, 45, 51, "Should I be?"), // 3 words, closed; 1 s
            Said(Role.Coach, 52, 56, "No."), // 1 word
        ]),
        [new("price", 2)],
        0,
        [new(Founder.Id, 3, 90, 40, 0.005, 4, 0), new(Coach.Id, 1, 50, null, 0.02, 30, 1)],
        new(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(60), [new(Start.AddSeconds(10), TimeSpan.FromSeconds(6), SegmentEnd.Paused), new(Start.AddSeconds(40), TimeSpan.FromSeconds(4), SegmentEnd.Failed)]));

    [Theory]
    // 30 of 50 s, the coach 20; three turns of the coach and two of the founder.
    [InlineData("talk", "Founder talks", 60.0)]
    [InlineData("talk", "Turns", 2.0, 3.0)]
    [InlineData("talk", "Longest monologue", 24.0, 8.0)]
    [InlineData("talk", "Words", 22.0, 27.0)] // 11 words in half a minute, 9 in a third of one
    [InlineData("talk", "Interruptions", 0.0, 1.0)]
    [InlineData("questions", "Questions", 1.0, 2.0)]
    [InlineData("questions", "Of these open", 0.0, 50.0)]
    [InlineData("questions", "Pause after a question", 1.0, 3.0)]
    [InlineData("connection", "Connection", 80.0)] // three times 90 and once 50
    [InlineData("connection", "Score of each", 90.0, 50.0)]
    [InlineData("connection", "Round trip", 40.0, null)]
    [InlineData("connection", "Packets lost", 0.5, 2.0)]
    [InlineData("connection", "Jitter", 4.0, 30.0)]
    [InlineData("connection", "Time it was poor", 0.0, 100.0)]
    [InlineData("recording", "Recorded", 75.0)]
    [InlineData("recording", "Gaps", 2.0)]
    [InlineData("recording", "Length of all gaps", 10.0)]
    public void Groups_GoldenSession_IsAsCountedByHand(string group, string name, params double?[] expected)
    {
        var measure = TrendMeasures.Groups.Single(g => g.Id == group).Measures.Single(m => m.Name == name);

        Assert.Equal(expected, measure.Sides.Select(s => s(Golden) is { } value ? Math.Round(value, 9) : (double?)null));
    }

    [Fact]
    public void Groups_NothingCounted_IsNotKnown()
    {
        var nothing = new SessionInsights(Founder, Coach, null, [], 0, [], null);

        Assert.All(TrendMeasures.Groups.SelectMany(g => g.Measures), m => Assert.All(m.Sides, s => Assert.Null(s(nothing))));
    }

    [Fact]
    public void Range_OfASide_TellsTheLastAndTheMeanOfWhatIsKnown()
    {
        var nothing = new SessionInsights(Founder, Coach, null, [], 0, [], null);
        var half = Golden with { Talk = Golden.Talk! with { Founder = Golden.Talk.Founder with { Turns = 5 } } };
        var turns = TrendMeasures.Groups[0].Measures.Single(m => m.Name == "Turns");
        static TrendPoint Point(SessionInsights insights) => new(Ids.New(), "A session", Start, insights, new HashSet<string>());

        Assert.Equal("last 5, mean 4", turns.Range([Point(Golden), Point(half), Point(nothing)], turns.Founder!)); // 3.5, rounded
        Assert.Equal("not known", turns.Range([Point(nothing)], turns.Coach!));
    }
}
