using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CoachingPortal.Calls.OnDemand;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>A portal with LiveKit and an agent that speaks for FRED.</summary>
public sealed class FredCallPortal(PostgresServer postgres) : LiveKitPortal(postgres)
{
    protected override IReadOnlyDictionary<string, string> MoreSettings { get; } = new Dictionary<string, string> { ["LiveKit:AgentName"] = "fred" };
}

public sealed class FredCallTests(FredCallPortal portal) : IClassFixture<FredCallPortal>
{
    [Fact]
    public async Task Call_OfAFounderWithACoach_IsASessionWithATicketAndAnAgentInTheRoom()
    {
        var founder = await AFounderAsync();

        var (status, call) = await StartsAsync(founder);

        Assert.Equal(HttpStatusCode.OK, status);
        var session = await portal.InDbAsync(db => db.Sessions.SingleAsync(s => s.Id == (Guid)call!["sessionId"]!));
        Assert.Equal((founder.Id, portal.Coach.Id, "on-demand", (string)call!["roomName"]!), (session.FounderId, session.CoachId, session.CallType, session.RoomName));
        Assert.Equal("on-demand", (string)call["callType"]!);
        Assert.True(call.AsObject().ContainsKey("egressId") && call["egressId"] is null);
        Assert.True((bool)call["agentDispatched"]!);
        Assert.Contains("by voice", (string)call["words"]!, StringComparison.Ordinal);
        Assert.Equal("livekit", (string)call["ticket"]!["transport"]!);
        portal.LiveKit.Join((string)call["ticket"]!["token"]!);
        var agent = Assert.Single(portal.LiveKit.Agents(session.RoomName));
        Assert.Equal(("fred", session.Id), (agent.AgentName, (Guid)JsonNode.Parse(agent.Metadata)!["sessionId"]!));
    }

    [Fact]
    public async Task Call_JoinedTwice_HasOneAgent()
    {
        var founder = await AFounderAsync();
        var (_, call) = await StartsAsync(founder);
        portal.LiveKit.Join((string)call!["ticket"]!["token"]!);

        var (_, again) = await StartsAsync(founder);
        portal.LiveKit.Join((string)again!["ticket"]!["token"]!);

        Assert.Equal((string)call["roomName"]!, (string)again["roomName"]!);
        Assert.Single(portal.LiveKit.Agents((string)call["roomName"]!));
    }

