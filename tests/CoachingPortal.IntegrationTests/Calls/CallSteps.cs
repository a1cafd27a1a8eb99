using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Calls;

/// <summary>What people do around a call, for tests that speak of it.</summary>
internal static class CallSteps
{
    public static async Task<(HttpStatusCode Status, JsonNode? Body)> AsksForATicketAsync(this Portal portal, Person? person, Guid sessionId, object? more = null)
    {
        var body = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(more ?? new { }))!.AsObject();
        body["sessionId"] = sessionId;
        using var client = portal.SignedIn(person);
        using var response = await client.PostAsJsonAsync("/api/livekit/token", body);
        var text = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    public static async Task<Guid> ATicketAsync(this Portal portal, Person person, Guid sessionId, object? more = null)
    {
        var (status, body) = await portal.AsksForATicketAsync(person, sessionId, more);
        Assert.True(status == HttpStatusCode.OK, $"{(int)status} {body}");
        return (Guid)body!["participationId"]!;
    }

    /// <summary>Through the lobby and into the call.</summary>
    public static async Task<InCall> EntersAsync(this Portal portal, Person person, Guid sessionId, object? more = null)
    {
        var participation = await portal.ATicketAsync(person, sessionId, more);
        var hub = await HubClient.ConnectAsync(portal, person);
        var state = await hub.InvokeAsync("Enter", participation);
        return new(hub, participation, state!);
    }

    public static async Task<HttpStatusCode> PostsAsync(this Portal portal, Person? person, string path, object? body = null)
    {
        using var client = portal.SignedIn(person);
        using var response = body is null ? await client.PostAsync(path, null) : await client.PostAsJsonAsync(path, body);
        return response.StatusCode;
    }

    public static Task<HttpStatusCode> LeavesAsync(this Portal portal, Person? person, Guid participation) =>
        portal.PostsAsync(person, $"/api/calls/participations/{participation}/leave");

    public static Task<Participation> ParticipationAsync(this Portal portal, Guid id) =>
        portal.InDbAsync(db => db.Participations.AsNoTracking().SingleAsync(p => p.Id == id));

    /// <summary>Questions to FRED that are not in the notes yet.</summary>
    public static Task SaysToFredAsync(this Portal portal, Guid sessionId, Person person, int messages, TimeSpan? ago = null) => portal.InDbAsync(async db =>
    {
        for (var i = 0; i < messages; i++)
            db.ChatMessages.Add(new()
            {
                SessionId = sessionId,
                PersonId = person.Id,
                Role = person.Role == Role.Founder ? ChatRole.Founder : ChatRole.Coach,
                Text = $"Question {i}",
                CreatedAt = DateTimeOffset.UtcNow + (ago ?? TimeSpan.Zero),
            });
        await db.SaveChangesAsync();
    });

    public static Task<int> FredNotesOfAsync(this Portal portal, Guid sessionId, Person person) =>
        portal.InDbAsync(db => db.Notes.CountAsync(n => n.SessionId == sessionId && n.AuthorId == person.Id && n.Kind == NoteKind.Fred));

    /// <summary>Waits until the database says so.</summary>
    public static async Task EventuallyAsync(Func<Task<bool>> holds, string what)
    {
        for (var until = DateTime.UtcNow.AddSeconds(60); DateTime.UtcNow < until; await Task.Delay(50))
            if (await holds())
                return;
        Assert.Fail("Not within a minute: " + what);
    }
}

internal sealed record InCall(HubClient Hub, Guid Participation, JsonNode State) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
