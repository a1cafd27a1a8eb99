using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Livekit.Server.Sdk.Dotnet;

namespace Livekit.Server.Sdk.Tests.Live;

/// <summary>
/// Against a real server: <c>livekit-server --dev</c> with LIVEKIT_TEST_URL=ws://127.0.0.1:7880, LIVEKIT_TEST_KEY=devkey and
/// LIVEKIT_TEST_SECRET=secret. For the webhook the server must have been told an address of this machine, which is named in
/// LIVEKIT_TEST_WEBHOOK as well: its configuration's <c>webhook: { urls: [http://127.0.0.1:7999/hook], api_key: devkey }</c>.
/// </summary>
[Trait("Category", "LiveKit")]
public sealed class LiveServerTests : IAsyncLifetime
{
    private static readonly string? Url = Environment.GetEnvironmentVariable("LIVEKIT_TEST_URL");
    private static readonly string? Key = Environment.GetEnvironmentVariable("LIVEKIT_TEST_KEY");
    private static readonly string? Secret = Environment.GetEnvironmentVariable("LIVEKIT_TEST_SECRET");
    private static readonly string? Hook = Environment.GetEnvironmentVariable("LIVEKIT_TEST_WEBHOOK");

    private readonly string _room = "sdk-test-" + Guid.NewGuid().ToString("N");
    private RoomServiceClient? _rooms;

