using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests.Calls;

public sealed class JoinCallTests(JoinCallTests.PortalWithTurn portal) : IClassFixture<JoinCallTests.PortalWithTurn>
{
    public sealed class PortalWithTurn(PostgresServer postgres) : Portal(postgres)
    {
        public LogLines Log { get; } = new();

        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
        {
            ["Calls:IceServers:0:Urls:0"] = "stun:stun.example.test",
            ["Calls:IceServers:1:Urls:0"] = "turn:turn.example.test:3478?transport=udp",
            ["Calls:IceServers:1:SharedSecret"] = "a shared secret",
            ["Calls:TurnCredentialLife"] = "01:00:00",
        };

        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(Log);
    }

    [Fact]
    public async Task Token_OwnSession_IsATicketWithEverythingToJoin()
    {
        var session = await portal.ASessionAsync();

        var (status, ticket) = await portal.AsksForATicketAsync(portal.Coach, session.Id);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("direct", (string)ticket!["transport"]!);
        Assert.Equal(portal.Coach.Id.ToString(), (string)ticket["identity"]!);
        Assert.Equal("Carla Coach", (string)ticket["name"]!);
        Assert.Equal("coach", (string)ticket["role"]!);
        Assert.True((bool)ticket["canPublishData"]!);
        Assert.Empty(ticket["attributes"]!.AsObject());
        Assert.Equal(16000, (int)ticket["sampleRate"]!);
        Assert.True(ticket.AsObject().ContainsKey("url") && ticket["url"] is null);
        var participation = await portal.ParticipationAsync((Guid)ticket["participationId"]!);
        Assert.Equal((Guid)ticket["callId"]!, participation.CallId);
        Assert.Null(participation.JoinedAt);
        Assert.Null(participation.Microphone);
    }

    [Fact]
    public async Task Token_WithWhatIsSent_IsSeenByTheOthersWithTheComing()
    {
        var session = await portal.ASessionAsync();

        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { media = new { microphone = false, camera = true, screen = false } });

        var media = founder.State["people"]![0]!["media"]!;
        Assert.True((bool)media["camera"]! && !(bool)media["microphone"]!);
        Assert.False((await portal.ParticipationAsync(founder.Participation)).Microphone);
    }

    [Fact]
    public async Task Token_TurnServer_CarriesACredentialThatTheServerCanCheck()
    {
        var session = await portal.ASessionAsync();

        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id);

        var stun = ticket!["iceServers"]![0]!.AsObject();
        Assert.Equal("stun:stun.example.test", (string)stun["urls"]![0]!);
        Assert.False(stun.ContainsKey("credential"));
        var turn = ticket["iceServers"]![1]!;
        var username = (string)turn["username"]!;
        var parts = username.Split(':');
        Assert.Equal(portal.Founder.Id.ToString(), parts[1]);
        Assert.InRange(DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)), DateTimeOffset.UtcNow.AddMinutes(58), DateTimeOffset.UtcNow.AddMinutes(61));
#pragma warning disable CA5350 // what TURN servers compute
        Assert.Equal(Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes("a shared secret"), Encoding.UTF8.GetBytes(username))), (string)turn["credential"]!);
