using System.Globalization;
using System.Net.Http.Json;
using System.Net.Http.Headers;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Storage;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests;

/// <summary>
/// Every endpoint and page of the portal against everyone who may knock. The table is held against what is mapped: a new
/// endpoint without a line here fails, and so does a line whose endpoint is gone.
/// </summary>
public sealed class RightsTests(Portal portal, ITestOutputHelper output) : IClassFixture<Portal>
{
    // nobody, the session's founder, another founder, the session's coach, another coach, an admin
    private static readonly Dictionary<string, (string Statuses, Func<World, HttpRequestMessage> Request)> Table = new()
    {
        ["POST /api/livekit/token"] = ("401 200 404 200 404 403", w => w.Post("/api/livekit/token", new { sessionId = w.Session })),
        ["POST /api/livekit/webhook"] = ("404 404 404 404 404 404", w => w.Post("/api/livekit/webhook", new { @event = "room_started" })),
        ["POST /api/calls/participations/{id:guid}/leave"] = ("401 204 404 404 404 403", w => w.Post($"/api/calls/participations/{w.Participation}/leave")),
        ["POST /api/calls/participations/{id:guid}/gone"] = ("401 204 404 404 404 403", w => w.Post($"/api/calls/participations/{w.Participation}/gone")),
        ["POST /api/calls/sessions/{sessionId:guid}/consent"] = ("401 204 404 204 404 403", w => w.Post($"/api/calls/sessions/{w.Session}/consent", new { type = "recording", granted = true })),
        ["POST /api/calls/sessions/{sessionId:guid}/recording"] = ("401 204 404 403 404 403", w => w.Post($"/api/calls/sessions/{w.Session}/recording", new { action = "request" })),
        ["* /hubs/call"] = ("401 400 400 400 400 403", w => w.Get("/hubs/call")),
        ["* /hubs/call/negotiate"] = ("401 200 200 200 200 403", w => w.Post("/hubs/call/negotiate?negotiateVersion=1")),

        ["GET /api/recordings/"] = ("401 200 200 200 200 200", w => w.Get("/api/recordings")),
        ["GET,HEAD /api/recordings/{recordingId:guid}/files/{name}"] = ("401 200 404 200 404 404", w => w.Get($"/api/recordings/{w.Recording}/files/mixed.wav")),
        ["DELETE /api/recordings/{recordingId:guid}"] = ("401 403 404 204 404 404", w => w.Send(HttpMethod.Delete, $"/api/recordings/{w.Recording}")),
        ["POST /api/recordings/{recordingId:guid}/restore"] = ("401 403 404 204 404 404", w => w.Post($"/api/recordings/{w.Recording}/restore")),
        ["POST /api/recordings/{recordingId:guid}/tracks"] = ("401 409 404 404 404 404", w => w.Post($"/api/recordings/{w.Recording}/tracks", new { participationId = w.Left, startedAt = DateTimeOffset.UtcNow })),
        ["PUT /api/recordings/tracks/{trackId:guid}/chunks/{number:int}"] = ("401 409 404 404 404 404", w => w.Bytes($"/api/recordings/tracks/{w.Track}/chunks/0?position=0")),

        ["GET /api/coaching/sessions/{id:guid}/"] = ("401 200 404 200 404 404", w => w.Get($"/api/coaching/sessions/{w.Session}")),
        ["PATCH /api/coaching/sessions/{id:guid}/"] = ("401 200 404 200 404 404", w => w.Keyed(HttpMethod.Patch, $"/api/coaching/sessions/{w.Session}", new { messages = new[] { new { timestamp = DateTimeOffset.UtcNow, role = "fred", message = "Hello" } } })),
        ["PUT /api/coaching/sessions/{id:guid}/notes/{noteId:guid}"] = ("401 200 404 200 404 404", w => w.Send(HttpMethod.Put, $"/api/coaching/sessions/{w.Session}/notes/{Ids.New()}", new { text = "A note" })),
        ["PUT /api/coaching/sessions/{id:guid}/comments/{commentId:guid}"] = ("401 200 404 200 404 404", w => w.Send(HttpMethod.Put, $"/api/coaching/sessions/{w.Session}/comments/{Ids.New()}?at={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}", new { text = "A comment" })),
        ["PUT /api/coaching/sessions/{id:guid}/summary"] = ("401 404 404 409 404 404", w => w.Send(HttpMethod.Put, $"/api/coaching/sessions/{w.Session}/summary", new { text = "A summary" })),
        ["POST /api/coaching/sessions/{id:guid}/turns"] = ("401 409 404 409 404 403", w => w.Post($"/api/coaching/sessions/{w.Session}/turns", new { turns = new[] { new { key = "1", text = "Hello", startedAt = DateTimeOffset.UtcNow.AddSeconds(-2), endedAt = DateTimeOffset.UtcNow } } })),
        ["PUT /api/coaching/sessions/{id:guid}/turns/{turnId:guid}"] = ("401 200 404 200 404 404", w => w.Send(HttpMethod.Put, $"/api/coaching/sessions/{w.Session}/turns/{w.Turn}", new { text = "Hello, you", version = "Hello" })),
        ["GET /api/search"] = ("401 200 200 200 200 403", w => w.Get("/api/search?q=hello")),
        ["GET /api/coaching/sessions/{id:guid}/transcript.vtt"] = ("401 200 404 200 404 404", w => w.Get($"/api/coaching/sessions/{w.Session}/transcript.vtt")),
        ["GET /api/coaching/sessions/{id:guid}/transcript.srt"] = ("401 200 404 200 404 404", w => w.Get($"/api/coaching/sessions/{w.Session}/transcript.srt")),
        ["GET /api/coaching/sessions/{id:guid}/transcript.txt"] = ("401 200 404 200 404 404", w => w.Get($"/api/coaching/sessions/{w.Session}/transcript.txt")),
        ["POST /api/fred/call"] = ("401 200 409 403 403 403", w => w.Post("/api/fred/call", new { })),
        ["POST /api/fred/call/summary"] = ("401 404 404 200 404 403", w => w.Post("/api/fred/call/summary", new { roomName = w.Room, summary = "A summary" })),
        ["GET /sessions/{id:guid}/calendar.ics"] = ("302 200 404 200 404 302", w => w.Get($"/sessions/{w.Session}/calendar.ics")),

        ["page /"] = ("302 200 200 200 200 200", w => w.Get("/")),
        ["page /sessions"] = ("302 200 200 200 200 302", w => w.Get("/sessions")),
        ["page /sessions/{id:guid}"] = ("302 200 404 200 404 404", w => w.Get($"/sessions/{w.Session}")),
        ["page /sessions/{Id:guid}/call"] = ("302 200 404 200 404 302", w => w.Get($"/sessions/{w.Session}/call")),
        ["page /sessions/{Id:guid}/edit"] = ("302 302 302 200 404 200", w => w.Get($"/sessions/{w.Session}/edit")),
        ["page /search"] = ("302 200 200 200 200 302", w => w.Get("/search?q=hello")),
        ["page /insights"] = ("302 200 200 200 200 200", w => w.Get("/insights")),
        ["page /sessions/new"] = ("302 302 302 200 200 200", w => w.Get("/sessions/new")),
        ["page /sessions/deleted"] = ("302 302 302 200 200 302", w => w.Get("/sessions/deleted")),
        ["page /admin/sessions"] = ("302 302 302 302 302 200", w => w.Get("/admin/sessions")),
        ["page /people"] = ("302 302 302 302 302 200", w => w.Get("/people")),
        ["page /agents"] = ("302 302 302 302 302 200", w => w.Get("/agents")),
        ["page /system"] = ("302 302 302 302 302 200", w => w.Get("/system")),
        ["page /account"] = ("302 200 200 200 200 200", w => w.Get("/account")),
        ["page /sign-in"] = ("200 302 302 302 302 302", w => w.Get("/sign-in")),
        ["POST /sign-out"] = ("302 400 400 400 400 400", w => w.Post("/sign-out")),
        ["page /invitations/{Token}"] = ("410 410 410 410 410 410", w => w.Get("/invitations/no-such-link")),
        ["page /status/{Code:int}"] = ("404 404 404 404 404 404", w => w.Get("/status/404")),
        ["page /not-found"] = ("404 404 404 404 404 404", w => w.Get("/not-found")),
        ["page /not-allowed"] = ("302 403 403 403 403 403", w => w.Get("/not-allowed")),
        ["page /error"] = ("200 200 200 200 200 200", w => w.Get("/error")),
        ["* /health/live"] = ("200 200 200 200 200 200", w => w.Get("/health/live")),
        ["* /health/ready"] = ("200 200 200 200 200 200", w => w.Get("/health/ready")),
        ["GET,HEAD /{**path:file}"] = ("302 404 404 404 404 404", w => w.Get("/no-such-file.js")),
        ["GET /openapi/{documentName}.json"] = ("200 200 200 200 200 200", w => w.Get("/openapi/v1.json")),
    };

