using System.Security.Claims;
using Bunit;
using Bunit.TestDoubles;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Insights;
using CoachingPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Insights;

/// <summary>The insights of a session as its page shows them.</summary>
public sealed class InsightsSectionTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Section_OfASession_ShowsItsFiguresAndFollowsItsTurns()
    {
        var (coach, founder) = await portal.TwoAsync();
        var session = await portal.SpokenAsync(coach, founder, Start, "We wait.", "Why?");
        await using var context = Open(session, coach, out var section);
        string Row(string name) => section.FindAll("tr").Single(r => r.QuerySelector("th")?.TextContent == name).TextContent.Replace('\u00a0', ' ');

        section.WaitForAssertion(() => section.Find("[data-testid=insights-table]"), TimeSpan.FromSeconds(30));
        Assert.Equal("Talked0:05 (50 %)0:05 (50 %)", Row("Talked"));
        Assert.Equal("Questions0 (0 open, 0 closed)1 (1 open, 0 closed)", Row("Questions"));
        Assert.Equal("Connection90 of 100, good70 of 100, fair", Row("Connection"));
        Assert.Equal("Round trip–100 ms", Row("Round trip"));
        Assert.Contains("80 of 100, good", section.Find("[data-testid=insights-connection]").TextContent, StringComparison.Ordinal);
        Assert.Equal($"/insights?with={founder.Id}", section.Find("[data-testid=insights-trend]").GetAttribute("href"));
        Assert.Contains("E-model", section.Find("details").TextContent, StringComparison.Ordinal);

        await portal.InDbAsync(async db =>
        {
            await db.Turns.Where(t => t.SessionId == session.Id && t.Key == "0").ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, "Do we wait?"));
            await SessionFeed.PublishAsync(db, session.Id, SessionChange.Turns);
        });
        section.WaitForAssertion(() => Assert.StartsWith("Questions1 (0 open, 1 closed)", Row("Questions"), StringComparison.Ordinal), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task Section_OfASession_ShowsItsKeywordsAndEveryFormula()
    {
        var (coach, founder) = await portal.TwoAsync();
        await portal.SpokenAsync(coach, founder, Start.AddDays(-7), "Runway runway.", "Plan plan.");
        var session = await portal.SpokenAsync(coach, founder, Start, "Price and price and price, hire.", "Hire?");
        await portal.InDbAsync(async db =>
        {
            var call = await db.Calls.SingleAsync(c => c.SessionId == session.Id);
            var recording = new Recording { SessionId = session.Id, CallId = call.Id, RequestedById = founder.Id, Status = RecordingStatus.Complete, StartedAt = call.StartedAt, EndedAt = call.EndedAt, SampleRate = 8000 };
            recording.Segments.Add(new() { RecordingId = recording.Id, Number = 1, StartedAt = call.StartedAt, EndedAt = call.EndedAt, EndedBy = SegmentEnd.CallEnded });
            db.Add(recording);
            await db.SaveChangesAsync();
        });
        await using var context = Open(session, founder, out var section);

        section.WaitForAssertion(() => section.Find("[data-testid=insights-keywords]"), TimeSpan.FromSeconds(30));

        Assert.Equal(["price3, said 3 times", "hire2, said 2 times"], section.FindAll("[data-testid=insights-keywords] li").Select(l => l.TextContent));
        Assert.Equal(
            [
                .. Talk.Formulas.Select(f => (f.Name, f.Formula)), ("Keywords", Keywords.FormulaFor(isFounder: true) + " Here: 1."), ("Connection", PersonConnection.Formula), ("Score", ConnectionScore.Formula),
                ("Recording", RecordedTime.Formula),
            ],
            section.FindAll("details.counted dl > div").Select(d => (d.QuerySelector("dt")!.TextContent, d.QuerySelector("dd")!.TextContent)));
    }

    [Fact]
    public async Task Section_WhileCaptionsArrive_ReadsThePairsOtherSessionsOnce()
    {
        var (coach, founder) = await portal.TwoAsync();
        var other = await portal.SpokenAsync(coach, founder, Start.AddDays(-7), "Runway runway.", "Plan plan.");
        var session = await portal.SpokenAsync(coach, founder, Start, "Price and price.", "Why?");
        await using var context = Open(session, coach, out var section);
        section.WaitForAssertion(() => Assert.Contains("Here: 1.", section.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(30));

        await portal.InDbAsync(async db =>
        {
            await db.Turns.Where(t => t.SessionId == other.Id).ExecuteDeleteAsync();
            await db.Turns.Where(t => t.SessionId == session.Id && t.Key == "0").ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, "Price and price?"));
            await SessionFeed.PublishAsync(db, session.Id, SessionChange.Turns);
        });

        section.WaitForAssertion(() => Assert.Contains("1 (0 open, 1 closed)", section.Markup.Replace('\u00a0', ' '), StringComparison.Ordinal), TimeSpan.FromSeconds(60));
        Assert.Contains("Here: 1.", section.Markup, StringComparison.Ordinal);
        Assert.Equal(0, (await portal.Get<InsightsReader>().OfSessionAsync(session.Id, new(coach.Id, coach.Role, coach.Name)))!.ComparedWith);
    }

    [Fact]
    public async Task Section_WithNothingToCount_SaysSo()
    {
        var (coach, founder) = await portal.TwoAsync();
        await using var nothing = Open(await portal.ASessionAsync(coach, founder), founder, out var empty);
        await using var silent = Open(await portal.SpokenAsync(coach, founder, Start), founder, out var unwritten);

        empty.WaitForAssertion(() => empty.Find("[data-testid=insights-none]"), TimeSpan.FromSeconds(30));
        unwritten.WaitForAssertion(() => unwritten.Find("[data-testid=insights-no-turns]"), TimeSpan.FromSeconds(30));
        Assert.NotEmpty(unwritten.FindAll("[data-testid=insights-connection]"));
    }

    private BunitContext Open(CoachingSession session, Person viewer, out IRenderedComponent<InsightsSection> section)
    {
        var context = new BunitContext();
        var authorization = context.AddAuthorization();
        authorization.SetAuthorized(viewer.Name);
        authorization.SetClaims(new Claim(ClaimTypes.NameIdentifier, viewer.Id.ToString()), new Claim(Caller.RoleClaim, viewer.Role.ToString()), new Claim("name", viewer.Name));
        context.Services.AddScoped<ViewerTimeZone>();
        context.Services.AddFallbackServiceProvider(portal.Services);
        section = context.Render<InsightsSection>(p => p.Add(s => s.SessionId, session.Id));
        return context;
    }
}
