using Bunit;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Insights;
using CoachingPortal.Shell;

namespace CoachingPortal.Tests.Insights;

/// <summary>What is drawn of a trend.</summary>
public sealed class TrendViewTests : BunitContext
{
    private static readonly InsightPerson Founder = new(Ids.New(), "Finn Founder");
    private static readonly InsightPerson Coach = new(Ids.New(), "Clara Coach");

    public TrendViewTests() => ComponentFactories.AddStub<LocalTime>();

    private static TrendPoint Point(int week) => new(
        Ids.New(), "A session", new DateTimeOffset(2026, 3, 2, 10, 0, 0, TimeSpan.Zero).AddDays(7 * week), new(Founder, Coach, null, [new("price", 2)], 0, [new(Founder.Id, 3, 90, 40, 0.005, 4, 0)], null), new HashSet<string>());

    private IRenderedComponent<TrendView> View(params TrendPoint[] points) =>
        Render<TrendView>(p => p.Add(v => v.Points, points).Add(v => v.Other, Coach).Add(v => v.Caller, new Caller(Founder.Id, Role.Founder, Founder.Name)));

    [Fact]
    public void View_OneSession_SaysThatTrendsBeginWithTheSecond()
    {
        var point = Point(0);

        var view = View(point);

        Assert.StartsWith("Trends begin with the second session.", view.Find("[data-testid=insights-trend-one]").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/sessions/{point.SessionId}#insights-title", view.Find("[data-testid=insights-trend-one] a").GetAttribute("href"));
        Assert.Empty(view.FindAll("figure, details, table"));
    }

    [Fact]
    public void View_TwoSessions_DrawsEveryMeasure()
    {
        var view = View(Point(0), Point(1));

        Assert.Equal(TrendMeasures.Groups.Sum(g => g.Measures.Count), view.FindAll("figure").Count);
        Assert.Empty(view.FindAll("[data-testid=insights-trend-one]"));
    }
}
