using Bunit;
using CoachingPortal.Domain;
using CoachingPortal.Insights;

namespace CoachingPortal.Tests.Insights;

/// <summary>What an admin is shown of everybody's sessions.</summary>
public sealed class AllInsightsTests : BunitContext
{
    [Fact]
    public void Sums_OfEnoughSessions_EachHaveTheirFigureAndSayHowItIsCounted()
    {
        var shown = Render<AllInsights>(p => p.Add(a => a.Sums, new SumsOfAll(12, 11.5, 9, 0.62, 170, 8, 84, 0.05)));

        Assert.Equal(
            [
                "Sessions held: 12", "Hours in calls: 11.5", "With a transcript: 9", "Founders talked: 62 %", "Lines of transcript an hour talked: 170", "With a measured connection: 8",
                "Mean connection: 84 of 100, good", "Time it was poor: 5 %",
            ],
            shown.FindAll("[data-testid=insights-sums] > div").Select(d => $"{d.QuerySelector("dt")!.TextContent}: {d.QuerySelector("dd")!.TextContent.Replace('\u00a0', ' ')}"));
        Assert.Empty(shown.FindAll("[data-testid=insights-too-few]"));
        var counted = shown.Find("details.counted").TextContent;
        foreach (var formula in new[] { "A session is held once a call of it has ended.", "Founders' share is the length of all founders' lines of the transcript, divided by that of all lines of founders and coaches.", PersonConnection.Formula, ConnectionScore.Formula })
            Assert.Contains(formula, counted, StringComparison.Ordinal);
    }

    [Fact]
    public void Sums_OfTooFewSessions_SayWhyADashStands()
    {
        var shown = Render<AllInsights>(p => p.Add(a => a.Sums, new SumsOfAll(4, 2, 4, null, null, 4, null, null)));

        Assert.Equal(4, shown.FindAll("[data-testid=insights-sums] dd").Count(d => d.TextContent == Figures.None));
        Assert.Contains("fewer than 5 sessions", shown.Find("[data-testid=insights-too-few]").TextContent, StringComparison.Ordinal);
    }
}
