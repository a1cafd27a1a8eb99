using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Google.Protobuf;
using Livekit.Server.Sdk.Dotnet;

namespace Livekit.Server.Sdk.Tests;

public sealed class TwirpTests
{
    private readonly Answering _server = new();

    [Fact]
    public async Task ListRooms_AsksInProtobufUnderATokenOfItsOwn()
    {
        _server.Answer = _ => Proto(new ListRoomsResponse { Rooms = { new Room { Name = "r", NumParticipants = 2 } } });

        var answer = await Rooms("https://livekit.example.org/under/").ListRooms(new ListRoomsRequest { Names = { "r" } });

        Assert.Equal(2u, Assert.Single(answer.Rooms).NumParticipants);
        var asked = Assert.Single(_server.Asked);
        Assert.Equal("POST https://livekit.example.org/under/twirp/livekit.RoomService/ListRooms", $"{asked.Method} {asked.Address}");
        Assert.Equal("application/protobuf", asked.Kind);
        Assert.Equal("0A0172", Convert.ToHexString(asked.Body));
        var claims = new TokenVerifier(Golden.Key, Golden.Secret).Verify(asked.Token);
        Assert.True(claims.Video.RoomList);
        Assert.False(claims.Video.RoomCreate || claims.Video.RoomAdmin || claims.Video.RoomRecord || claims.Video.RoomJoin);
    }

    [Fact]
    public async Task EveryCall_CarriesTheGrantItNeedsAndNoMore()
    {
        var rooms = Rooms();
        var egress = new EgressServiceClient("http://livekit/", Golden.Key, Golden.Secret, new HttpClient(_server));
        var agents = new AgentDispatchServiceClient("http://livekit/", Golden.Key, Golden.Secret, new HttpClient(_server));
        _server.Answer = _ => Proto(new DeleteRoomResponse());
        (Func<Task> Call, string Path, string Grant)[] calls =
        [
            (() => rooms.CreateRoom(new() { Name = "r" }), "RoomService/CreateRoom", "create"),
            (() => rooms.DeleteRoom(new() { Room = "r" }), "RoomService/DeleteRoom", "create"),
            (() => rooms.ListParticipants(new() { Room = "r" }), "RoomService/ListParticipants", "admin r"),
            (() => rooms.GetParticipant(new() { Room = "r" }), "RoomService/GetParticipant", "admin r"),
            (() => rooms.RemoveParticipant(new() { Room = "r" }), "RoomService/RemoveParticipant", "admin r"),
            (() => rooms.MutePublishedTrack(new() { Room = "r" }), "RoomService/MutePublishedTrack", "admin r"),
            (() => rooms.UpdateParticipant(new() { Room = "r" }), "RoomService/UpdateParticipant", "admin r"),
            (() => rooms.UpdateRoomMetadata(new() { Room = "r" }), "RoomService/UpdateRoomMetadata", "admin r"),
            (() => rooms.SendData(new() { Room = "r" }), "RoomService/SendData", "admin r"),
            (() => egress.StartRoomCompositeEgress(new()), "Egress/StartRoomCompositeEgress", "record"),
            (() => egress.StartTrackEgress(new()), "Egress/StartTrackEgress", "record"),
            (() => egress.StopEgress(new()), "Egress/StopEgress", "record"),
            (() => egress.ListEgress(new()), "Egress/ListEgress", "record"),
            (() => agents.CreateDispatch(new() { Room = "r" }), "AgentDispatchService/CreateDispatch", "admin r"),
            (() => agents.DeleteDispatch(new() { Room = "r" }), "AgentDispatchService/DeleteDispatch", "admin r"),
            (() => agents.ListDispatch(new() { Room = "r" }), "AgentDispatchService/ListDispatch", "admin r"),
        ];

        foreach (var (call, path, grant) in calls)
        {
            await call();
            var asked = _server.Asked[^1];
            Assert.Equal($"http://livekit/twirp/livekit.{path}", asked.Address);
            var video = new TokenVerifier(Golden.Key, Golden.Secret).Verify(asked.Token).Video;
            var given = string.Join(", ", new[] { video.RoomCreate ? "create" : "", video.RoomAdmin ? $"admin {video.Room}" : "", video.RoomRecord ? "record" : "", video.RoomList ? "list" : "", video.RoomJoin ? "join" : "" }.Where(g => g.Length > 0));
            Assert.Equal($"{path}: {grant}", $"{path}: {given}");
        }
    }

    [Theory]
    [InlineData("""{"code":"not_found","msg":"participant does not exist","meta":{"room":"r","n":1}}""", Twirp.ErrorCode.Not_Found, "participant does not exist")]
    [InlineData("""{"code":"brand_new","msg":"m"}""", Twirp.ErrorCode.Unknown, "m")]
    [InlineData("<html>", Twirp.ErrorCode.Unknown, "<html>")]
    [InlineData("[]", Twirp.ErrorCode.Unknown, "[]")]
    [InlineData("{}", Twirp.ErrorCode.Unknown, "{}")]
    public async Task ACall_Refused_SaysWhy(string body, Twirp.ErrorCode code, string words)
    {
        _server.Answer = _ => new(HttpStatusCode.NotFound) { Content = new StringContent(body) };

        var e = await Assert.ThrowsAsync<Twirp.Exception>(() => Rooms().DeleteRoom(new() { Room = "r" }));

        Assert.Equal((code, words), (e.Type, e.Message));
    }

    private RoomServiceClient Rooms(string host = "http://livekit/") => new(host, Golden.Key, Golden.Secret, new HttpClient(_server));

    private static HttpResponseMessage Proto(IMessage message) =>
        new() { Content = new ByteArrayContent(message.ToByteArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/protobuf") } } };

    private sealed record Question(string Method, string Address, string? Kind, string Token, byte[] Body);

    private sealed class Answering : HttpMessageHandler
    {
        public List<Question> Asked { get; } = [];

        /// <summary>Given how often it was asked, this time included.</summary>
        public Func<int, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage();

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(new Question(
                request.Method.Method, request.RequestUri!.ToString(), request.Content!.Headers.ContentType?.ToString(), request.Headers.Authorization!.Parameter!,
                await request.Content.ReadAsByteArrayAsync(cancellationToken)));
            return Answer(Asked.Count);
        }
    }
}
