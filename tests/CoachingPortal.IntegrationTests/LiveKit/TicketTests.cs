using System.Net;
using System.Text.Json.Nodes;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.LiveKit;

public sealed class TicketTests(LiveKitPortal portal) : IClassFixture<LiveKitPortal>
{
    [Fact]
    public async Task Token_WithLiveKitSet_IsATicketThatJoinsTheRoomAndDoesNoMore()
    {
        var session = await portal.ASessionAsync();

        var (status, ticket) = await portal.AsksForATicketAsync(portal.Coach, session.Id);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("livekit", (string)ticket!["transport"]!);
        Assert.Equal(portal.LiveKit.Url, (string)ticket["url"]!);
        Assert.Empty(ticket["iceServers"]!.AsArray());
        Assert.True((bool)ticket["canPublish"]!);
        var claims = Claims(ticket);
        Assert.Equal(portal.Coach.Id.ToString(), claims.Identity);
        Assert.Equal("Carla Coach", claims.Name);
        Assert.Equal(new Dictionary<string, string> { ["participation"] = (string)ticket["participationId"]!, ["role"] = "coach" }, claims.Attributes);
        var video = claims.Video;
        Assert.Equal(session.RoomName, video.Room);
        Assert.True(video is { RoomJoin: true, CanPublish: true, CanSubscribe: true, CanPublishData: true });
        Assert.False(video.CanUpdateOwnMetadata || video.RoomAdmin || video.RoomRecord || video.RoomCreate || video.RoomList || video.Hidden || video.Recorder || video.Agent || video.IngressAdmin);
        Assert.Null(claims.RoomConfig);
        Assert.Equal(claims.Identity, portal.LiveKit.Join((string)ticket["token"]!).Identity);
    }

    [Fact]
    public async Task Token_HoldsForTenMinutes()
    {
        var session = await portal.ASessionAsync();

        var (_, ticket) = await portal.AsksForATicketAsync(portal.Coach, session.Id);

        var claims = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(((string)ticket!["token"]!).Split('.')[1]))!;
        Assert.Equal(600, (long)claims["exp"]! - (long)claims["nbf"]!);
        Assert.Equal(portal.LiveKit.Key, (string)claims["iss"]!);
    }

    [Fact]
    public async Task Token_RecordingAskedFor_TellsTheRoom()
    {
        var session = await portal.ASessionAsync();

        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });

        Assert.Equal("true", (string)ticket!["attributes"]!["recording.requested"]!);
        Assert.Equal("true", Claims(ticket).Attributes["recording.requested"]);
        Assert.Equal("founder", Claims(ticket).Attributes["role"]);
    }

    [Fact]
    public async Task Token_NotAMember_IsNeitherGivenNorMade()
    {
        var session = await portal.ASessionAsync();

        foreach (var (person, expected) in new[] { ((Person?)null, 401), (portal.OtherFounder, 404), (portal.OtherCoach, 404), (portal.Admin, 403) })
        {
            var (status, body) = await portal.AsksForATicketAsync(person, session.Id);
            Assert.Equal(expected, (int)status);
            Assert.Null(body?["token"]);
        }
    }

    [Fact]
    public async Task Token_ACallThatOpenedDirect_StaysDirectForEveryone()
    {
        var session = await portal.ASessionAsync();
        await portal.InDbAsync(async db =>
        {
            db.Calls.Add(new Call { SessionId = session.Id, Transport = CallTransport.Direct, StartedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
        });

        var (_, ticket) = await portal.AsksForATicketAsync(portal.Coach, session.Id);

        Assert.Equal("direct", (string)ticket!["transport"]!);
        Assert.Null(ticket["token"]);
    }

    [Fact]
    public async Task Enter_AfterTheTicketsCallHasEnded_OpensOneOfTheSameKind()
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        var founder = await portal.ATicketAsync(portal.Founder, session.Id);
        await portal.PostsAsync(portal.Coach, $"/api/calls/participations/{coach.Participation}/leave");

        await using var hub = await HubClient.ConnectAsync(portal, portal.Founder);
        await hub.InvokeAsync("Enter", founder);

        Assert.Equal([CallTransport.Livekit, CallTransport.Livekit], await portal.InDbAsync(db => db.Calls.Where(c => c.SessionId == session.Id).Select(c => c.Transport).ToListAsync()));
    }

    [Fact]
    public async Task Token_LiveKitTakenAwayUnderACall_SaysSo()
    {
        var session = await portal.ASessionAsync();
        await portal.ATicketAsync(portal.Coach, session.Id);
        await using var without = portal.Again(settings: new Dictionary<string, string>());

        var (status, problem) = await without.AsksForATicketAsync(portal.Founder, session.Id);

        Assert.Equal((HttpStatusCode.Conflict, "/problems/no-media-server"), (status, (string)problem!["type"]!));
    }

    [Fact]
    public async Task Pages_MayConnectToTheMediaServerAndNowhereElse()
    {
        using var client = portal.SignedIn(portal.Founder);

        using var response = await client.GetAsync("/");

        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains($"connect-src 'self' {portal.LiveKit.Url} {portal.LiveKit.ApiUrl};", policy, StringComparison.Ordinal);
    }

    private ClaimsModel Claims(JsonNode ticket) => new TokenVerifier(portal.LiveKit.Key, portal.LiveKit.Secret).Verify((string)ticket["token"]!);
}