    [Fact]
    public void Table_EveryMappedEndpoint_HasItsLine()
    {
        var mapped = Mapped();

        Assert.Empty(mapped.Except(Table.Keys).Select(k => "not in the table: " + k));
        Assert.Empty(Table.Keys.Except(mapped).Select(k => "not mapped any more: " + k));
    }

    [Fact]
    public async Task Everything_KnockedAtByEveryone_AnswersAsTheTableSays()
    {
        Person?[] people = [null, portal.Founder, portal.OtherFounder, portal.Coach, portal.OtherCoach, portal.Admin];
        var wrong = new List<string>();
        foreach (var (endpoint, (expected, request)) in Table)
        {
            var isOnlyRead = false;
            var statuses = new List<string>();
            World? world = null;
            foreach (var person in people)
            {
                // Whoever only looks changes nothing for the next.
                world = world is not null && isOnlyRead ? world : await AWorldAsync();
                using var client = portal.SignedIn(person);
                using var message = request(world);
                isOnlyRead = message.Method == HttpMethod.Get;
                statuses.Add(await StatusAsync(client, message));
            }
            var actual = string.Join(' ', statuses);
            output.WriteLine($"{actual}  {endpoint}");
            if (actual != expected)
                wrong.Add($"{endpoint}: {actual}, not {expected}");
        }

        Assert.Empty(wrong);
    }

