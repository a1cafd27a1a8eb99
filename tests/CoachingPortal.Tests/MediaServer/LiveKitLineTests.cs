using System.Net;
using System.Net.Http.Headers;
using System.Text;
using CoachingPortal.MediaServer;
using Google.Protobuf;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.Tests.MediaServer;

/// <summary>What the portal puts around the SDK's calls: patience, and words for what went wrong.</summary>
public sealed class LiveKitLineTests
{
    private readonly Answering _server = new();

    [Theory]
    [InlineData("http://127.0.0.1:7880", "http://127.0.0.1:7880/")]
    [InlineData("ws://127.0.0.1:7880/", "http://127.0.0.1:7880/")]
    [InlineData("wss://lk.example.org", "https://lk.example.org/")]
    [InlineData("https://lk.example.org:8443/a?b=c", "https://lk.example.org:8443/a/")]
    public void ApiAddress_OfAnyForm_IsHttp(string given, string expected) => Assert.Equal(expected, LiveKitServer.ApiAddress(given));

    [Fact]
    public async Task EachCall_HasAClientOfItsOwn()
    {
        var clients = new HashSet<HttpClient>();
        _server.Answer = n => n == 1 ? Json(HttpStatusCode.ServiceUnavailable, "") : Proto(new ListRoomsResponse());

        await Line.AskAsync(h => clients.Add(h) ? Rooms(h).ListRooms(new()) : throw new InvalidOperationException("used twice"), reads: true, Token);

        Assert.Equal(2, clients.Count);
    }

    [Fact]
    public async Task ACall_RefusedByLiveKit_SaysWhyInItsWords()
    {
        _server.Answer = _ => Json(HttpStatusCode.NotFound, """{"code":"not_found","msg":"participant does not exist","meta":{"room":"r","n":1}}""");

        var e = await Assert.ThrowsAsync<LiveKitException>(() => AskAsync(r => r.GetParticipant(new RoomParticipantIdentity { Room = "r", Identity = "i" }), reads: true, Token));

        Assert.Equal((LiveKitCode.NotFound, HttpStatusCode.NotFound), (e.Code, e.Status));
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

        var e = await Assert.ThrowsAsync<LiveKitException>(() => AskAsync(r => r.DeleteRoom(new DeleteRoomRequest { Room = "r" }), reads: false, Token));

        Assert.Equal((code, status), (e.Code, (int)e.Status!));
    }

    [Theory]
    [InlineData("text/html", "<html>welcome</html>")]
    [InlineData("application/protobuf", "not protobuf")]
    public async Task ACall_AnsweredWithSomethingElse_SaysSo(string kind, string body)
    {
        _server.Answer = _ => new HttpResponseMessage { Content = new StringContent(body, Encoding.UTF8, kind) };

        Assert.Equal(LiveKitCode.Internal, (await Assert.ThrowsAsync<LiveKitException>(() => AskAsync(r => r.ListRooms(new ListRoomsRequest()), reads: true, Token))).Code);
    }

    [Fact]
    public async Task ACallThatReads_IsRepeatedUntilTheServerIsBack()
    {
        _server.Answer = n => n < 3 ? Json(HttpStatusCode.ServiceUnavailable, "") : Proto(new ListRoomsResponse());

        await AskAsync(r => r.ListRooms(new ListRoomsRequest()), reads: true, Token);

        Assert.Equal(3, _server.Asked.Count);
    }

    [Fact]
    public async Task ACallThatReads_IsRepeatedNoMoreThanItMay()
    {
        _server.Answer = _ => throw new HttpRequestException(HttpRequestError.ConnectionError, "refused");

        Assert.Equal(LiveKitCode.Unavailable, (await Assert.ThrowsAsync<LiveKitException>(() => AskAsync(r => r.ListRooms(new ListRoomsRequest()), reads: true, Token))).Code);
        Assert.Equal(3, _server.Asked.Count);
    }

    [Fact]
    public async Task ACallThatReads_RefusedForGood_IsNotRepeated()
    {
        _server.Answer = _ => Json(HttpStatusCode.Unauthorized, """{"code":"unauthenticated","msg":"invalid token"}""");

        await Assert.ThrowsAsync<LiveKitException>(() => AskAsync(r => r.ListRooms(new ListRoomsRequest()), reads: true, Token));

        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task ACallThatChangesSomething_IsNeverRepeated()
    {
        _server.Answer = _ => Json(HttpStatusCode.ServiceUnavailable, "");

        await Assert.ThrowsAsync<LiveKitException>(() => AskAsync(r => r.CreateRoom(new()), reads: false, Token));

        Assert.Single(_server.Asked);
    }

    [Fact]
    public async Task ACall_ThatHangs_EndsInItsTime()
    {
        _server.Hang = true;

        var e = await Assert.ThrowsAsync<LiveKitException>(() => AskAsync(r => r.ListRooms(new ListRoomsRequest()), reads: true, Token)).WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.Equal(LiveKitCode.DeadlineExceeded, e.Code);
    }

    [Fact]
    public async Task ACall_ThatNobodyWaitsFor_EndsAsCancelled()
    {
        _server.Hang = true;
        using var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AskAsync(r => r.ListRooms(new ListRoomsRequest()), reads: true, impatient.Token));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private LiveKitLine Line => new(
        () => new HttpClient(new LiveKitWire { InnerHandler = _server }, disposeHandler: false), new() { Timeout = _server.Hang ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromMinutes(1), RetryDelay = TimeSpan.FromMilliseconds(1) });

    private static RoomServiceClient Rooms(HttpClient client) => new("http://livekit/", "key", "a secret of more than thirty-two characters", client);

    private Task<T> AskAsync<T>(Func<RoomServiceClient, Task<T>> ask, bool reads, CancellationToken cancellation) => Line.AskAsync(h => ask(Rooms(h)), reads, cancellation);

    private static HttpResponseMessage Proto(IMessage message) =>
        new() { Content = new ByteArrayContent(message.ToByteArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/protobuf") } } };

    private static HttpResponseMessage Json(HttpStatusCode status, string body) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };

    private sealed class Answering : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        /// <summary>Given how often it was asked, this time included.</summary>
        public Func<int, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage();

        public bool Hang { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.AbsolutePath);
            if (Hang)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            return Answer(Asked.Count);
        }
    }
}