    [Fact]
    public async Task FredSaid_OnTheFoundersPageWithConsent_IsATurnOfFREDs_Once()
    {
        var founder = await AFounderAsync();
        var (_, call) = await StartsAsync(founder);
        var session = (Guid)call!["sessionId"]!;
        await using var page = await portal.EntersAsync(founder, session, new { consents = new { transcript = true } });
        await using var coach = await portal.EntersAsync(portal.Coach, session, new { consents = new { transcript = true } });

        await page.Hub.InvokeAsync("FredSaid", ACaption("What would you do first?"));
        await page.Hub.InvokeAsync("FredSaid", ACaption("What would you do first?"));
        var refused = (string)(await coach.Hub.InvokeAsync("FredSaid", ACaption("Raise my fee.", "SG_2")))!;

        var shown = (await coach.Hub.NextAsync("caption"))[0]!;
        Assert.Equal(("FRED", null), ((string)shown["speaker"]!, shown["role"]));
        var turn = await portal.InDbAsync(db => db.Turns.SingleAsync(t => t.SessionId == session));
        Assert.Equal(("FRED", null, null, TurnSource.Agent), (turn.Speaker, turn.Role, turn.PersonId, turn.Source));
        Assert.Equal("FRED: What would you do first?", CoachingPortal.Transcripts.Turns.PlainText([turn]));
        Assert.Contains("not the founder's page", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FredSaid_WithoutConsentOrInACallWithoutFredsVoice_IsRefused()
    {
        var founder = await AFounderAsync();
        var (_, call) = await StartsAsync(founder);
        await using var page = await portal.EntersAsync(founder, (Guid)call!["sessionId"]!);
        var scheduled = await portal.ASessionAsync();
        await using var other = await portal.EntersAsync(portal.Founder, scheduled.Id, new { consents = new { transcript = true } });

        Assert.NotNull(await page.Hub.InvokeAsync("FredSaid", ACaption("Nobody agreed to this.")));
        Assert.NotNull(await other.Hub.InvokeAsync("FredSaid", ACaption("I am not here.")));

        Assert.False(await portal.InDbAsync(db => db.Turns.AnyAsync(t => t.SessionId == (Guid)call["sessionId"]! || t.SessionId == scheduled.Id)));
    }

    [Fact]
    public async Task Token_OfAScheduledSession_BringsNoAgent()
    {
        var session = await portal.ASessionAsync();

        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id);

        Assert.Null(new TokenVerifier(portal.LiveKit.Key, portal.LiveKit.Secret).Verify((string)ticket!["token"]!).RoomConfig);
    }

    [Fact]
    public async Task Call_OfAFounderWhoNeverHadACoach_SaysSoAndMakesNothing()
    {
        var founder = await portal.APersonAsync("Nina Founder", Role.Founder);

        var (status, problem) = await StartsAsync(founder);

        Assert.Equal((HttpStatusCode.Conflict, "/problems/no-coach"), (status, (string)problem!["type"]!));
        Assert.False(await portal.InDbAsync(db => db.Sessions.AnyAsync(s => s.FounderId == founder.Id)));
    }

    [Fact]
    public async Task Call_TheCoach_IsTheLatestWhoIsStillThere()
    {
        var founder = await AFounderAsync(coach: portal.OtherCoach, daysAgo: 20);
        var gone = await portal.APersonAsync("Gerda Coach", Role.Coach);
        await portal.ASessionAsync(coach: gone, founder: founder);
        await portal.InDbAsync(db => db.People.Where(p => p.Id == gone.Id).ExecuteUpdateAsync(u => u.SetProperty(p => p.DeactivatedAt, DateTimeOffset.UtcNow)));
        await portal.ASessionAsync(coach: portal.Coach, founder: founder, change: s => (s.StartsAt, s.EndsAt) = (DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(-30).AddHours(1)));

        var (_, call) = await StartsAsync(founder);

        Assert.Equal(portal.OtherCoach.Id, await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == (Guid)call!["sessionId"]!).Select(s => s.CoachId).SingleAsync()));
    }

    [Fact]
    public async Task Call_PressedTwiceAtOnce_IsOneSession()
    {
        var founder = await AFounderAsync();

        var calls = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartsAsync(founder)));

        Assert.Single(calls.Select(c => (Guid)c.Body!["sessionId"]!).Distinct());
    }

    [Fact]
    public async Task Call_AfterTheLastOneEnded_IsANewSession()
    {
        var founder = await AFounderAsync();
        var (_, first) = await StartsAsync(founder);
        await using (var hub = await HubClient.ConnectAsync(portal, founder))
            await hub.InvokeAsync("Enter", (Guid)first!["ticket"]!["participationId"]!);
        await portal.LeavesAsync(founder, (Guid)first!["ticket"]!["participationId"]!);

        var (_, second) = await StartsAsync(founder);

        Assert.NotEqual((Guid)first["sessionId"]!, (Guid)second!["sessionId"]!);
    }

    [Fact]
    public async Task Call_WithConsentsAndARecording_WaitsForTheFounderAlone()
    {
        var founder = await AFounderAsync(Tier.Studio);

        var (status, call) = await StartsAsync(founder, new { enableRecording = true, consents = new { recording = true, transcript = true } });

        Assert.Equal(HttpStatusCode.OK, status);
        var session = (Guid)call!["sessionId"]!;
        Assert.Equal(2, await portal.InDbAsync(db => db.Consents.CountAsync(c => c.SessionId == session && c.PersonId == founder.Id && c.Answer == ConsentAnswer.Granted)));
        await using var hub = await HubClient.ConnectAsync(portal, founder);
        var state = await hub.InvokeAsync("Enter", (Guid)call["ticket"]!["participationId"]!);
        Assert.Equal(founder.Id, (Guid)Assert.Single(state!["expected"]!.AsArray())!["personId"]!);
        Assert.Equal("active", (string)state["recording"]!["phase"]!);

        // A coach who looks in is asked like anybody, and heard before anything goes on.
        Assert.Equal("/problems/consent-needed", (string)(await portal.AsksForATicketAsync(portal.Coach, session)).Body!["type"]!);
        await portal.ATicketAsync(portal.Coach, session, new { consents = new { recording = false } });
        var told = await hub.StateAsync(s => (string)s["recording"]!["phase"]! == "stopped");
        Assert.Equal("Carla Coach does not want this call recorded", (string)told["recording"]!["reason"]!);
    }

    [Fact]
    public async Task Call_ARecordingWithoutStudio_IsForbiddenAndMakesNothing()
    {
        var founder = await AFounderAsync(Tier.Pro);

        var (status, _) = await StartsAsync(founder, new { enableRecording = true, consents = new { recording = true } });

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.False(await portal.InDbAsync(db => db.Sessions.AnyAsync(s => s.FounderId == founder.Id && s.CallType == CoachingSession.OnDemand)));
    }

    [Fact]
    public async Task Call_WithoutAnAgent_IsInWritingAndSaysSo()
    {
        var founder = await AFounderAsync();
        await using var withoutAgent = portal.Again(settings: portal.LiveKit.Settings);
        await using var withoutLiveKit = portal.Again(settings: new Dictionary<string, string>());

        var (_, call) = await StartsAsync(founder, on: withoutAgent);
        Assert.Equal("livekit", (string)call!["ticket"]!["transport"]!);
        Assert.False((bool)call["agentDispatched"]!);
        Assert.Contains("in writing", (string)call["words"]!, StringComparison.Ordinal);
        portal.LiveKit.Join((string)call["ticket"]!["token"]!);
        Assert.Empty(portal.LiveKit.Agents((string)call["roomName"]!));

        var other = await AFounderAsync();
        var (status, direct) = await StartsAsync(other, on: withoutLiveKit);
        Assert.Equal((HttpStatusCode.OK, "direct", false), (status, (string)direct!["ticket"]!["transport"]!, (bool)direct["agentDispatched"]!));
        Assert.Contains("in writing", (string)direct["words"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_OfACoachOrAnAdmin_IsForbidden()
    {
        Assert.Equal(HttpStatusCode.Forbidden, (await StartsAsync(portal.Coach)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await StartsAsync(portal.Admin)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await StartsAsync(null)).Status);
    }

    [Fact]
    public async Task Pages_OfACallWithFred_SpeakOfFredAndAskTheCoachForNothing()
    {
        var founder = await AFounderAsync();
        using var page = portal.SignedIn(founder);
        Assert.Contains("data-testid=\"fred-call\"", await page.GetStringAsync("/"), StringComparison.Ordinal);
        var (_, call) = await StartsAsync(founder);

        var lobby = await page.GetStringAsync($"/sessions/{call!["sessionId"]}/call");
        using var coach = portal.SignedIn(portal.Coach);
        var coming = await coach.GetStringAsync("/sessions");

        Assert.Contains("lobby-person-fred", lobby, StringComparison.Ordinal);
        Assert.DoesNotContain("lobby-person-coach", lobby, StringComparison.Ordinal);
        Assert.DoesNotContain(call["sessionId"]!.ToString(), coming, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Home_OfAFounderWithoutACoach_OffersNoCall()
    {
        using var page = portal.SignedIn(await portal.APersonAsync("Nora Founder", Role.Founder));

        Assert.DoesNotContain("fred-call", await page.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Null(await portal.Get<FredCall>().CoachNameAsync(new(Ids.New(), Role.Founder, "x")));
    }

    private async Task<Person> AFounderAsync(Tier tier = Tier.Free, Person? coach = null, int daysAgo = 7)
    {
        var founder = await portal.APersonAsync("Frida Founder", Role.Founder, tier);
        await portal.ASessionAsync(coach, founder, s => (s.StartsAt, s.EndsAt) = (DateTimeOffset.UtcNow.AddDays(-daysAgo), DateTimeOffset.UtcNow.AddDays(-daysAgo).AddHours(1)));
        return founder;
    }

    private async Task<(HttpStatusCode Status, JsonNode? Body)> StartsAsync(Person? person, object? body = null, Portal? on = null)
    {
        using var client = (on ?? portal).SignedIn(person);
        using var response = await client.PostAsJsonAsync("/api/fred/call", body ?? new { });
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    private static object ACaption(string text, string key = "SG_1") =>
        new { key, text, startedAt = DateTimeOffset.UtcNow.AddSeconds(-2), endedAt = DateTimeOffset.UtcNow };
}
