using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class SessionApiTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly object TwoMessages = new
    {
        messages = new object[]
        {
            new { timestamp = "2026-11-20T14:03:22Z", role = "FOUNDER", message = "How do I tell the team?" },
            new { timestamp = "2026-11-20T14:03:25+00:00", role = "fred", message = "What do they fear?" },
        },
    };

    [Fact]
    public async Task Patch_Messages_StandAfterTheNotesThatWereThere()
    {
        var session = await portal.ASessionAsync();
        await ANoteAsync(session, "By hand");

        var response = await PatchAsync(portal.Founder, session.Id, TwoMessages, "k1");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("appended").GetInt32());
        Assert.Equal("By hand\n2026-11-20 14:03:22Z FOUNDER: How do I tell the team?\n2026-11-20 14:03:25Z FRED: What do they fear?", await NotesAsync(portal.Founder, session.Id));
    }

    [Fact]
    public async Task Patch_SameKeyManyTimesAtOnce_AppendsOnceAndAnswersAlike()
    {
        var session = await portal.ASessionAsync();

        var responses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PatchAsync(portal.Founder, session.Id, TwoMessages, "same")));
        var answers = await Task.WhenAll(responses.Select(r => r.Content.ReadAsStringAsync()));

        Assert.All(responses, r => Assert.Equal(HttpStatusCode.OK, r.StatusCode));
        Assert.Single(answers.Distinct());
        Assert.Equal(2, await portal.InDbAsync(db => db.Notes.CountAsync(n => n.SessionId == session.Id)));
    }

    [Fact]
    public async Task Patch_SameKeyOtherMessages_IsRefusedAndLosesNothingSilently()
    {
        var session = await portal.ASessionAsync();
        await PatchAsync(portal.Founder, session.Id, TwoMessages, "k");

        var response = await PatchAsync(portal.Founder, session.Id, OneMessage("FRED", "Something else"), "k");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Patch_KeysThatBeginAlike_AreDifferentKeys()
    {
        var session = await portal.ASessionAsync();

        foreach (var key in new[] { "a#1", "a", "a%", "a_" })
            Assert.Equal(HttpStatusCode.OK, (await PatchAsync(portal.Founder, session.Id, OneMessage("FRED", "By " + key), key)).StatusCode);

        Assert.Equal(4, await portal.InDbAsync(db => db.Notes.CountAsync(n => n.SessionId == session.Id)));
    }

    [Fact]
    public async Task Patch_ByTheCoach_StaysTheCoachsOwn()
    {
        var session = await portal.ASessionAsync();

        await PatchAsync(portal.Coach, session.Id, OneMessage("COACH", "Is she ready?"), "k");

        Assert.Contains("COACH: Is she ready?", await NotesAsync(portal.Coach, session.Id));
        Assert.Equal("", await NotesAsync(portal.Founder, session.Id));
    }

    public static TheoryData<string, string?> OutOfBounds => new()
    {
        { """{"messages":[{"timestamp":"2026-11-20T14:03:22Z","role":"COACH","message":"x"}]}""", "k" },
        { """{"messages":[{"timestamp":"2026-11-20T14:03:22Z","role":"1","message":"x"}]}""", "k" },
        { """{"messages":[{"timestamp":"2026-11-20T14:03:22Z","role":"ADMIN","message":"x"}]}""", "k" },
        { """{"messages":[{"timestamp":"2026-11-20T14:03:22Z","message":"x"}]}""", "k" },
        { """{"messages":[{"role":"FRED","message":"x"}]}""", "k" },
        { """{"messages":[{"timestamp":"soon","role":"FRED","message":"x"}]}""", "k" },
        { """{"messages":[{"timestamp":"2026-11-20T14:03:22Z","role":"FRED","message":" "}]}""", "k" },
        { """{"messages":[{"timestamp":"2026-11-20T14:03:22Z","role":"FRED","message":"x"}]}""", null },
        { """{"messages":[{"timestamp":"2026-11-20T14:03:22Z","role":"FRED","message":"x"}]}""", new string('k', 101) },
        { """{"messages":[null]}""", "k" },
        { $$"""{"messages":[{{string.Join(',', Enumerable.Repeat("""{"timestamp":"2026-11-20T14:03:22Z","role":"FRED","message":"x"}""", 501))}}]}""", "k" },
        { $$"""{"messages":[{"timestamp":"2026-11-20T14:03:22Z","role":"FRED","message":"{{new string('x', 32_001)}}"}]}""", "k" },
        { "not json", "k" },
    };

    [Theory]
    [MemberData(nameof(OutOfBounds), DisableDiscoveryEnumeration = true)]
    public async Task Patch_OutOfBounds_IsAProblemAndAppendsNothing(string body, string? key)
    {
        var session = await portal.ASessionAsync();
        using var client = portal.SignedIn(portal.Founder);
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/coaching/sessions/{session.Id}") { Content = new StringContent(body, null, "application/json") };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);

        var response = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(0, await portal.InDbAsync(db => db.Notes.CountAsync(n => n.SessionId == session.Id)));
    }

    [Fact]
    public async Task Patch_TitleAndTags_AreTheCoachs()
    {
        var session = await portal.ASessionAsync();
        var body = new { title = " A better title ", tags = new[] { "pricing", "Pricing", " hiring " } };

        Assert.Equal(HttpStatusCode.Forbidden, (await PatchAsync(portal.Founder, session.Id, body, null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PatchAsync(portal.Coach, session.Id, body, null)).StatusCode);

        var document = await GetAsync(portal.Founder, session.Id);
        Assert.Equal("A better title", document.GetProperty("title").GetString());
        Assert.Equal(["pricing", "hiring"], document.GetProperty("tags").EnumerateArray().Select(t => t.GetString()!));
    }

    [Fact]
    public async Task Everything_NotYours_IsNotThere()
    {
        var session = await portal.ASessionAsync();
        foreach (var person in new[] { portal.OtherFounder, portal.OtherCoach, portal.Admin })
        {
            using var client = portal.SignedIn(person);
            HttpResponseMessage[] responses =
            [
                await client.GetAsync($"/api/coaching/sessions/{session.Id}"),
                await PatchAsync(person, session.Id, OneMessage("FRED", "x"), "k"),
                await client.PutAsJsonAsync($"/api/coaching/sessions/{session.Id}/notes/{Guid.NewGuid()}", new { text = "x" }),
                await client.PutAsJsonAsync($"/api/coaching/sessions/{session.Id}/summary", new { text = "x", version = "0" }),
            ];
            Assert.All(responses, r => Assert.Equal(HttpStatusCode.NotFound, r.StatusCode));
            Assert.All(responses, r => Assert.Equal("application/problem+json", r.Content.Headers.ContentType?.MediaType));
        }
        using var nobody = portal.SignedIn(null);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync($"/api/coaching/sessions/{session.Id}")).StatusCode);
        using var founder = portal.SignedIn(portal.Founder);
        Assert.Equal(HttpStatusCode.NotFound, (await founder.PutAsJsonAsync($"/api/coaching/sessions/{session.Id}/summary", new { text = "x", version = "0" })).StatusCode);
    }

    [Fact]
    public async Task Get_AWholeSession_HoldsItsParts()
    {
        var session = await portal.ASessionAsync(change: s =>
        {
            s.Summary = "In short";
            s.SummarySource = SummarySource.Model;
        });
        var at = DateTimeOffset.UtcNow;
        var turn = new Turn { SessionId = session.Id, Speaker = "Fiona", Role = Role.Founder, Text = "We raise prices.", StartedAt = at, EndedAt = at, Source = TurnSource.Caption, Key = "t" };
        await portal.InDbAsync(db =>
        {
            db.Turns.Add(turn);
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.Decision, Text = "Raise prices", Source = SummarySource.Model, IsUnsure = true, IsUnverified = true, EvidenceTurnIds = [turn.Id, Guid.NewGuid()], CreatedAt = at });
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.NextAction, Text = "Tell them", Owner = Role.Founder, DueOn = new(2026, 12, 1), DoneAt = at, Source = SummarySource.Hand, CreatedAt = at });
            return db.SaveChangesAsync();
        });

        var document = await GetAsync(portal.Coach, session.Id);

        Assert.Equal("In short", document.GetProperty("summary").GetString());
        var decision = Assert.Single(document.GetProperty("decisions").EnumerateArray());
        Assert.Equal("Raise prices", decision.GetProperty("text").GetString());
        Assert.True(decision.GetProperty("isUnsure").GetBoolean() && decision.GetProperty("isUnverified").GetBoolean());
        Assert.Equal(0, document.GetProperty("openQuestions").GetArrayLength());
        Assert.Equal(turn.Id, Assert.Single(decision.GetProperty("evidence").EnumerateArray()).GetGuid());
        var action = Assert.Single(document.GetProperty("nextActions").EnumerateArray());
        Assert.Equal("founder", action.GetProperty("owner").GetString());
        Assert.Equal("2026-12-01", action.GetProperty("dueOn").GetString());
        Assert.Equal("We raise prices.", Assert.Single(document.GetProperty("transcript").EnumerateArray()).GetProperty("text").GetString());
        Assert.Equal(2, document.GetProperty("people").GetArrayLength());
    }

    private static object OneMessage(string role, string text) => new { messages = new[] { new { timestamp = "2026-11-20T14:03:22Z", role, message = text } } };

    private async Task<HttpResponseMessage> PatchAsync(Person person, Guid sessionId, object body, string? key)
    {
        using var client = portal.SignedIn(person);
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/api/coaching/sessions/{sessionId}") { Content = JsonContent.Create(body) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private async Task<JsonElement> GetAsync(Person person, Guid sessionId)
    {
        using var client = portal.SignedIn(person);
        return await client.GetFromJsonAsync<JsonElement>($"/api/coaching/sessions/{sessionId}");
    }

    private async Task<string?> NotesAsync(Person person, Guid sessionId) => (await GetAsync(person, sessionId)).GetProperty("notes").GetString();

    private Task ANoteAsync(CoachingSession session, string text) => portal.InDbAsync(db =>
    {
        db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = portal.Coach.Id, Text = text, CreatedAt = DateTimeOffset.UtcNow });
        return db.SaveChangesAsync();
    });
}
