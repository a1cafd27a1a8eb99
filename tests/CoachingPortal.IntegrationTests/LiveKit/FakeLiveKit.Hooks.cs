using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>Webhooks, signed as the real server signs them.</summary>
public sealed partial class FakeLiveKit
{
    public const string HookPath = "/api/livekit/webhook";

    /// <summary>An event about an egress, with an id of its own.</summary>
    /// <param name="name">Such as <c>egress_updated</c>.</param>
    public static WebhookEvent Event(string name, EgressInfo egress) => Event(name, e => e.EgressInfo = egress);

    /// <summary>An event about a participant, with an id of its own.</summary>
    /// <param name="name">Such as <c>participant_left</c>.</param>
    public static WebhookEvent Event(string name, string room, ParticipantInfo participant) => Event(name, e =>
    {
        e.Room = new Room { Sid = "RM_x", Name = room };
        e.Participant = participant;
    });

    public static WebhookEvent Event(string name, Action<WebhookEvent> more)
    {
        var happened = new WebhookEvent { Event = name, Id = "EV_" + Guid.NewGuid().ToString("N"), CreatedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds() };
        more(happened);
        return happened;
    }

    /// <summary>The request as it goes over the wire; a test may spoil it before it sends it.</summary>
    public HttpRequestMessage Hook(WebhookEvent happened) => Hook(Encoding.UTF8.GetBytes(JsonFormatter.Default.Format(happened)));

    /// <inheritdoc cref="Hook(WebhookEvent)"/>
    public HttpRequestMessage Hook(byte[] body)
    {
        var token = new AccessToken(Key, Secret).WithTtl(TimeSpan.FromMinutes(5)).WithSha256(Convert.ToBase64String(SHA256.HashData(body))).ToJwt();
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/webhook+json");
        var request = new HttpRequestMessage(HttpMethod.Post, HookPath) { Content = content };
        // The real server puts the bare token there.
        request.Headers.TryAddWithoutValidation("Authorization", token);
        return request;
    }

    /// <summary>Posts the event, as often as it takes: the same event may be posted again.</summary>
    public async Task<System.Net.HttpStatusCode> PostAsync(HttpClient portal, WebhookEvent happened)
    {
        using var request = Hook(happened);
        using var response = await portal.SendAsync(request);
        return response.StatusCode;
    }
}
