using System.Net;
using System.Text;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>The double itself: what it lets through must be what the real server lets through.</summary>
public sealed class FakeLiveKitTests : IAsyncLifetime
{
    private FakeLiveKit _livekit = null!;

    public async ValueTask InitializeAsync() => _livekit = await FakeLiveKit.StartAsync();

    public ValueTask DisposeAsync() => _livekit.DisposeAsync();

    [Fact]
    public async Task Clients_OverTheWire_DoWhatTheySay()
    {
        var rooms = new RoomServiceClient(_livekit.ApiUrl, _livekit.Key, _livekit.Secret);
        var egresses = new EgressServiceClient(_livekit.ApiUrl, _livekit.Key, _livekit.Secret);
        var agents = new AgentDispatchServiceClient(_livekit.ApiUrl, _livekit.Key, _livekit.Secret);
        _livekit.Join(new AccessToken(_livekit.Key, _livekit.Secret).WithIdentity("i").WithGrants(new VideoGrants { RoomJoin = true, Room = "r" }).ToJwt());
        var track = _livekit.Publish("r", "i");

        Assert.Equal("r", Assert.Single((await rooms.ListRooms(new())).Rooms).Name);
        Assert.True((await rooms.MutePublishedTrack(new() { Room = "r", Identity = "i", TrackSid = track.Sid, Muted = true })).Track.Muted);
        Assert.False((await rooms.UpdateParticipant(new() { Room = "r", Identity = "i", Permission = new ParticipantPermission { CanSubscribe = true } })).Permission.CanPublish);
        Assert.Equal("fred", (await agents.CreateDispatch(new() { Room = "r", AgentName = "fred" })).AgentName);
        var started = await egresses.StartRoomCompositeEgress(Recording("r", "k.mp4"));
        Assert.Equal(EgressStatus.EgressStarting, started.Status);
        _livekit.Advance(started.EgressId, EgressStatus.EgressActive);
        Assert.Equal(EgressStatus.EgressEnding, (await egresses.StopEgress(new() { EgressId = started.EgressId })).Status);
        Assert.Equal(Twirp.ErrorCode.Failed_Precondition, (await Assert.ThrowsAsync<Twirp.Exception>(() => egresses.StopEgress(new() { EgressId = started.EgressId }))).Type);
        _livekit.Complete(started.EgressId, DateTimeOffset.UtcNow, TimeSpan.FromSeconds(3), 99);
        var listed = Assert.Single((await egresses.ListEgress(new() { RoomName = "r" })).Items);
        Assert.Equal((99, "k.mp4", "{secret}"), (listed.FileResults[0].Size, listed.FileResults[0].Filename, listed.RoomComposite.FileOutputs[0].S3.Secret));
        Assert.Empty((await egresses.ListEgress(new() { RoomName = "r", Active = true })).Items);
        await rooms.RemoveParticipant(new() { Room = "r", Identity = "i" });
        await rooms.DeleteRoom(new() { Room = "r" });
        Assert.Equal(Twirp.ErrorCode.Not_Found, (await Assert.ThrowsAsync<Twirp.Exception>(() => rooms.DeleteRoom(new() { Room = "r" }))).Type);
        Assert.Equal(["ListRooms", "MutePublishedTrack", "UpdateParticipant"], _livekit.Calls.Take(3).Select(c => c.Method));
    }

    [Theory]
    [InlineData("""{"room":"r"}""", 200, "RoomService/ListParticipants", "admin")]
    [InlineData("""{"room":"r","newer":1}""", 400, "RoomService/ListParticipants", "admin")]
    [InlineData("""{"room":"r"}""", 401, "RoomService/ListParticipants", "elsewhere")]
    [InlineData("""{"room":"r"}""", 401, "RoomService/ListParticipants", "join")]
    [InlineData("""{"room":"r"}""", 401, "RoomService/ListParticipants", "forged")]
    [InlineData("""{"room":"r"}""", 401, "RoomService/ListParticipants", "none")]
    [InlineData("""{"room":"r"}""", 404, "RoomService/Invent", "admin")]
    public async Task Twirp_AsJson_IsStrict(string body, int status, string path, string grant)
    {
        _livekit.OpenRoom("r");
        var token = new AccessToken(_livekit.Key, _livekit.Secret + (grant == "forged" ? "x" : "")).WithIdentity("i")
            .WithGrants(new VideoGrants { RoomAdmin = grant is "admin" or "elsewhere" or "forged", RoomJoin = grant == "join", Room = grant == "elsewhere" ? "s" : "r" }).ToJwt();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_livekit.ApiUrl}/twirp/livekit.{path}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (grant != "none")
            request.Headers.Add("Authorization", "Bearer " + token);

