using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Fred;

public sealed class SummaryTests(Portal portal) : IClassFixture<Portal>
{
    internal const string Path = "/api/fred/call/summary";

    internal static readonly object[] Transcript =
    [
        new { speaker = "Fiona Founder", role = "founder", text = "We lost two deals because our pricing says hobby.", start = 1.0, end = 4.5, confidence = 0.9 },
        new { speaker = "Carla Coach", role = "coach", text = "What do you want to do about the pricing?", start = 5.0, end = 7.0 },
        new { speaker = "Fiona Founder", role = "founder", text = "Let's go with ninety for new customers. I'll rewrite the pricing page by tomorrow.", start = 8.0, end = 12.0 },
    ];

    [Fact]
    public async Task Post_TranscriptAlone_FredSumsUpWithEvidence()
    {
        var session = await portal.AnAgreedSessionAsync();

        var response = await portal.SignedIn(portal.Coach).PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = Transcript, callType = "on-demand" });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((1, 1, 3), (answer.GetProperty("decisions").GetInt32(), answer.GetProperty("nextActions").GetInt32(), answer.GetProperty("turns").GetInt32()));
        var (stored, items, turns) = await ReadAsync(session);
        Assert.Equal((SummarySource.Offline, "on-demand"), (stored.SummarySource, stored.CallType));
        Assert.Contains("pricing", stored.Summary!, StringComparison.Ordinal);
        var lines = stored.Summary!.Split('\n');
        Assert.NotEmpty(stored.SummaryPoints);
        Assert.All(stored.SummaryPoints, p => Assert.Contains(p.Text, lines));
        Assert.All(stored.SummaryPoints, p => Assert.Contains(p.Text.Split('“', '”')[1], turns.Single(t => t.Id == Assert.Single(p.Turns)).Text, StringComparison.Ordinal));
        Assert.Equal(3, JsonDocument.Parse(stored.TranscriptJson!).RootElement.GetArrayLength());
        Assert.All(turns, t => Assert.Equal(TurnSource.Agent, t.Source));
        Assert.Equal(session.StartsAt.AddSeconds(8), turns[2].StartedAt, TimeSpan.FromMilliseconds(2));
        var action = Assert.Single(items, i => i.Kind == ItemKind.NextAction);
        Assert.Equal(("Rewrite the pricing page by tomorrow", Role.Founder, SummarySource.Offline), (action.Text, action.Owner, action.Source));
        Assert.Equal([turns[2].Id], action.EvidenceTurnIds);
        Assert.Equal(DateOnly.FromDateTime(turns[0].StartedAt.UtcDateTime).AddDays(1), action.DueOn);
    }

    [Fact]
    public async Task Post_EntriesWithALanguage_KeepIt()
    {
        var session = await portal.AnAgreedSessionAsync();
        var coach = portal.SignedIn(portal.Coach);

        var bad = await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = new[] { new { role = "founder", text = "Hallo.", language = new string('x', 36) } } });
        var good = await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = new object[] { new { role = "founder", text = "Hallo.", language = "de-CH" }, new { role = "coach", text = "Hello." } } });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.OK), (bad.StatusCode, good.StatusCode));
        var (stored, _, turns) = await ReadAsync(session);
        Assert.Equal(["de-CH", null], turns.Select(t => t.Language));
        Assert.Equal("de-CH", JsonDocument.Parse(stored.TranscriptJson!).RootElement[0].GetProperty("language").GetString());
    }

    [Fact]
    public async Task Post_AgentWithItsOwnSummary_IsTakenAsItIs()
    {
        var session = await portal.AnAgreedSessionAsync();

        var response = await (await AgentAsync(AgentScopes.WriteSummary)).PostAsJsonAsync(Path, new
        {
            roomName = session.RoomName, transcript = Transcript, summary = "# Pricing\n\nThey bought a boat.\nNinety for new customers.",
            decisions = new object[] { "Ninety for new customers" }, nextActions = new object[] { new { text = "Rewrite the page", owner = "founder", dueOn = "2026-11-27" }, "Send the letter" },
            openQuestions = new[] { "What about the pricing?" },
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var (stored, items, turns) = await ReadAsync(session);
        Assert.Equal(("# Pricing\n\nThey bought a boat.\nNinety for new customers.", SummarySource.Agent), (stored.Summary, stored.SummarySource));
        Assert.Equal([("They bought a boat.", true, default), ("Ninety for new customers.", false, turns[2].Id)], stored.SummaryPoints.Select(p => (p.Text, p.IsUnverified, p.Turns.SingleOrDefault())));
        Assert.Equal(["Ninety for new customers", "Rewrite the page", "Send the letter", "What about the pricing?"], items.Select(i => i.Text));
        Assert.Equal(ItemKind.OpenQuestion, items[3].Kind);
        // Whoever claims it: what was said is looked up, and what was not is marked.
        Assert.Equal([false, false, true, false], items.Select(i => i.IsUnverified));
        Assert.Equal([turns[2].Id, turns[2].Id, default, turns[0].Id], items.Select(i => i.EvidenceTurnIds.SingleOrDefault()));
        Assert.Equal((Role.Founder, new DateOnly(2026, 11, 27), SummarySource.Agent), (items[1].Owner, items[1].DueOn, items[1].Source));
    }

    [Fact]
    public async Task Post_SummaryStands_409UnlessReplaced()
    {
        var session = await portal.AnAgreedSessionAsync();
        var coach = portal.SignedIn(portal.Coach);
        await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, summary = "First", transcript = Transcript, decisions = new[] { "Old" } });
        await portal.InDbAsync(async db =>
        {
            db.Add(new SessionItem { SessionId = session.Id, Kind = ItemKind.Decision, Text = "By hand", Source = SummarySource.Hand, Position = 9, CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
        });

        var again = await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, summary = "Second" });
        var replaced = await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, summary = "Third", transcript = Transcript[..1], decisions = new[] { "New" }, replace = true });

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.OK), (again.StatusCode, replaced.StatusCode));
        var (stored, items, turns) = await ReadAsync(session);
        Assert.Equal("Third", stored.Summary);
        Assert.Equal(["By hand", "New"], items.Select(i => i.Text));
        Assert.Single(turns);
    }

    [Fact]
    public async Task Post_NotTheirs_404_AndWithoutTheRight_401Or403()
    {
        var session = await portal.ASessionAsync();
        var body = new { roomName = session.RoomName, summary = "Mine now" };

        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.SignedIn(null).PostAsJsonAsync(Path, body)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.SignedIn(portal.OtherCoach).PostAsJsonAsync(Path, body)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.SignedIn(portal.Founder).PostAsJsonAsync(Path, body)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.SignedIn(portal.Coach).PostAsJsonAsync(Path, new { roomName = "no-such-room", summary = "x" })).StatusCode);
        Assert.Contains((await portal.SignedIn(portal.Admin).PostAsJsonAsync(Path, body)).StatusCode, (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.NotFound]);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await AgentAsync(AgentScopes.WriteTurns)).PostAsJsonAsync(Path, body)).StatusCode);
        Assert.Null((await ReadAsync(session)).Session.Summary);
    }

    [Fact]
    public async Task Post_OutOfBounds_SaysWhat()
    {
        var session = await portal.AnAgreedSessionAsync();
        var coach = portal.SignedIn(portal.Coach);
        object Entry(int i) => new { role = "founder", text = $"Sentence {i}" };

        var tooMany = await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = Enumerable.Range(0, 501).Select(Entry) });
        Assert.Equal(HttpStatusCode.BadRequest, tooMany.StatusCode);
        Assert.Contains("at most 500 entries; this one has 501", await tooMany.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, summary = "x", callType = "party" })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = new[] { new { role = "founder", text = " " } } })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await coach.PostAsync(Path, new StringContent("{\"roomName\":", Encoding.UTF8, "application/json"))).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, summary = new string('x', 2_200_000) })).StatusCode);
        Assert.Null((await ReadAsync(session)).Session.Summary);

        var most = await coach.PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = Enumerable.Range(0, 500).Select(Entry) });
        Assert.Equal(HttpStatusCode.OK, most.StatusCode);
        Assert.Equal(500, (await ReadAsync(session)).Turns.Count);
    }

    [Theory]
    [InlineData("never asked")]
    [InlineData("declined")]
    [InlineData("withdrawn")]
    [InlineData("expired")]
    public async Task Post_WordsOfSomebodyWhoseConsentDoesNotStand_IsRefused(string how)
    {
        var session = await portal.ASessionAsync();
        await portal.AgreeAsync(session, portal.Coach.Id);
        await portal.InDbAsync(async db =>
        {
            var now = DateTimeOffset.UtcNow;
            if (how == "expired")
                db.Add(new Consent
                {
                    SessionId = session.Id, PersonId = portal.Founder.Id, Type = ConsentType.Transcript, Answer = ConsentAnswer.Granted, AnsweredAt = now.AddHours(-2), ExpiresAt = now.AddHours(-1),
                    WordingVersion = ConsentWording.Transcript.Version, Wording = ConsentWording.Transcript.Text, LegalBasis = ConsentWording.Transcript.LegalBasis,
                });
            await db.SaveChangesAsync();
            if (how == "withdrawn")
                await Consents.AnswerAsync(db, session.Id, portal.Founder.Id, ConsentWording.Transcript, granted: true, now);
            if (how is "declined" or "withdrawn")
                await Consents.AnswerAsync(db, session.Id, portal.Founder.Id, ConsentWording.Transcript, granted: false, now);
        });

        var response = await portal.SignedIn(portal.Coach).PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = Transcript, summary = "Theirs." });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("Fiona Founder has not agreed to a transcript of this session. Leave their words out.", await DetailAsync(response));
        var (stored, _, turns) = await ReadAsync(session);
        Assert.Equal((null, null, 0), (stored.TranscriptJson, stored.Summary, turns.Count));
    }

    [Fact]
    public async Task Post_WordsOfEachAndOfTheGuide_StandOnTheConsentOfWhoSaidThemAndOfTheFounder()
    {
        var session = await portal.ASessionAsync();
        var agent = await AgentAsync(AgentScopes.WriteSummary);
        Task<HttpResponseMessage> SendAsync(params object[] entries) => agent.PostAsJsonAsync(Path, new { roomName = session.RoomName, transcript = entries, summary = "Theirs.", replace = true });
        object founder = new { role = "founder", text = "We raise the price." }, coach = new { speaker = "Carla", text = "When?" }, guide = new { speaker = "FRED", text = "Who has to agree?" };

        Assert.Equal("Fiona Founder and Carla Coach have not agreed to a transcript of this session. Leave their words out.", await DetailAsync(await SendAsync(founder, coach)));
        Assert.Equal("Fiona Founder has not agreed to a transcript of this session. Leave out what FRED or another voice said to them.", await DetailAsync(await SendAsync(guide)));
        Assert.Equal("Fiona Founder has not agreed to a transcript of this session. Leave their words out, and what FRED or another voice said to them.", await DetailAsync(await SendAsync(founder, guide)));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync()).StatusCode);
        await portal.AgreeAsync(session, portal.Founder.Id);
        Assert.Equal("Carla Coach has not agreed to a transcript of this session. Leave their words out.", await DetailAsync(await SendAsync(founder, coach, guide)));
        Assert.Empty((await ReadAsync(session)).Turns);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(founder, guide)).StatusCode);
        Assert.Equal(["We raise the price.", "Who has to agree?"], (await ReadAsync(session)).Turns.Select(t => t.Text));
    }

    private static async Task<string?> DetailAsync(HttpResponseMessage response) => (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();

    private Task<(CoachingSession Session, List<SessionItem> Items, List<Turn> Turns)> ReadAsync(CoachingSession session) => portal.InDbAsync(async db => (
        await db.Sessions.AsNoTracking().SingleAsync(s => s.Id == session.Id),
        await db.Items.AsNoTracking().Where(i => i.SessionId == session.Id).OrderBy(i => i.Position).ToListAsync(),
        await db.Turns.AsNoTracking().Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).ToListAsync()));

    private async Task<HttpClient> AgentAsync(string scope)
    {
        var (secret, key) = AgentKeys.New("Notetaker", [scope], null, DateTimeOffset.UtcNow);
        await portal.InDbAsync(async db =>
        {
            db.Add(key);
            await db.SaveChangesAsync();
        });
        var client = portal.SignedIn(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return client;
    }
}
