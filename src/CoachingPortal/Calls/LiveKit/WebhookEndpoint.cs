using CoachingPortal.Hosting;
using CoachingPortal.MediaServer;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// The door for LiveKit's webhooks: verified, kept and answered at once, applied afterwards. Whoever has no token of ours
/// gets no further than the header.
/// </summary>
internal sealed partial class WebhookEndpoint(LiveKitServer livekit, LiveKitEvents events, ILogger<WebhookEndpoint> log)
{
    /// <summary>Bytes of a body; LiveKit's own are a few thousand.</summary>
    public const int LargestBody = 1024 * 1024;

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/livekit/webhook", (HttpContext http, WebhookEndpoint endpoint) => endpoint.ReceiveAsync(http))
            .AllowAnonymous().WithTags("Calls").WithSummary("Takes what LiveKit posts, signed by LiveKit.")
            .Produces(200).ProducesProblem(401).ProducesProblem(404).ProducesProblem(413);

    private async Task<Results<Ok, ProblemHttpResult>> ReceiveAsync(HttpContext http)
    {
        if (!livekit.IsSet)
            return TypedResults.Problem("No LiveKit server is set.", statusCode: StatusCodes.Status404NotFound, type: "/problems/not-found");
        var token = http.Request.Headers.Authorization.ToString();
        try
        {
            var checksum = livekit.Webhooks.Verify(token);
            if (await ReadAsync(http.Request, http.RequestAborted) is not { } body)
            {
                LogTooLarge(LargestBody);
                Refused("too_large");
                return TypedResults.Problem($"A webhook has at most {LargestBody} bytes.", statusCode: StatusCodes.Status413PayloadTooLarge, type: "/problems/too-large");
            }
            await events.KeepAsync(LiveKitWebhooks.Read(body, checksum), http.RequestAborted);
            return TypedResults.Ok();
        }
        catch (WebhookException e) when (e.Fault == WebhookFault.Body)
        {
            // LiveKit signed it, so sending it again would help nobody.
            LogUnreadable(e.Message);
            Telemetry.Webhooks.Add(1, new KeyValuePair<string, object?>("outcome", "unreadable"));
            return TypedResults.Ok();
        }
        catch (WebhookException e)
        {
            LogRefused(e.Fault, e.Message);
            Refused(e.Fault == WebhookFault.TooEarly ? "too_early" : e.Fault.ToString().ToLowerInvariant());
            return TypedResults.Problem("This webhook is not signed as it must be.", statusCode: StatusCodes.Status401Unauthorized, type: "/problems/not-signed");
        }
    }

    private static void Refused(string reason) => Telemetry.WebhooksRefused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <returns>Null when there is too much of it.</returns>
    private static async Task<byte[]?> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (request.ContentLength > LargestBody)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await request.Body.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (body.Length + read > LargestBody)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    [LoggerMessage(LogLevel.Warning, "Refused a webhook ({Fault}): {Reason}")]
    private partial void LogRefused(WebhookFault fault, string reason);

    [LoggerMessage(LogLevel.Warning, "Refused a webhook of more than {Limit} bytes")]
    private partial void LogTooLarge(int limit);

    [LoggerMessage(LogLevel.Warning, "Passed over a webhook that LiveKit signed and that cannot be read: {Reason}")]
    private partial void LogUnreadable(string reason);
}
