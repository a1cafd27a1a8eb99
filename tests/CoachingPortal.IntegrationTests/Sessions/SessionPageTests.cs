using System.Net;
using CoachingPortal.Domain;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class SessionPageTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Page_ItsTwoPeople_SeeItAndNobodyElseDoes()
    {
        var session = await portal.ASessionAsync();
        var address = $"/sessions/{session.Id}";

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(portal.Founder, address));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(portal.Coach, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.OtherFounder, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.OtherCoach, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.Admin, address));
        Assert.Equal(HttpStatusCode.Redirect, await StatusAsync(null, address));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(portal.Coach, $"/sessions/{Guid.NewGuid()}"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("?t=754", false)] // its links name the whole address, so a length would tell what of a query stands on the page
    public async Task Page_ForABrowser_ComesCompressedUnlessItsAddressHasAQuery(string query, bool compressed)
    {
        var session = await portal.ASessionAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/sessions/{session.Id}{query}") { Headers = { { "Accept-Encoding", "gzip, br" } } };

        using var response = await portal.SignedIn(portal.Coach).SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(compressed ? ["br"] : [], response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Page_Prerendered_HoldsTheSessionAndKeepsTheCoachsOwnFromTheFounder()
    {
        var session = await portal.ASessionAsync(change: s =>
        {
            s.Summary = "They talked about <b>prices</b>.";
            s.SummarySource = SummarySource.Offline;
            s.SummaryAt = DateTimeOffset.UtcNow;
        });
        await portal.InDbAsync(db =>
        {
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.NextAction, Text = "Call five customers", Owner = Role.Founder, Source = SummarySource.Offline, CreatedAt = DateTimeOffset.UtcNow });
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = portal.Coach.Id, Text = "A shared thought", CreatedAt = DateTimeOffset.UtcNow });
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Coach, AuthorId = portal.Coach.Id, Text = "A private thought", CreatedAt = DateTimeOffset.UtcNow });
            db.ChatMessages.Add(new() { SessionId = session.Id, PersonId = portal.Founder.Id, Role = ChatRole.Founder, Text = "Asked by the founder", CreatedAt = DateTimeOffset.UtcNow });
            db.ChatMessages.Add(new() { SessionId = session.Id, PersonId = portal.Coach.Id, Role = ChatRole.Coach, Text = "Asked by the coach", CreatedAt = DateTimeOffset.UtcNow });
            return db.SaveChangesAsync();
        });

        var founders = await portal.SignedIn(portal.Founder).GetStringAsync($"/sessions/{session.Id}");
        var coachs = await portal.SignedIn(portal.Coach).GetStringAsync($"/sessions/{session.Id}");

        foreach (var page in new[] { founders, coachs })
        {
            Assert.Contains("They talked about &lt;b&gt;prices&lt;/b&gt;.", page);
            Assert.Contains("Call five customers", page);
            Assert.Contains("A shared thought", page);
            Assert.Contains("Asked by the founder", page);
        }
        Assert.DoesNotContain("A private thought", founders);
        Assert.DoesNotContain("Asked by the coach", founders);
        Assert.Contains("A private thought", coachs);
        Assert.Contains("Asked by the coach", coachs);
    }

    [Fact]
    public async Task Page_FiveHundredTurns_ArePrerenderedInAFewHundredBytesEach()
    {
        const string Words = "We should raise the price for new customers first, and see who asks why before we touch the old contracts.";
        var session = await portal.ASessionAsync();
        var start = DateTimeOffset.UtcNow.AddHours(-1);
        await portal.InDbAsync(db =>
        {
            db.Turns.AddRange(Enumerable.Range(0, 500).Select(i => new Turn
            {
                SessionId = session.Id, PersonId = portal.Founder.Id, Speaker = portal.Founder.Name, Role = Role.Founder, Text = Words, Language = "en-GB",
                StartedAt = start.AddSeconds(i), EndedAt = start.AddSeconds(i + 1), Source = TurnSource.Caption, Key = $"k{i}",
            }));
            return db.SaveChangesAsync();
        });

        var page = await portal.SignedIn(portal.Coach).GetStringAsync($"/sessions/{session.Id}");

        Assert.Equal(500, page.Split(Words).Length - 1);
        Assert.InRange(page.Length, 1, 500 * (Words.Length + 220) + 40_000);
    }

    [Fact]
    public async Task Page_TwoCallsWithARecordingEach_EachTurnCountsFromItsOwn()
    {
        var session = await portal.ASessionAsync();
        var start = DateTimeOffset.UtcNow.AddHours(-3);
        Guid second = default;
        await portal.InDbAsync(async db =>
        {
            foreach (var (at, number) in new[] { (start, 1), (start.AddHours(1), 2) })
            {
                var call = new Call { SessionId = session.Id, StartedAt = at, EndedAt = at.AddMinutes(20) };
                var recording = new Recording
                {
                    SessionId = session.Id, CallId = call.Id, RequestedById = portal.Founder.Id, Status = RecordingStatus.Complete, StartedAt = at.AddSeconds(30), EndedAt = at.AddMinutes(20), DurationMs = 1_170_000, SampleRate = 16000,
                };
                var turn = new Turn { SessionId = session.Id, CallId = call.Id, Speaker = "Fiona", Role = Role.Founder, Text = $"Said in call {number}", StartedAt = at.AddSeconds(90 + number), EndedAt = at.AddSeconds(95), Source = TurnSource.Caption, Key = $"k{number}" };
                db.AddRange(call, recording, turn);
                db.Add(new SessionItem { SessionId = session.Id, Kind = ItemKind.Decision, Text = $"Decided in call {number}", Source = SummarySource.Hand, EvidenceTurnIds = [turn.Id], Position = number, CreatedAt = at });
                await db.SaveChangesAsync();
                second = recording.Id;
            }
            // Without a call of its own, as an agent sends it: the time tells which.
            db.Add(new Turn { SessionId = session.Id, Speaker = "Agent", Text = "Said by an agent", StartedAt = start.AddHours(1).AddSeconds(150), EndedAt = start.AddHours(1).AddSeconds(151), Source = TurnSource.Agent, Key = "k3" });
            await db.SaveChangesAsync();
        });

        var page = await portal.SignedIn(portal.Coach).GetStringAsync($"/sessions/{session.Id}");

        Assert.Equal(["1:01", "1:02", "2:00"], System.Text.RegularExpressions.Regex.Matches(page, "aria-label=\"Play from ([0-9:]+)\"").Select(m => m.Groups[1].Value));
        Assert.Equal(["1:01", "1:02"], System.Text.RegularExpressions.Regex.Matches(page, "Said at</span>\\s*([0-9:]+)").Select(m => m.Groups[1].Value));
        Assert.Equal(2, page.Split("data-testid=\"transcript-part\"").Length - 1);
        Assert.Contains("Said in call 2", page[page.IndexOf($"data-recording=\"{second}\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_OneWaitedForTheOther_SaysHowLongTheyWereTogether()
    {
        var session = await portal.ASessionAsync();
        var start = DateTimeOffset.UtcNow.AddHours(-3);
        await portal.InDbAsync(async db =>
        {
            var call = new Call { SessionId = session.Id, StartedAt = start, EndedAt = start.AddMinutes(32) };
            db.Add(call);
            await db.SaveChangesAsync();
            db.AddRange(Was(portal.Founder, 0, 12), Was(portal.Founder, 13, 32), Was(portal.Coach, 10, 31.4));
            await db.SaveChangesAsync();

            Participation Was(Person person, double from, double to) => new()
            {
                CallId = call.Id, SessionId = session.Id, PersonId = person.Id, Role = person.Role, TabId = "t", CreatedAt = start.AddMinutes(from), JoinedAt = start.AddMinutes(from),
                LastSeenAt = start.AddMinutes(to), EndedAt = start.AddMinutes(to), EndReason = EndReason.Left,
            };
        });

        var page = await portal.SignedIn(portal.Coach).GetStringAsync($"/sessions/{session.Id}");

        Assert.Matches("data-testid=\"session-length\"[^>]*>.*?21 min</span>", page.ReplaceLineEndings(" "));
    }

    private async Task<HttpStatusCode> StatusAsync(Person? person, string address)
    {
        using var client = portal.SignedIn(person);
        return (await client.GetAsync(address)).StatusCode;
    }
}