        using var response = await client.SendAsync(request);

        Assert.Equal((HttpStatusCode)status, response.StatusCode);
    }

    [Fact]
    public async Task Twirp_ABinaryFieldItDoesNotHave_IsRefused()
    {
        _livekit.OpenRoom("r");
        var token = new AccessToken(_livekit.Key, _livekit.Secret).WithGrants(new VideoGrants { RoomCreate = true }).ToJwt();
        using var client = new HttpClient();
        // Field 1 is the room; field 9 there is none of.
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_livekit.ApiUrl}/twirp/livekit.RoomService/DeleteRoom") { Content = new ByteArrayContent([0x0a, 0x01, 0x72, 0x48, 0x01]) };
        request.Content.Headers.Add("Content-Type", "application/protobuf");
        request.Headers.Add("Authorization", "Bearer " + token);

        using var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(["r"], _livekit.RoomNames);
    }

    [Fact]
    public async Task Troubles_AsTold_AreWhatTheClientSees()
    {
        var patient = Line(TimeSpan.FromSeconds(30));
        var hurried = Line(TimeSpan.FromMilliseconds(300));

        _livekit.FailsTimes("ListRooms", 2);
        await patient.AskAsync(h => Rooms(h).ListRooms(new()), reads: true, default);
        _livekit.Fails("CreateRoom", LiveKitCode.ResourceExhausted);
        Assert.Equal(LiveKitCode.ResourceExhausted, (await Assert.ThrowsAsync<LiveKitException>(() => patient.AskAsync(h => Rooms(h).CreateRoom(new() { Name = "r" }), reads: false, default))).Code);
        Assert.Empty(_livekit.RoomNames);
        _ = _livekit.Hangs("CreateRoom");
        Assert.Equal(LiveKitCode.DeadlineExceeded, (await Assert.ThrowsAsync<LiveKitException>(() => hurried.AskAsync(h => Rooms(h).CreateRoom(new() { Name = "r" }), reads: false, default))).Code);
        Assert.Empty(_livekit.RoomNames);
        // On a busy machine the request itself may not get there in time.
        for (var lost = _livekit.LosesTheAnswerOf("StartRoomCompositeEgress"); !lost.IsCompleted;)
            Assert.Equal(LiveKitCode.DeadlineExceeded, (await Assert.ThrowsAsync<LiveKitException>(() => hurried.AskAsync(h => new EgressServiceClient(_livekit.ApiUrl, _livekit.Key, _livekit.Secret, h).StartRoomCompositeEgress(Recording("r", "k.mp4")), reads: false, default))).Code);
        Assert.NotEmpty(_livekit.Egresses);
        _livekit.Works();
        await Rooms(null).CreateRoom(new() { Name = "r" });
        Assert.Equal(["r"], _livekit.RoomNames);
    }

    private RoomServiceClient Rooms(HttpClient? client) => new(_livekit.ApiUrl, _livekit.Key, _livekit.Secret, client);

    private static LiveKitLine Line(TimeSpan timeout) =>
        new(() => new HttpClient(new LiveKitWire { InnerHandler = new SocketsHttpHandler() }), new() { Timeout = timeout, RetryDelay = TimeSpan.FromMilliseconds(1) });

    private static RoomCompositeEgressRequest Recording(string room, string key) => new()
    {
        RoomName = room,
        AudioOnly = true,
        FileOutputs = { new EncodedFileOutput { FileType = EncodedFileType.Mp4, Filepath = key, S3 = new S3Upload { AccessKey = "a", Secret = "b", Bucket = "c", Region = "d" } } },
    };
}
