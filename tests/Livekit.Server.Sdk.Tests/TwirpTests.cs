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

        var answer = await Rooms("wss://livekit.example.org/under/").ListRooms(new ListRoomsRequest { Names = { "r" } }, Token);

        Assert.Equal(2u, Assert.Single(answer.Rooms).NumParticipants);
        var asked = Assert.Single(_server.Asked);
        Assert.Equal("POST https://livekit.example.org/under/twirp/livekit.RoomService/ListRooms", $"{asked.Method} {asked.Address}");
        Assert.Equal("application/protobuf", asked.Kind);
        Assert.Equal("0A0172", Convert.ToHexString(asked.Body));
        var claims = new TokenVerifier(Golden.Key, Golden.Secret).Verify(asked.Token);
        Assert.True(claims.Video.RoomList);
        Assert.False(claims.Video.RoomCreate || claims.Video.RoomAdmin || claims.Video.RoomRecord || claims.Video.RoomJoin);
    }

    [Theory]
    [InlineData("http://127.0.0.1:7880", "http://127.0.0.1:7880/")]
    [InlineData("ws://127.0.0.1:7880/", "http://127.0.0.1:7880/")]
    [InlineData("wss://lk.example.org", "https://lk.example.org/")]
    [InlineData("https://lk.example.org:8443/a?b=c", "https://lk.example.org:8443/a/")]
    public void ApiAddress_OfAnyForm_IsHttp(string given, string expected) => Assert.Equal(expected, BaseService.ApiAddress(given).ToString());

    [Theory]
    [InlineData("livekit")]
    [InlineData("ftp://livekit")]
    [InlineData("")]
    public void ApiAddress_OfNoServer_IsRefused(string given) => Assert.Throws<ArgumentException>(() => BaseService.ApiAddress(given));

    [Fact]
    public async Task EveryCall_CarriesTheGrantItNeedsAndNoMore()
    {
        var rooms = Rooms();
        var egress = new EgressServiceClient("http://livekit", Golden.Key, Golden.Secret, new HttpClient(_server));
        var agents = new AgentDispatchServiceClient("http://livekit", Golden.Key, Golden.Secret, new HttpClient(_server));
        _server.Answer = _ => Proto(new DeleteRoomResponse());
        (Func<Task> Call, string Path, string Grant)[] calls =
        [
            (() => rooms.CreateRoom(new() { Name = "r" }, Token), "RoomService/CreateRoom", "create"),
            (() => rooms.DeleteRoom(new() { Room = "r" }, Token), "RoomService/DeleteRoom", "create"),
            (() => rooms.ListParticipants(new() { Room = "r" }, Token), "RoomService/ListParticipants", "admin r"),
            (() => rooms.GetParticipant(new() { Room = "r" }, Token), "RoomService/GetParticipant", "admin r"),
            (() => rooms.RemoveParticipant(new() { Room = "r" }, Token), "RoomService/RemoveParticipant", "admin r"),
            (() => rooms.MutePublishedTrack(new() { Room = "r" }, Token), "RoomService/MutePublishedTrack", "admin r"),
            (() => rooms.UpdateParticipant(new() { Room = "r" }, Token), "RoomService/UpdateParticipant", "admin r"),
            (() => rooms.UpdateRoomMetadata(new() { Room = "r" }, Token), "RoomService/UpdateRoomMetadata", "admin r"),
            (() => rooms.SendData(new() { Room = "r" }, Token), "RoomService/SendData", "admin r"),
            (() => egress.StartRoomCompositeEgress(new(), Token), "Egress/StartRoomCompositeEgress", "record"),
            (() => egress.StartTrackEgress(new(), Token), "Egress/StartTrackEgress", "record"),
            (() => egress.StopEgress(new(), Token), "Egress/StopEgress", "record"),
            (() => egress.ListEgress(new(), Token), "Egress/ListEgress", "record"),
            (() => agents.CreateDispatch(new() { Room = "r" }, Token), "AgentDispatchService/CreateDispatch", "admin r"),
            (() => agents.DeleteDispatch(new() { Room = "r" }, Token), "AgentDispatchService/DeleteDispatch", "admin r"),
            (() => agents.ListDispatch(new() { Room = "r" }, Token), "AgentDispatchService/ListDispatch", "admin r"),
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

    [Fact]
    public async Task ACall_RefusedByLiveKit_SaysWhyInItsWords()
    {
        _server.Answer = _ => Json(HttpStatusCode.NotFound, """{"code":"not_found","msg":"participant does not exist","meta":{"room":"r","n":1}}""");

        var e = await Assert.ThrowsAsync<TwirpException>(() => Rooms().GetParticipant(new RoomParticipantIdentity { Room = "r", Identity = "i" }, Token));

        Assert.Equal((TwirpCode.NotFound, HttpStatusCode.NotFound), (e.Code, e.Status));
        Assert.Contains("participant does not exist", e.Message);
        Assert.Equal("r", Assert.Single(e.Meta).Value);
    }

    [Theory]
    [InlineData(301, "<html>", "internal")]
    [InlineData(400, "", "internal")]
    [InlineData(401, "unauthorized", "unauthenticated")]
    [InlineData(403, "[]", "permission_denied")]
    [InlineData(404, "404 page not found", "bad_route")]
    [InlineData(429, "{\"code\":7}", "resource_exhausted")]
    [InlineData(500, "{", "unknown")]
    [InlineData(502, "<html>", "unavailable")]
    [InlineData(503, "", "unavailable")]
    [InlineData(504, "{}", "unavailable")]
    [InlineData(418, "null", "unknown")]
    public async Task ACall_AnsweredBySomethingElse_IsTranslatedByItsStatus(int status, string body, string code)
    {
        _server.Answer = _ => Json((HttpStatusCode)status, body);

        var e = await Assert.ThrowsAsync<TwirpException>(() => Rooms().DeleteRoom(new DeleteRoomRequest { Room = "r" }, Token));

        Assert.Equal((code, status), (e.Code, (int)e.Status!));
    }

    [Theory]
    [InlineData("text/html", "<html>welcome</html>")]
    [InlineData("application/protobuf", "not protobuf")]
    public async Task ACall_AnsweredWithSomethingElse_SaysSo(string kind, string body)
    {
        _server.Answer = _ => new HttpResponseMessage { Content = new StringContent(body, Encoding.UTF8, kind) };

        Assert.Equal(TwirpCode.Internal, (await Assert.ThrowsAsync<TwirpException>(() => Rooms().ListRooms(new ListRoomsRequest(), Token))).Code);
    }

    [Fact]
    public async Task ACallThatReads_IsRepeatedUntilTheServerIsBack()
    {
        _server.Answer = n => n < 3 ? Json(HttpStatusCode.ServiceUnavailable, "") : Proto(new ListRoomsResponse());

        await Rooms().ListRooms(new ListRoomsRequest(), Token);

        Assert.Equal(3, _server.Asked.Count);
    }

    [Fact]
    public async Task ACallThatReads_IsRepeatedNoMoreThanItMay()
    {
        _server.Answer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");

        Assert.Equal(TwirpCode.Unavailable, (await Assert.ThrowsAsync<TwirpException>(() => Rooms().ListRooms(new ListRoomsRequest(), Token))).Code);
        Assert.Equal(3, _server.Asked.Count);
    }

    [Fact]
    public async Task ACallThatReads_RefusedForGood_IsNotRepeated()
    {
        _server.Answer = _ => Json(HttpStatusCode.Unauthorized, """{"code":"unauthenticated","msg":"invalid token"}""");

        await Assert.ThrowsAsync<TwirpException>(() => Rooms().ListRooms(new ListRoomsRequest(), Token));

        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task ACallThatChangesSomething_IsNeverRepeated()
    {
        _server.Answer = _ => Json(HttpStatusCode.ServiceUnavailable, "");
        var egress = new EgressServiceClient("http://livekit", Golden.Key, Golden.Secret, new HttpClient(_server), Quick);

        await Assert.ThrowsAsync<TwirpException>(() => egress.StartRoomCompositeEgress(new RoomCompositeEgressRequest(), Token));

        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task ACall_ThatHangs_EndsInItsTime()
    {
        _server.Hang = true;

        var e = await Assert.ThrowsAsync<TwirpException>(() => Rooms().ListRooms(new ListRoomsRequest(), Token)).WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Equal(TwirpCode.DeadlineExceeded, e.Code);
    }

    [Fact]
    public async Task ACall_ThatNobodyWaitsFor_EndsAsCancelled()
    {
        _server.Hang = true;
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Rooms().ListRooms(new ListRoomsRequest(), impatient.Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ServiceClientOptions Quick => new() { Timeout = TimeSpan.FromMilliseconds(500), RetryDelay = TimeSpan.FromMilliseconds(1) };

    private RoomServiceClient Rooms(string host = "http://livekit") => new(host, Golden.Key, Golden.Secret, new HttpClient(_server), Quick);

    private static HttpResponseMessage Proto(IMessage message) =>
        new() { Content = new ByteArrayContent(message.ToByteArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/protobuf") } } };

    private static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private sealed record Question(string Method, string Address, string? Kind, string Token, byte[] Body);

    private sealed class Answering : HttpMessageHandler
    {
        public List<Question> Asked { get; } = [];

        /// <summary>Given how often it was asked, this time included.</summary>
        public Func<int, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage();

        public bool Hang { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(new Question(
                request.Method.Method, request.RequestUri!.ToString(), request.Content!.Headers.ContentType?.ToString(), request.Headers.Authorization!.Parameter!,
                await request.Content.ReadAsByteArrayAsync(cancellationToken)));
            if (Hang)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return Answer(Asked.Count);
        }
    }
}
