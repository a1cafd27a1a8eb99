using System.Net;
using System.Net.Http.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts;

public sealed class TurnsApiTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Post_OwnTurns_AreStoredOnce()
    {
        var session = await ASessionAsync(portal.Founder);
        var founder = portal.SignedIn(portal.Founder);

        Assert.Equal(HttpStatusCode.OK, (await founder.PostAsJsonAsync(Path(session), Body())).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await founder.PostAsJsonAsync(Path(session), Body())).StatusCode);

        var turn = Assert.Single(await TurnsAsync(session));
        Assert.Equal((TurnSource.Caption, portal.Founder.Id), (turn.Source, turn.PersonId));
    }

    [Fact]
    public async Task Post_SomebodyElsesTurns_AreRefused()
    {
        var session = await ASessionAsync(portal.Founder);

        Assert.Equal(HttpStatusCode.Forbidden, (await portal.SignedIn(portal.Coach).PostAsJsonAsync(Path(session), Body(role: "founder"))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await portal.SignedIn(portal.Coach).PostAsJsonAsync(Path(session), Body())).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await portal.SignedIn(portal.OtherFounder).PostAsJsonAsync(Path(session), Body())).StatusCode);
        Assert.Contains((await portal.SignedIn(portal.Admin).PostAsJsonAsync(Path(session), Body())).StatusCode, (HttpStatusCode[])[HttpStatusCode.Forbidden, HttpStatusCode.NotFound]);
        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.SignedIn(null).PostAsJsonAsync(Path(session), Body())).StatusCode);
        Assert.Empty(await TurnsAsync(session));
    }

    [Fact]
    public async Task Post_Agent_NamesWhoSpokeAndNeedsTheirConsent()
    {
        var session = await ASessionAsync(portal.Founder);
        var agent = await AgentAsync(AgentScopes.WriteTurns);

        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsJsonAsync(Path(session), Body(role: "founder"))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsJsonAsync(Path(session), Body(personId: portal.Founder.Id, key: "k2"))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await agent.PostAsJsonAsync(Path(session), Body(role: "coach"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await agent.PostAsJsonAsync(Path(session), Body())).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await agent.PostAsJsonAsync(Path(session), Body(personId: portal.OtherFounder.Id))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await AgentAsync(AgentScopes.WriteSummary)).PostAsJsonAsync(Path(session), Body(role: "founder"))).StatusCode);
        Assert.All(await TurnsAsync(session), t => Assert.Equal(TurnSource.Agent, t.Source));
        Assert.Equal(2, (await TurnsAsync(session)).Count);
    }

    [Fact]
    public async Task Post_AgentForFredsVoice_IsATurnOfFREDsOnTheFoundersConsent()
    {
        var (session, without) = (await ASessionAsync(portal.Founder), await ASessionAsync(portal.Coach));
        var agent = await AgentAsync(AgentScopes.WriteTurns);

        Assert.Equal(HttpStatusCode.OK, (await agent.PostAsJsonAsync(Path(session), Body(role: "fred"))).StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await agent.PostAsJsonAsync(Path(without), Body(role: "fred"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.SignedIn(portal.Founder).PostAsJsonAsync(Path(session), Body(role: "fred"))).StatusCode);

        var turn = Assert.Single(await TurnsAsync(session));
        Assert.Equal(("FRED", null, null), (turn.Speaker, turn.Role, turn.PersonId));
        Assert.Empty(await TurnsAsync(without));
    }

    [Fact]
    public async Task Post_OneBadTurn_StoresNone()
    {
        var session = await ASessionAsync(portal.Founder);
        var at = DateTimeOffset.UtcNow.AddSeconds(-3);

        var response = await portal.SignedIn(portal.Founder).PostAsJsonAsync(Path(session), new
        {
            turns = new object[] { new { key = "a", text = "good", startedAt = at, endedAt = at }, new { key = "b", text = " ", startedAt = at, endedAt = at } },
        });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Empty(await TurnsAsync(session));
    }

    private static string Path(CoachingSession session) => $"/api/coaching/sessions/{session.Id}/turns";

    private static object Body(string? role = null, Guid? personId = null, string key = "k1")
    {
        var at = DateTimeOffset.UtcNow.AddSeconds(-3);
        return new { role, personId, turns = new[] { new { key, text = "We raise prices.", startedAt = at, endedAt = at.AddSeconds(1), confidence = 0.7, language = "en-GB" } } };
    }

    private async Task<CoachingSession> ASessionAsync(params Person[] consenting)
    {
        var session = await portal.ASessionAsync();
        await portal.AgreeAsync(session, [.. consenting.Select(p => p.Id)]);
        return session;
    }

    private Task<List<Turn>> TurnsAsync(CoachingSession session) => portal.InDbAsync(db => db.Turns.AsNoTracking().Where(t => t.SessionId == session.Id).ToListAsync());

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
