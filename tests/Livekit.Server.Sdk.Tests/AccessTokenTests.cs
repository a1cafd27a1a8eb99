using FsCheck;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Livekit.Server.Sdk.Dotnet;

namespace Livekit.Server.Sdk.Tests;

public sealed class AccessTokenTests
{
    [Fact]
    public void ToJwt_AJoiningToken_IsTheOneAnotherProgramComputes()
    {
        var token = new AccessToken(Golden.Key, Golden.Secret, new StandingClock(Golden.MadeAt))
            .WithIdentity("0194-founder")
            .WithName("Zoë")
            .WithGrants(new VideoGrants { RoomJoin = true, Room = "session-1" })
            .WithAttributes(new Dictionary<string, string> { ["participation"] = "p-1", ["role"] = "founder" })
            .ToJwt();

        Assert.Equal(Golden.Join, token);
    }

    [Fact]
    public void ToJwt_WithoutATimeToLive_HoldsForTenMinutes()
    {
        var claims = Claims(new AccessToken(Golden.Key, Golden.Secret));

        Assert.Equal(600, claims.GetProperty("exp").GetInt64() - claims.GetProperty("nbf").GetInt64());
    }

    [Fact]
    public void ToJwt_EveryGrant_HasLiveKitsName()
    {
        var video = Claims(new AccessToken(Golden.Key, Golden.Secret).WithIdentity("i").WithGrants(new VideoGrants
        {
            RoomCreate = true, RoomList = true, RoomRecord = true, RoomAdmin = true, RoomJoin = true, Room = "r", CanPublish = false,
            CanSubscribe = false, CanPublishData = false, CanPublishSources = ["camera"], CanUpdateOwnMetadata = true, IngressAdmin = true,
            Hidden = true, Recorder = true, Agent = true,
        })).GetProperty("video");

        Assert.Equal(
            """{"roomCreate":true,"roomList":true,"roomRecord":true,"roomAdmin":true,"roomJoin":true,"room":"r","canPublish":false,"canSubscribe":false,"canPublishData":false,"canUpdateOwnMetadata":true,"canPublishSources":["camera"],"ingressAdmin":true,"hidden":true,"recorder":true,"agent":true}""",
            video.GetRawText());
    }

    [Fact]
    public void ToJwt_AServersToken_AllowsNothingUnasked()
    {
        var video = Claims(new AccessToken(Golden.Key, Golden.Secret).WithGrants(new VideoGrants { RoomList = true })).GetProperty("video");

        Assert.Equal("""{"roomList":true}""", video.GetRawText());
    }

    [Fact]
    public void ToJwt_WithARoomConfiguration_WritesProtobufsJson()
    {
        var claims = Claims(new AccessToken(Golden.Key, Golden.Secret)
            .WithKind(ParticipantInfo.Types.Kind.Agent)
            .WithMetadata("m")
            .WithRoomConfig(new RoomConfiguration { EmptyTimeout = 60, Agents = { new RoomAgentDispatch { AgentName = "fred", Metadata = "{\"a\":1}" } } }));

        Assert.Equal("agent", claims.GetProperty("kind").GetString());
        Assert.Equal("m", claims.GetProperty("metadata").GetString());
        var room = claims.GetProperty("roomConfig");
        Assert.Equal(60, room.GetProperty("emptyTimeout").GetInt32());
        Assert.Equal("fred", room.GetProperty("agents")[0].GetProperty("agentName").GetString());
        Assert.Equal("{\"a\":1}", room.GetProperty("agents")[0].GetProperty("metadata").GetString());
    }

    [Theory]
    [InlineData("", "r")]
    [InlineData("i", "")]
    public void ToJwt_AJoiningTokenWithoutWhoOrWhich_IsRefused(string identity, string room) =>
        Assert.Throws<ArgumentException>(() =>
            new AccessToken(Golden.Key, Golden.Secret).WithIdentity(identity).WithGrants(new VideoGrants { RoomJoin = true, Room = room }).ToJwt());

    [Theory]
    [InlineData("", "s")]
    [InlineData("k", "")]
    public void AccessToken_WithoutKeyOrSecret_IsRefused(string key, string secret) => Assert.Throws<ArgumentException>(() => new AccessToken(key, secret));

    [Fact]
    public void ToJwt_AnyNamesAndValues_AreReadBackAsTheyWere() => FsCheck.Fluent.Prop.ForAll<string, string, bool>((name, value, may) =>
    {
        name = Valid(name);
        value = Valid(value);
        var token = new AccessToken(Golden.Key, Golden.Secret).WithIdentity("i" + name).WithName(name).WithMetadata(value)
            .WithAttributes(new Dictionary<string, string> { [name] = value })
            .WithGrants(new VideoGrants { RoomJoin = true, Room = "r" + value, CanPublish = may, Hidden = !may }).ToJwt();

        var read = new TokenVerifier(Golden.Key, Golden.Secret).Verify(token);

        return read.Identity == "i" + name && read.Name == name && read.Metadata == value && read.Attributes[name] == value
            && read.Video.Room == "r" + value && read.Video.CanPublish == may && read.Video.Hidden == !may && read.Video.CanSubscribe;

        // Half a surrogate pair is no text, and JSON cannot carry it.
        static string Valid(string? text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? ""));
    }).QuickCheckThrowOnFailure();

    private static JsonElement Claims(AccessToken token)
    {
        var parts = token.ToJwt().Split('.');
        Assert.Equal(parts[2], System.Buffers.Text.Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Golden.Secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"))));
        return JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1])).RootElement;
    }
}
