using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests;

/// <summary>
/// Every endpoint that takes JSON, sent what no page of ours would send: whatever it is, the sender is told what is
/// wrong with it, and nothing breaks on our side. A new endpoint without a line here fails.
/// </summary>
public sealed class BadInputTests(Portal portal, ITestOutputHelper output) : IClassFixture<Portal>
{
    private const string At = "2026-11-01T10:00:00Z";

    /// <summary>A sound body of each endpoint; the test then spoils it, field by field.</summary>
    private static readonly Dictionary<string, string> Sound = new()
    {
        ["POST /api/livekit/token"] = """{"sessionId":"{session}","enableRecording":false,"consents":{"recording":true,"transcript":true},"tabId":"tab","resumes":"{participation}","media":{"microphone":true,"camera":false,"screen":false}}""",
        ["POST /api/calls/sessions/{sessionId:guid}/consent"] = """{"type":"transcript","granted":true}""",
        ["POST /api/calls/sessions/{sessionId:guid}/recording"] = """{"action":"pause"}""",
        ["POST /api/recordings/{recordingId:guid}/tracks"] = $$"""{"participationId":"{participation}","startedAt":"{{At}}"}""",
        ["PATCH /api/coaching/sessions/{id:guid}/"] = $$"""{"messages":[{"timestamp":"{{At}}","role":"FRED","message":"Hello"}],"title":"A title","tags":["a"]}""",
        ["PUT /api/coaching/sessions/{id:guid}/notes/{noteId:guid}"] = """{"text":"A note","visibility":"shared","version":"1"}""",
        ["PUT /api/coaching/sessions/{id:guid}/comments/{commentId:guid}"] = """{"text":"A comment","version":"1"}""",
        ["PUT /api/coaching/sessions/{id:guid}/summary"] = """{"text":"A summary","version":""}""",
        ["POST /api/coaching/sessions/{id:guid}/turns"] = $$"""{"personId":"{coach}","role":"coach","turns":[{"key":"1","text":"Hello","startedAt":"{{At}}","endedAt":"{{At}}","confidence":0.5,"language":"en"}]}""",
        ["PUT /api/coaching/sessions/{id:guid}/turns/{turnId:guid}"] = """{"text":"Hello, you","version":"Hello"}""",
        ["POST /api/fred/call"] = """{"enableRecording":false,"consents":{"recording":true,"transcript":true},"tabId":"tab"}""",
        ["POST /api/fred/call/summary"] =
            $$"""{"roomName":"{room}","transcript":[{"speaker":"Carla","role":"coach","text":"Hello","startedAt":"{{At}}","start":1,"endedAt":"{{At}}","end":2,"confidence":0.5}],"summary":"Short","decisions":["a",{"text":"b","owner":"coach","dueOn":"2026-12-01"}],"nextActions":["c"],"callType":"scheduled","replace":true}""",
    };

    /// <summary>Endpoints that change something and read no JSON.</summary>
    private static readonly HashSet<string> WithoutJson =
    [
        "POST /api/livekit/webhook",
        "POST /api/calls/participations/{id:guid}/leave", "POST /api/calls/participations/{id:guid}/gone",
        "DELETE /api/recordings/{recordingId:guid}", "POST /api/recordings/{recordingId:guid}/restore",
        "PUT /api/recordings/tracks/{trackId:guid}/chunks/{number:int}",
    ];

    private static readonly string[] WholeBodies =
        ["", " ", "null", "[]", "{}", "\"x\"", "1", "true", "{", "{\"a\":", "[[[", "\u0000", "{\"sessionId\":{}}", new string('[', 5000), "{\"\\ud800\":1}"];

    private static readonly string[] Values =
    [
        "null", "\"\"", "\"\\u0000\"", "\"a\\u0000b\"", "\"\\ud800\"", "\"%\"", "\"\\u202e\\uffff\"", $"\"{new string('x', 200_000)}\"", "-1", "7", "1e308",
        "99999999999999999999999", "true", "[null]", "{}", "\"0001-01-01T00:00:00+14:00\"", "\"0001-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:59.9999999Z\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-11-01T10:00:00+05:30\"", "\"2026-11-01T10:00:00\"",
        "\"00000000-0000-0000-0000-000000000000\"", "\"7\"", "\"founder,coach\"",
    ];

    [Fact]
    public void Table_EveryEndpointThatChangesSomething_HasItsLine()
    {
        var mapped = portal.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Where(e => e.RoutePattern.RawText!.TrimStart('/').StartsWith("api/", StringComparison.Ordinal))
            .SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Select(m => $"{m} /{e.RoutePattern.RawText!.TrimStart('/')}"))
            .Where(e => !e.StartsWith("GET", StringComparison.Ordinal) && !e.StartsWith("HEAD", StringComparison.Ordinal)).ToHashSet();