    /// <summary>A page that breaks while it is drawn reaches the test server's client as an exception.</summary>
    private static async Task<string> StatusAsync(HttpClient client, HttpRequestMessage message)
    {
        try
        {
            using var response = await client.SendAsync(message);
            return ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        }
        catch (InvalidOperationException e)
        {
            return "broken:" + e.Message;
        }
    }

    private HashSet<string> Mapped()
    {
        var found = new HashSet<string>();
        foreach (var endpoint in portal.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        {
            var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            var isFile = endpoint.Metadata.Any(m => m.GetType().Name == "StaticAssetDescriptor");
            if (isFile || pattern.StartsWith("/_blazor", StringComparison.Ordinal) || pattern.StartsWith("/_framework", StringComparison.Ordinal))
                continue;
            var methods = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [];
            found.Add(endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null ? "page " + pattern : $"{(methods.Count == 0 ? "*" : string.Join(',', methods))} {pattern}");
        }
        return found;
    }

    /// <summary>A session with a finished recording and a founder at the door, new for each knock that may change it.</summary>
    private async Task<World> AWorldAsync()
    {
        var session = await portal.ASessionAsync();
        var now = DateTimeOffset.UtcNow;
        var call = new Call { SessionId = session.Id, StartedAt = now.AddMinutes(-30), EndedAt = now.AddMinutes(-1) };
        var before = new Participation
        {
            CallId = call.Id, SessionId = session.Id, PersonId = portal.Founder.Id, Role = Role.Founder, TabId = "tab",
            CreatedAt = call.StartedAt, JoinedAt = call.StartedAt, LastSeenAt = now, EndedAt = call.EndedAt, EndReason = EndReason.Left,
        };
        var recording = new Recording
        {
            SessionId = session.Id, CallId = call.Id, RequestedById = portal.Founder.Id, Status = RecordingStatus.Complete,
            StartedAt = call.StartedAt, EndedAt = call.EndedAt, SampleRate = 16000, DurationMs = 1000,
        };
        var segment = new RecordingSegment { RecordingId = recording.Id, Number = 1, StartedAt = recording.StartedAt, EndedAt = recording.EndedAt, EndedBy = SegmentEnd.CallEnded };
        var track = new RecordingTrack
        {
            RecordingId = recording.Id, SegmentId = segment.Id, ParticipationId = before.Id, PersonId = portal.Founder.Id, Role = Role.Founder, StartedAt = recording.StartedAt, SampleRate = 16000,
        };
        var turn = new Turn { SessionId = session.Id, CallId = call.Id, Speaker = "Somebody", Text = "Hello", Source = TurnSource.Caption, Key = "1", StartedAt = call.StartedAt, EndedAt = call.StartedAt };
        var key = $"recordings/{recording.Id}/mixed.wav";
        var size = await portal.Get<IObjectStore>().PutAsync(key, new MemoryStream(new byte[100]));
        await portal.InDbAsync(async db =>
        {
            db.Add(call);
            await db.SaveChangesAsync();
            db.AddRange(before, recording);
            await db.SaveChangesAsync();
            db.AddRange(segment, new RecordingFile { RecordingId = recording.Id, Name = "mixed.wav", Key = key, ContentType = "audio/wav", Size = size, CreatedAt = now });
            await db.SaveChangesAsync();
            db.AddRange(track, turn);
            await db.SaveChangesAsync();
        });
        return new(session.Id, session.RoomName, await portal.ATicketAsync(portal.Founder, session.Id), before.Id, recording.Id, track.Id, turn.Id);
    }

    private sealed record World(Guid Session, string Room, Guid Participation, Guid Left, Guid Recording, Guid Track, Guid Turn)
    {
        public HttpRequestMessage Get(string path) => Send(HttpMethod.Get, path);

        public HttpRequestMessage Post(string path, object? body = null) => Send(HttpMethod.Post, path, body);

        public HttpRequestMessage Send(HttpMethod method, string path, object? body = null) => new(method, path) { Content = body is null ? null : JsonContent.Create(body) };

        public HttpRequestMessage Keyed(HttpMethod method, string path, object body)
        {
            var message = Send(method, path, body);
            message.Headers.Add("Idempotency-Key", Ids.New().ToString());
            return message;
        }

        public HttpRequestMessage Bytes(string path)
        {
            var content = new ByteArrayContent(new byte[320]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            return new(HttpMethod.Put, path) { Content = content };
        }
    }
}
