using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Insights;
using CoachingPortal.Sessions;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Insights;

public sealed class InsightsTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private InsightsReader Reader => portal.Get<InsightsReader>();

    private static Caller Of(Person person) => new(person.Id, person.Role, person.Name);

    [Fact]
    public async Task OfSession_ItsTwoPeople_SeeItAndNobodyElseDoes()
    {
        var (coach, founder) = await portal.TwoAsync();
        var session = await portal.SpokenAsync(coach, founder, Start, "We raised the price.", "What happened then?", "Two signed.");

        foreach (var person in new[] { founder, coach })
        {
            var seen = await Reader.OfSessionAsync(session.Id, Of(person));
            Assert.Equal((10.0, 2, 1, 5.0), (seen!.Talk!.Founder.Spoken.TotalSeconds, seen.Talk.Founder.Turns, seen.Talk.Coach.OpenQuestions, seen.Talk.Coach.MeanPause!.Value.TotalSeconds));
            Assert.Equal(80, seen.ConnectionScore);
            var (his, hers) = (seen.Connections.Single(c => c.PersonId == founder.Id), seen.Connections.Single(c => c.PersonId == coach.Id));
            Assert.Equal((2, 90, null, 0, 4), (his.Samples, his.Score, his.RttMs, his.Poor, his.JitterMs));
            Assert.Equal((2, 70, 100, 0.5), (hers.Samples, hers.Score, hers.RttMs, hers.Poor));
            Assert.Equal(0.02, hers.Loss, 6);
        }
        foreach (var person in new[] { portal.Coach, portal.Founder, portal.Admin })
            Assert.Null(await Reader.OfSessionAsync(session.Id, Of(person)));
        Assert.Equal(Outcome.Done, await portal.Get<SessionDeletion>().DeleteAsync(session.Id, Of(coach)));
        Assert.Null(await Reader.OfSessionAsync(session.Id, Of(founder)));
    }

    [Fact]
    public async Task OfSession_TurnsReplacedOrCorrected_AreCountedAsTheyAreNow()
    {
        var (coach, founder) = await portal.TwoAsync();
        var session = await portal.SpokenAsync(coach, founder, Start, "We raised it.", "What what what?", "Two signed.");
        await portal.InDbAsync(async db =>
        {
            await db.Turns.Where(t => t.SessionId == session.Id && t.Key == "1").ExecuteUpdateAsync(u => u.SetProperty(t => t.SupersededAt, Start));
            await db.Turns.Where(t => t.SessionId == session.Id && t.Key == "2").ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, "Are you sure?"));
        });

        var talk = (await Reader.OfSessionAsync(session.Id, Of(coach)))!.Talk!;

        Assert.Equal((0, 0, 1, 1.0), (talk.Coach.Turns, talk.Coach.Questions, talk.Founder.ClosedQuestions, talk.Founder.Share));
    }

    [Fact]
    public async Task OfSession_Keywords_AreHeldAgainstTheFoundersOtherSessionsThatTheReaderMaySee()
    {
        var (coach, founder) = await portal.TwoAsync();
        var (otherCoach, otherFounder) = await portal.TwoAsync();
        await portal.SpokenAsync(coach, founder, Start.AddDays(-7), "Runway runway runway runway.", "Plan plan.");
        await portal.SpokenAsync(otherCoach, founder, Start.AddDays(-6), "Price price price price price price price.");
        await portal.SpokenAsync(coach, otherFounder, Start.AddDays(-5), "Hire hire hire hire hire hire hire.");
        var session = await portal.SpokenAsync(coach, founder, Start, "Price and price, the runway, hire.", "Runway and plan and price. Hire!");
        async Task<(int, string)> SeenBy(Person person)
        {
            var seen = await Reader.OfSessionAsync(session.Id, Of(person));
            return (seen!.ComparedWith, string.Join(' ', seen.Keywords.Select(k => $"{k.Word} {k.Count}")));
        }

        // 8 words here. Of the coach's 6 others 4 are runway and none is price or hire; of the founder's 13 besides 7 are price, which is more than 3 of 8.
        Assert.Equal((1, "price 3 hire 2"), await SeenBy(coach));
        Assert.Equal((2, "hire 2"), await SeenBy(founder));
    }

    [Fact]
    public async Task Trend_OfAPair_HoldsTheirSessionsInOrderAndNobodyElses()
    {
        var (coach, founder) = await portal.TwoAsync();
        var (otherCoach, otherFounder) = await portal.TwoAsync();
        var second = await portal.SpokenAsync(coach, founder, Start.AddDays(7), "We raised the price.");
        var first = await portal.SpokenAsync(coach, founder, Start, "We wait.", "Why?");
        var others = await portal.SpokenAsync(coach, otherFounder, Start, "Another founder.");
        var theirs = await portal.SpokenAsync(otherCoach, founder, Start, "Another coach.");
        await portal.ASessionAsync(coach, founder); // still to come

        async Task<Guid[]> SeenBy(Person who, Person with) => [.. (await Reader.TrendAsync(Of(who), with.Id)).Select(p => p.SessionId)];
        Assert.Equal([first.Id, second.Id], await SeenBy(coach, founder));
        Assert.Equal([first.Id, second.Id], await SeenBy(founder, coach));
        Assert.Equal([others.Id], await SeenBy(coach, otherFounder));
        Assert.Equal([theirs.Id], await SeenBy(otherCoach, founder));
        Assert.Empty(await SeenBy(otherCoach, otherFounder));
        Assert.Empty(await SeenBy(portal.Admin, founder));
        Assert.Equal([founder.Id, otherFounder.Id], (await Reader.PeopleAsync(Of(coach))).Select(p => p.Id));
        Assert.Empty(await Reader.PeopleAsync(Of(portal.Admin)));
        var points = await Reader.TrendAsync(Of(coach), founder.Id);
        Assert.Equal((1, 80.0), (points[0].Talk!.Coach.OpenQuestions, points[0].Insights.ConnectionScore!.Value));
        Assert.Equal(1, points[1].Talk!.Founder.Share);
    }

    [Fact]
    public async Task Trend_EachSession_HoldsWhatItsOwnPageShows()
    {
        var (coach, founder) = await portal.TwoAsync();
        var otherCoach = await portal.APersonAsync("Olga Coach", Role.Coach);
        var first = await portal.SpokenAsync(coach, founder, Start, "Plan and plan.", "Why?", "Runway runway.");
        await portal.SpokenAsync(otherCoach, founder, Start.AddDays(1), "Hire hire hire hire hire hire hire hire.");
        var second = await portal.SpokenAsync(coach, founder, Start.AddDays(7), "Price and price, plan.", "Is it the price, hire?", "Hire.");
        await portal.InDbAsync(async db =>
        {
            var call = await db.Calls.SingleAsync(c => c.SessionId == second.Id);
            var recording = new Recording
            {
                SessionId = second.Id, CallId = call.Id, RequestedById = founder.Id, Status = RecordingStatus.Complete, StartedAt = call.StartedAt, EndedAt = call.EndedAt, SampleRate = 8000,
            };
            recording.Segments.Add(new() { RecordingId = recording.Id, Number = 1, StartedAt = call.StartedAt, EndedAt = call.StartedAt.AddMinutes(10), EndedBy = SegmentEnd.Paused });
            recording.Segments.Add(new() { RecordingId = recording.Id, Number = 2, StartedAt = call.StartedAt.AddMinutes(15), EndedAt = call.EndedAt, EndedBy = SegmentEnd.CallEnded });
            db.Add(recording);
            await db.SaveChangesAsync();
        });

        // Price 3 of 6 here, hire 2; hire 8 of 12 elsewhere for the founder, none of 4 for this coach.
        foreach (var (person, other, keywords, others) in new[] { (founder, coach, "price 3", 2), (coach, founder, "price 3 hire 2", 1) })
        {
            var points = await Reader.TrendAsync(Of(person), other.Id);
            Assert.Equal([first.Id, second.Id], points.Select(p => p.SessionId));
            foreach (var point in points)
            {
                var own = (await Reader.OfSessionAsync(point.SessionId, Of(person)))!;
                Assert.Equal(own.Keywords, point.Insights.Keywords);
                Assert.Equal(own.Connections.OrderBy(c => c.PersonId), point.Insights.Connections.OrderBy(c => c.PersonId));
                Assert.Equal((own.ComparedWith, own.Talk!.Founder, own.Talk.Coach, own.Founder, own.Coach), (point.Insights.ComparedWith, point.Talk!.Founder, point.Talk.Coach, point.Insights.Founder, point.Insights.Coach));
                Assert.Equal((own.Recorded?.Recorded, own.Recorded?.Gaps.Count), (point.Insights.Recorded?.Recorded, point.Insights.Recorded?.Gaps.Count));
            }
            Assert.Equal((keywords, others), (string.Join(' ', points[1].Insights.Keywords.Select(k => $"{k.Word} {k.Count}")), points[1].Insights.ComparedWith));
            Assert.Equal((TimeSpan.FromMinutes(25), TimeSpan.FromMinutes(5)), (points[1].Insights.Recorded!.Recorded, Assert.Single(points[1].Insights.Recorded!.Gaps).Length));
            Assert.Null(points[0].Insights.Recorded);
            Assert.Equal((0, "hire price"), (points[0].NewWords.Count, string.Join(' ', points[1].NewWords.Order())));
        }
    }

    [Fact]
    public async Task Page_OfATrend_SaysEachGroupInWordsAndItsFormulas()
    {
        var (coach, founder) = await portal.TwoAsync();
        await portal.SpokenAsync(coach, founder, Start, "We wait and wait.", "Why?");
        await portal.SpokenAsync(coach, founder, Start.AddDays(7), "Price and price.", "Why?");

        using var client = portal.SignedIn(founder);
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(await client.GetStringAsync("/insights"));

        foreach (var group in TrendMeasures.Groups)
            Assert.Equal(2, page.QuerySelectorAll($"[data-testid=insights-trend-{group.Id}] tbody tr").Length);
        Assert.Equal(TrendMeasures.Groups.Sum(g => g.Measures.Count), page.QuerySelectorAll("figure").Length);
        Assert.Contains("Finn: last 1, mean 1", page.QuerySelector("[data-testid=insights-trend-talk]")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("price, new, said 2 times", page.QuerySelector("[data-testid=insights-trend-words]")!.TextContent, StringComparison.Ordinal);
        foreach (var formula in Talk.Formulas.Select(f => f.Formula).Append(PersonConnection.Formula).Append(ConnectionScore.Formula).Append(RecordedTime.Formula).Append(Keywords.FormulaFor(isFounder: true)))
            Assert.Contains(formula, page.QuerySelector("[data-testid=insights-trend-view]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sums_OfAll_AreForAnAdminAndFromFiveSessionsOn()
    {
        var (coach, founder) = await portal.TwoAsync();
        var far = new DateTimeOffset(2090, 1, 10, 9, 0, 0, TimeSpan.Zero);
        var sums = new InsightSums(portal.Get<IDbContextFactory<PortalDb>>(), new At(far.AddDays(60)));
        for (var i = 0; i < 4; i++)
            await portal.SpokenAsync(coach, founder, far.AddDays(i), "We wait.", "Why?", "It rains.");
        var deleted = await portal.SpokenAsync(coach, founder, far, "Deleted.");
        Assert.Equal(Outcome.Done, await portal.Get<SessionDeletion>().DeleteAsync(deleted.Id, Of(coach)));

        Assert.Equal(new(4, 2, 4, null, null, 4, null, null), await sums.OfAllAsync(Of(portal.Admin)));
        await portal.SpokenAsync(coach, founder, far.AddDays(5), "We wait.", "Why?", "It rains.");
        // Ten of fifteen seconds are the founder's; three lines in fifteen seconds are 720 an hour.
        var five = await sums.OfAllAsync(Of(portal.Admin));
        Assert.Equal((5, 2.5, 5, 5, 80.0, 0.25), (five!.Held, five.HoursInCalls, five.Written, five.Measured, five.ConnectionScore, five.Poor));
        Assert.Equal((2 / 3.0, 720), (five.FounderShare!.Value, five.TurnsAnHour!.Value));
        Assert.Null(await sums.OfAllAsync(Of(coach)));
        Assert.Null(await sums.OfAllAsync(Of(founder)));
        Assert.Equal(0, (await new InsightSums(portal.Get<IDbContextFactory<PortalDb>>(), new At(far.AddDays(120))).OfAllAsync(Of(portal.Admin)))!.Held);
    }

    [Fact]
    public async Task Page_OfEach_ShowsWhatIsTheirs()
    {
        var (coach, founder) = await portal.TwoAsync();
        var other = await portal.APersonAsync("Xaver Founder", Role.Founder);
        var session = await portal.SpokenAsync(coach, founder, Start, "We wait.", "Why?");
        await portal.SpokenAsync(coach, other, Start.AddDays(-1), "We wait.", "Why?");

        async Task<string> PageAsync(Person who, string query = "")
        {
            using var client = portal.SignedIn(who);
            return await client.GetStringAsync("/insights" + query);
        }
        var own = await PageAsync(founder);
        var chosen = await PageAsync(coach, $"?with={other.Id}");
        var admins = await PageAsync(portal.Admin, $"?with={founder.Id}");

        Assert.Contains($"/sessions/{session.Id}", own, StringComparison.Ordinal);
        Assert.DoesNotContain("Xaver", own, StringComparison.Ordinal);
        Assert.Contains("Sessions with Xaver Founder", chosen, StringComparison.Ordinal);
        Assert.DoesNotContain(session.Id.ToString(), chosen, StringComparison.Ordinal);
        foreach (var bad in new[] { $"?with={portal.Founder.Id}", "?with=x" })
            Assert.Contains("insights-nobody", await PageAsync(coach, bad), StringComparison.Ordinal);
        Assert.Contains("insights-sums", admins, StringComparison.Ordinal);
        foreach (var name in new[] { founder.Name, other.Name, coach.Name, session.Id.ToString() })
            Assert.DoesNotContain(name, admins, StringComparison.Ordinal);
    }

    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
