using System.Net;
using System.Text.Json;

namespace CoachingPortal.MediaServer;

/// <summary>Reads an answer that is not a success.</summary>
internal static class LiveKitError
{
    private const int LongestMessage = 1000;

    public static LiveKitException Read(HttpStatusCode status, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            using var error = JsonDocument.ParseValue(ref reader);
            if (error.RootElement.ValueKind == JsonValueKind.Object && Text(error.RootElement, "code") is { Length: > 0 } code)
            {
                var meta = error.RootElement.TryGetProperty("meta", out var given) && given.ValueKind == JsonValueKind.Object
                    ? given.EnumerateObject().Where(m => m.Value.ValueKind == JsonValueKind.String).ToDictionary(m => m.Name, m => m.Value.GetString()!)
                    : null;
                return new LiveKitException(code, Shortened(Text(error.RootElement, "msg") ?? ""), status, meta);
            }
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            // Not of LiveKit's own making: something between us answered.
        }
        return new LiveKitException(CodeOf(status), $"The answer was {(int)status} without a reason.", status);
    }

    // As the Twirp specification translates what stands between client and server.
    private static string CodeOf(HttpStatusCode status) => (int)status switch
    {
        >= 300 and < 400 => LiveKitCode.Internal,
        400 => LiveKitCode.Internal,
        401 => LiveKitCode.Unauthenticated,
        403 => LiveKitCode.PermissionDenied,
        404 => LiveKitCode.BadRoute,
        429 => LiveKitCode.ResourceExhausted,
        502 or 503 or 504 => LiveKitCode.Unavailable,
        _ => LiveKitCode.Unknown,
    };

    private static string? Text(JsonElement error, string name) =>
        error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string Shortened(string text) => text.Length <= LongestMessage ? text : text[..LongestMessage];
}