    private RoomServiceClient Rooms => _rooms ??= new RoomServiceClient(Url!.Replace("ws", "http", StringComparison.Ordinal), Key!, Secret!);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Url) || string.IsNullOrEmpty(Key) || string.IsNullOrEmpty(Secret), "No LiveKit server: LIVEKIT_TEST_URL, _KEY and _SECRET are not set.");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (_rooms is null)
            return;
        try
        {
            await _rooms.DeleteRoom(new DeleteRoomRequest { Room = _room });
        }
        catch (Twirp.Exception)
        {
            // Some tests close it themselves.
        }
    }

    [Fact]
    public async Task Rooms_CreatedAndDeleted_AreListedInBetween()
    {
        var created = await Rooms.CreateRoom(new CreateRoomRequest { Name = _room, EmptyTimeout = 60, Metadata = "m" });

        Assert.StartsWith("RM_", created.Sid);
        Assert.Equal("m", Assert.Single((await Rooms.ListRooms(new ListRoomsRequest { Names = { _room } })).Rooms).Metadata);
        Assert.Equal("changed", (await Rooms.UpdateRoomMetadata(new UpdateRoomMetadataRequest { Room = _room, Metadata = "changed" })).Metadata);
        await Rooms.DeleteRoom(new DeleteRoomRequest { Room = _room });
        Assert.Empty((await Rooms.ListRooms(new ListRoomsRequest { Names = { _room } })).Rooms);
    }

    [Fact]
    public async Task Calls_UnderAnotherSecret_AreRefused()
    {
        var stranger = new RoomServiceClient(Url!.Replace("ws", "http", StringComparison.Ordinal), Key!, Secret! + "x");

        Assert.Equal(Twirp.ErrorCode.Unauthenticated, (await Assert.ThrowsAsync<Twirp.Exception>(() => stranger.ListRooms(new ListRoomsRequest()))).Type);
    }

    [Fact]
    public async Task AToken_OfOurs_JoinsAsWhomItSays()
    {
        await using var client = await JoinAsync("founder", new Dictionary<string, string> { ["role"] = "founder" });

        Assert.Equal(_room, client.Joined.Room.Name);
        Assert.Equal("founder", client.Joined.Participant.Identity);
        Assert.Equal("founder", client.Joined.Participant.Attributes["role"]);
        Assert.False(client.Joined.Participant.Permission.CanUpdateMetadata);
        Assert.True(client.Joined.Participant.Permission.CanPublishData);
        var listed = Assert.Single((await Rooms.ListParticipants(new ListParticipantsRequest { Room = _room })).Participants);
        Assert.Equal(client.Joined.Participant.Sid, listed.Sid);
    }

    [Fact]
    public async Task AToken_OfAnotherSecret_DoesNotJoin()
    {
        var token = new AccessToken(Key, Secret + "x").WithIdentity("i").WithGrants(new VideoGrants { RoomJoin = true, Room = _room }).ToJwt();

        await Assert.ThrowsAsync<WebSocketException>(() => SignalClient.JoinAsync(Url!, token, Token));
    }

    [Fact]
    public async Task AToken_WithoutTheGrantToJoin_DoesNotJoin()
    {
        var token = new AccessToken(Key, Secret).WithIdentity("i").WithGrants(new VideoGrants { RoomAdmin = true, Room = _room }).ToJwt();

        await Assert.ThrowsAsync<WebSocketException>(() => SignalClient.JoinAsync(Url!, token, Token));
    }

    [Fact]
    public async Task UpdateParticipant_TakesAndGivesTheRightToPublish()
    {
        await using var client = await JoinAsync("founder");

        var muted = await Rooms.UpdateParticipant(Permission(false));
        Assert.False(muted.Permission.CanPublish);
        var free = await Rooms.UpdateParticipant(Permission(true));
        Assert.True(free.Permission.CanPublish);

        UpdateParticipantRequest Permission(bool canPublish) => new()
        {
            Room = _room,
            Identity = "founder",
            Permission = new ParticipantPermission { CanSubscribe = true, CanPublishData = true, CanPublish = canPublish },
        };
    }

    [Fact]
    public async Task RemoveParticipant_SaysWhyAndPutsOut()
    {
        await using var client = await JoinAsync("founder");

        await Rooms.RemoveParticipant(new RoomParticipantIdentity { Room = _room, Identity = "founder" });

        var leave = await client.HearAsync(SignalResponse.MessageOneofCase.Leave, Token);
        Assert.Equal(DisconnectReason.ParticipantRemoved, leave.Leave.Reason);
        Assert.Equal(Twirp.ErrorCode.Not_Found, (await Assert.ThrowsAsync<Twirp.Exception>(() => Rooms.GetParticipant(new RoomParticipantIdentity { Room = _room, Identity = "founder" }))).Type);
    }

    [Fact]
    public async Task MutePublishedTrack_MutesAndTellsThePublisher()
    {
        await using var client = await JoinAsync("founder");
        await client.SayAsync(new SignalRequest { AddTrack = new AddTrackRequest { Cid = "c", Name = "mic", Type = TrackType.Audio, Source = TrackSource.Microphone } }, Token);
        var track = (await client.HearAsync(SignalResponse.MessageOneofCase.TrackPublished, Token)).TrackPublished.Track;

        var answer = await Rooms.MutePublishedTrack(new MuteRoomTrackRequest { Room = _room, Identity = "founder", TrackSid = track.Sid, Muted = true });

        Assert.True(answer.Track.Muted);
        var mute = (await client.HearAsync(SignalResponse.MessageOneofCase.Mute, Token)).Mute;
        Assert.Equal((track.Sid, true), (mute.Sid, mute.Muted));
    }

    [Fact]
    public async Task AgentDispatch_CreatedAndDeleted_IsListedInBetween()
    {
        await Rooms.CreateRoom(new CreateRoomRequest { Name = _room });
        var agents = new AgentDispatchServiceClient(Url!.Replace("ws", "http", StringComparison.Ordinal), Key!, Secret!);

        var sent = await agents.CreateDispatch(new CreateAgentDispatchRequest { Room = _room, AgentName = "nobody", Metadata = "m" });

        Assert.Equal(("nobody", "m"), (sent.AgentName, sent.Metadata));
        Assert.Equal(sent.Id, Assert.Single(await NamedAsync()).Id);
        await agents.DeleteDispatch(new DeleteAgentDispatchRequest { Room = _room, DispatchId = sent.Id });
        Assert.Empty(await NamedAsync());

        // Servers add one of their own for agents without a name, who join every room.
        async Task<IEnumerable<AgentDispatch>> NamedAsync() =>
            (await agents.ListDispatch(new ListAgentDispatchRequest { Room = _room })).AgentDispatches.Where(d => d.AgentName != "");
    }

    [Fact]
    public async Task Webhooks_OfAJoin_ArriveAndAreBelieved()
    {
        Assert.SkipWhen(string.IsNullOrEmpty(Hook), "LIVEKIT_TEST_WEBHOOK does not name the address that the server posts to.");
        var heard = new ConcurrentQueue<WebhookEvent>();
        using var listener = new HttpListener { Prefixes = { new Uri(Hook!).GetLeftPart(UriPartial.Authority) + "/" } };
        listener.Start();
        var tokens = new TokenVerifier(Key, Secret);
        var listening = Task.Run(
            async () =>
            {
                while (listener.IsListening)
                {
                    var context = await listener.GetContextAsync();
                    using var body = new MemoryStream();
                    await context.Request.InputStream.CopyToAsync(body);
                    Assert.Equal(Convert.ToBase64String(SHA256.HashData(body.ToArray())), tokens.Verify(context.Request.Headers["Authorization"]!).Sha256);
                    heard.Enqueue(new JsonParser(JsonParser.Settings.Default.WithIgnoreUnknownFields(true)).Parse<WebhookEvent>(Encoding.UTF8.GetString(body.ToArray())));
                    context.Response.Close();
                }
            },
            Token);

        await using (await JoinAsync("founder"))
            await Rooms.DeleteRoom(new DeleteRoomRequest { Room = _room });
        for (var i = 0; i < 100 && !heard.Any(e => e.Event == "room_finished" && e.Room.Name == _room); i++)
            await Task.Delay(100, Token);

        Assert.Contains(heard, e => e.Event == "room_started" && e.Room.Name == _room && e.Id.Length > 0);
        Assert.Contains(heard, e => e.Event == "room_finished" && e.Room.Name == _room);
        listener.Stop();
        await Assert.ThrowsAnyAsync<Exception>(() => listening);
    }

    private Task<SignalClient> JoinAsync(string identity, Dictionary<string, string>? attributes = null) =>
        SignalClient.JoinAsync(
            Url!,
            new AccessToken(Key, Secret).WithIdentity(identity).WithGrants(new VideoGrants { RoomJoin = true, Room = _room }).WithAttributes(attributes ?? []).ToJwt(),
            Token);
}