#pragma warning restore CA5350
    }

    [Fact]
    public async Task Token_NotAMember_GetsNoneAndLearnsNothing()
    {
        var session = await portal.ASessionAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await portal.AsksForATicketAsync(null, session.Id)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.AsksForATicketAsync(portal.Admin, session.Id)).Status);
        foreach (var stranger in new[] { portal.OtherFounder, portal.OtherCoach })
        {
            var (status, body) = await portal.AsksForATicketAsync(stranger, session.Id);
            Assert.Equal(HttpStatusCode.NotFound, status);
            Assert.Equal((await portal.AsksForATicketAsync(stranger, Ids.New())).Body!["detail"]!.ToString(), body!["detail"]!.ToString());
        }
        Assert.False(await portal.InDbAsync(db => db.Participations.AnyAsync(p => p.SessionId == session.Id)));
    }

    [Fact]
    public async Task Token_DeletedOrCancelled_IsNotFoundOrConflict()
    {
        var deleted = await portal.ASessionAsync(change: s => s.DeletedAt = DateTimeOffset.UtcNow);
        var cancelled = await portal.ASessionAsync(change: s => s.CancelledAt = DateTimeOffset.UtcNow);

        Assert.Equal(HttpStatusCode.NotFound, (await portal.AsksForATicketAsync(portal.Founder, deleted.Id)).Status);
        var (status, problem) = await portal.AsksForATicketAsync(portal.Founder, cancelled.Id);
        Assert.Equal((HttpStatusCode.Conflict, "/problems/session-cancelled"), (status, (string)problem!["type"]!));
    }

    [Fact]
    public async Task Token_StudioFounderAsksForARecording_IsRequestedNamedAndLogged()
    {
        var session = await portal.ASessionAsync();

        var (status, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("true", (string)ticket!["attributes"]!["recording.requested"]!);
        Assert.Equal(portal.Founder.Id, await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).Select(s => s.RecordingRequestedById).SingleAsync()));
        Assert.Contains(portal.Log.Lines, l => l.Contains("asked for a recording", StringComparison.Ordinal) && l.Contains(session.Id.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Token_AnyoneElseAsksForARecording_IsForbiddenLoggedAndChangesNothing()
    {
        var proSession = await portal.ASessionAsync(founder: portal.OtherFounder);
        var studioSession = await portal.ASessionAsync();

        foreach (var (person, session) in new[] { (portal.OtherFounder, proSession), (portal.Coach, studioSession) })
        {
            var (status, problem) = await portal.AsksForATicketAsync(person, session.Id, new { enableRecording = true, consents = new { recording = true } });

            Assert.Equal(HttpStatusCode.Forbidden, status);
            Assert.Contains("Studio", (string)problem!["detail"]!, StringComparison.Ordinal);
            Assert.Contains(portal.Log.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("Refused a recording", StringComparison.Ordinal)
                && l.Contains(person.Id.ToString(), StringComparison.Ordinal) && l.Contains(session.Id.ToString(), StringComparison.Ordinal));
            Assert.False(await portal.InDbAsync(db => db.Consents.AnyAsync(c => c.SessionId == session.Id)));
            Assert.False(await portal.InDbAsync(db => db.Participations.AnyAsync(p => p.SessionId == session.Id)));
            Assert.False(await portal.InDbAsync(db => db.Sessions.AnyAsync(s => s.Id == session.Id && s.RecordingRequestedAt != null)));
        }
    }

    [Fact]
    public async Task Token_TierRaisedWhileSignedIn_CountsAtOnce()
    {
        var founder = await portal.APersonAsync("Nora Founder", Role.Founder, Tier.Pro);
        var session = await portal.ASessionAsync(founder: founder);
        Assert.Equal(HttpStatusCode.Forbidden, (await portal.AsksForATicketAsync(founder, session.Id, new { enableRecording = true })).Status);

        await portal.InDbAsync(db => db.People.Where(p => p.Id == founder.Id).ExecuteUpdateAsync(u => u.SetProperty(p => p.Tier, Tier.Studio)));

        Assert.Equal(HttpStatusCode.OK, (await portal.AsksForATicketAsync(founder, session.Id, new { enableRecording = true })).Status);
    }

    [Fact]
    public async Task Token_RecordingRequestedAndNeverAsked_MustAnswerFirst()
    {
        var session = await portal.ASessionAsync();
        await portal.ATicketAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });

        var (status, problem) = await portal.AsksForATicketAsync(portal.Coach, session.Id);
        Assert.Equal((HttpStatusCode.Conflict, "/problems/consent-needed"), (status, (string)problem!["type"]!));

        Assert.Equal(HttpStatusCode.OK, (await portal.AsksForATicketAsync(portal.Coach, session.Id, new { consents = new { recording = false } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await portal.AsksForATicketAsync(portal.Coach, session.Id)).Status);
    }

    [Fact]
    public async Task Token_LateNoWhileARecordingRuns_HasStoppedItBeforeTheTicket()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id, new { consents = new { recording = true } });
        await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "active");

        await portal.ATicketAsync(portal.Coach, session.Id, new { consents = new { recording = false } });

        var open = await portal.InDbAsync(db => db.RecordingSegments.Where(s => db.Recordings.Any(r => r.Id == s.RecordingId && r.SessionId == session.Id)).SingleAsync());
        Assert.Equal(SegmentEnd.Withdrawn, open.EndedBy);
        var told = await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "stopped");
        Assert.False(string.IsNullOrEmpty((string?)told["recording"]!["reason"]));
    }

    [Fact]
    public async Task Token_FounderTakesTheRequestBack_IsGoneAndACoachCannot()
    {
        var session = await portal.ASessionAsync();
        await portal.ATicketAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });

        await portal.ATicketAsync(portal.Coach, session.Id, new { enableRecording = false, consents = new { recording = true } });
        Assert.True(await portal.InDbAsync(db => db.Sessions.AnyAsync(s => s.Id == session.Id && s.RecordingRequestedAt != null)));

        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id, new { enableRecording = false });
        Assert.Empty(ticket!["attributes"]!.AsObject());
        Assert.False(await portal.InDbAsync(db => db.Sessions.AnyAsync(s => s.Id == session.Id && s.RecordingRequestedAt != null)));
    }

    [Fact]
    public async Task Token_HoardedTickets_OldestAreDropped()
    {
        var session = await portal.ASessionAsync();

        for (var i = 0; i < 8; i++)
            await portal.ATicketAsync(portal.Founder, session.Id);
        var last = await portal.ATicketAsync(portal.Founder, session.Id);

        var open = await portal.InDbAsync(db => db.Participations.Where(p => p.SessionId == session.Id).Select(p => p.Id).ToListAsync());
        Assert.Equal(5, open.Count);
        Assert.Contains(last, open);
    }

    [Fact]
    public async Task Token_TabNameTooLong_IsRefused()
    {
        var session = await portal.ASessionAsync();

        Assert.Equal(HttpStatusCode.BadRequest, (await portal.AsksForATicketAsync(portal.Founder, session.Id, new { tabId = new string('x', 65) })).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.OK)]
    [InlineData("Origin", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://localhost", HttpStatusCode.OK)]
    public async Task Token_AskedByAPage_OnlyOfThisSite(string header, string value, HttpStatusCode expected)
    {
        var session = await portal.ASessionAsync();
        using var client = portal.SignedIn(portal.Founder);
        client.DefaultRequestHeaders.Add(header, value);

        using var response = await client.PostAsync("/api/livekit/token", new StringContent($$"""{"sessionId":"{{session.Id}}"}""", Encoding.UTF8, "application/json"));

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Forbidden)
            Assert.Equal("/problems/cross-site", (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["type"]!);
    }
}