        Assert.Empty(mapped.Except(Sound.Keys).Except(WithoutJson));
        Assert.Empty(Sound.Keys.Concat(WithoutJson).Except(mapped));
    }

    [Fact]
    public async Task EveryJsonEndpoint_SpoiledBodies_RefusesInWordsAndNeverBreaks()
    {
        var session = await portal.AnAgreedSessionAsync();
        var participation = await portal.ATicketAsync(portal.Coach, session.Id);
        var (secret, key) = AgentKeys.New("agent", AgentScopes.All, portal.Admin.Id, DateTimeOffset.UtcNow);
        await portal.InDbAsync(async db =>
        {
            db.Add(key);
            await db.SaveChangesAsync();
        });
        using var coach = portal.SignedIn(portal.Coach);
        using var agent = portal.SignedIn(null);
        agent.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        var wrong = new List<string>();
        var count = 0;

        foreach (var (endpoint, template) in Sound)
        {
            string Fill(string text) => text
                .Replace("{session}", session.Id.ToString(), StringComparison.Ordinal).Replace("{sessionId:guid}", session.Id.ToString(), StringComparison.Ordinal)
                .Replace("{id:guid}", session.Id.ToString(), StringComparison.Ordinal).Replace("{noteId:guid}", Ids.New().ToString(), StringComparison.Ordinal)
                .Replace("{turnId:guid}", Ids.New().ToString(), StringComparison.Ordinal).Replace("{recordingId:guid}", Ids.New().ToString(), StringComparison.Ordinal).Replace("{participation}", participation.ToString(), StringComparison.Ordinal)
                .Replace("{commentId:guid}", $"{Ids.New()}?at={DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}", StringComparison.Ordinal)
                .Replace("{coach}", portal.Coach.Id.ToString(), StringComparison.Ordinal).Replace("{room}", session.RoomName, StringComparison.Ordinal);
            var (method, path) = (endpoint.Split(' ')[0], Fill(endpoint.Split(' ')[1]));
            var client = endpoint.EndsWith("turns", StringComparison.Ordinal) || endpoint.EndsWith("call/summary", StringComparison.Ordinal) ? agent : coach;
            foreach (var body in WholeBodies.Concat(Spoiled(Fill(template))))
            {
                count++;
                using var request = new HttpRequestMessage(new(method), path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
                request.Headers.Add("Idempotency-Key", Ids.New().ToString());
                await LookAsync(client, request, endpoint, body, wrong);
            }
            foreach (var type in new[] { "text/plain", "application/xml", "application/x-www-form-urlencoded", "nonsense/nonsense" })
            {
                using var request = new HttpRequestMessage(new(method), path) { Content = new StringContent(Fill(template), Encoding.UTF8, type) };
                await LookAsync(client, request, endpoint, type, wrong, refused: true);
            }
            using var bytes = new HttpRequestMessage(new(method), path) { Content = new ByteArrayContent([0x22, 0xff, 0xfe, 0x80, 0x22]) { Headers = { ContentType = new("application/json") } } };
            await LookAsync(client, bytes, endpoint, "no UTF-8", wrong);
        }
        output.WriteLine($"{count} bodies");

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("GET", "/api/search")]
    [InlineData("GET", "/api/search?q=")]
    [InlineData("GET", "/api/search?q=%20*%20")]
    [InlineData("GET", "/api/search?q=%00")]
    [InlineData("GET", "/api/search?q=x*")]
    [InlineData("GET", "/api/search?q=%22%22")]
    [InlineData("GET", "/api/search?q=a%20b%20c%20d%20e%20f%20g%20h%20i%20j%20k%20l%20m")]
    [InlineData("GET", "/api/search?q=price&speaker=admin")]
    [InlineData("GET", "/api/search?q=price&person=x")]
    [InlineData("GET", "/api/search?q=price&from=yesterday")]
    [InlineData("GET", "/api/search?q=price&from=2026-11-02&to=2026-11-01")]
    [InlineData("GET", "/api/search?q=price&after=x")]
    [InlineData("GET", "/api/search?q=price&after=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("GET", "/api/recordings?sessionId=%00")]
    [InlineData("GET", "/api/recordings?sessionId=x")]
    [InlineData("GET", "/api/recordings/{id}/files/..%2f..%2fetc%2fpasswd")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/0")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/0?position=")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/0?position=-1")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/-1?position=0")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/2147483648?position=0")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/0?position=9223372036854775807")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/0?position=9223372036854775808")]
    [InlineData("PUT", "/api/recordings/tracks/{id}/chunks/0?position=1e3")]
    [InlineData("DELETE", "/api/livekit/token")]
    [InlineData("GET", "/api/livekit/token")]
    [InlineData("GET", "/api/coaching/sessions/not-an-id")]
    [InlineData("GET", "/api/nothing-here")]
    public async Task Address_Malformed_IsRefusedInWords(string method, string path)
    {
        using var client = portal.SignedIn(portal.Coach);
        using var request = new HttpRequestMessage(new(method), path.Replace("{id}", Ids.New().ToString(), StringComparison.Ordinal));
        if (method == "PUT")
            request.Content = new ByteArrayContent(new byte[320]);
        var wrong = new List<string>();
        await LookAsync(client, request, path, "", wrong);

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("/people?q=%00")]
    [InlineData("/people?q=%25")]
    [InlineData("/people?q=%5C")]
    [InlineData("/people?role=7")]
    public async Task Page_MalformedQuery_DoesNotBreak(string path)
    {
        using var client = portal.SignedIn(portal.Admin);
        using var response = await client.GetAsync(path);
        Assert.True((int)response.StatusCode < 500, response.StatusCode.ToString());
    }

    [Fact]
    public async Task Hub_MalformedArguments_RefusesAndGoesOn()
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id, new { consents = new { transcript = true } });
        object?[][] invocations =
        [
            ["Enter", null], ["Enter", "x"], ["Enter"], ["Signal", coach.Participation, null], ["Signal", null, "{}"], ["Media", (object?)null], ["Media", 7],
            ["Caption", (object?)null], ["Nothing"], ["Dispose"], ["OnDisconnectedAsync", (object?)null],
        ];
        foreach (var invocation in invocations)
        {
            var refusal = await Assert.ThrowsAsync<HubRefusedException>(() => coach.Hub.InvokeAsync((string)invocation[0]!, invocation[1..]));
            Assert.NotEqual("closed", refusal.Message);
        }

        // Enter with a participation that is not there takes the page out of the call; its own brings it back.
        await coach.Hub.InvokeAsync("Enter", coach.Participation);
        object[] captions =
        [
            new { }, new { key = "\0", text = "a", startedAt = DateTimeOffset.UtcNow, endedAt = DateTimeOffset.UtcNow },
            new { key = "a", text = "a", startedAt = DateTimeOffset.UtcNow, endedAt = DateTimeOffset.UtcNow, language = "\0" },
            new { key = "a", text = "a", startedAt = DateTimeOffset.MaxValue, endedAt = DateTimeOffset.MaxValue },
        ];
        foreach (var caption in captions)
            Assert.NotNull(await coach.Hub.InvokeAsync("Caption", caption));
        Assert.NotNull(await coach.Hub.InvokeAsync("Ping", 0));
    }

    private async Task LookAsync(HttpClient client, HttpRequestMessage request, string endpoint, string body, List<string> wrong, bool refused = false)
    {
        using var response = await client.SendAsync(request);
        var status = (int)response.StatusCode;
        var said = await response.Content.ReadAsStringAsync();
        var isProblem = response.Content.Headers.ContentType?.MediaType == "application/problem+json" && JsonNode.Parse(said)?["detail"] is not null;
        if (status >= 500 || (refused && status < 400) || (status >= 400 && !isProblem))
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{endpoint}: {status}{(isProblem ? "" : " without a problem in words")} for {(body.Length > 300 ? body[..300] : body)}"));
    }

    /// <summary>The body with one of its values replaced, or left out, each in turn.</summary>
    private static IEnumerable<string> Spoiled(string sound)
    {
        yield return sound;
        foreach (var path in Paths(JsonNode.Parse(sound)!, []))
        {
            foreach (var value in Values)
                yield return With(sound, path, value);
            if (path[^1] is string)
                yield return With(sound, path, null);
        }
    }

    private static IEnumerable<object[]> Paths(JsonNode node, object[] here)
    {
        if (here.Length > 0)
            yield return here;
        var children = node switch
        {
            JsonObject o => o.Select(p => (Key: (object)p.Key, p.Value)),
            JsonArray a => a.Select((v, i) => (Key: (object)i, Value: v)),
            _ => [],
        };
        foreach (var (key, child) in children.ToList())
            foreach (var path in Paths(child!, [.. here, key]))
                yield return path;
    }

    private static string With(string sound, object[] path, string? value)
    {
        const string mark = "<<here>>";
        var root = JsonNode.Parse(sound)!;
        var parent = path[..^1].Aggregate(root, (n, k) => k is int i ? n[i]! : n[(string)k]!);
        if (value is null)
            parent.AsObject().Remove((string)path[^1]);
        else if (path[^1] is int i)
            parent[i] = mark;
        else
            parent[(string)path[^1]] = mark;
        return value is null ? root.ToJsonString() : root.ToJsonString().Replace("\"\\u003C\\u003Chere\\u003E\\u003E\"", value, StringComparison.Ordinal);
    }
}
