using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.MediaServer;

/// <summary>What is wrong with a webhook.</summary>
public enum WebhookFault
{
    Missing,
    Malformed,
    Signature,
    Issuer,
    Expired,
    TooEarly,
    Checksum,

    /// <summary>LiveKit signed it, and it is no event.</summary>
    Body,
}

/// <summary>A webhook that is not to be believed, or cannot be read.</summary>
public sealed class WebhookException(WebhookFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public WebhookFault Fault { get; } = fault;
}

/// <summary>
/// Believes what LiveKit signed. Whether a token is good says the SDK; the rest is here, where the SDK's own receiver
/// compares checksums byte by byte and refuses values of enumerations that it does not know.
/// </summary>
public sealed class LiveKitWebhooks(string apiKey, string apiSecret, TimeProvider time)
{
    private static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private readonly TokenVerifier _tokens = new(apiKey, apiSecret, Leeway);

    /// <param name="header">The request's Authorization: the bare token, or after <c>Bearer</c>.</param>
    /// <returns>The checksum of the body that the token vouches for; empty, or with the package null, when for none.</returns>
    /// <exception cref="WebhookException">The token is not good.</exception>
    public string? Verify(string header)
    {
        var token = header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header["Bearer ".Length..] : header;
        if (token.Length == 0)
            throw new WebhookException(WebhookFault.Missing, "The webhook carries no token.");
        try
        {
            return _tokens.Verify(token).Sha256;
        }
        // Each SDK has exceptions of its own for it.
        catch (Exception e)
        {
            var (fault, words) = WhyNot(token);
            throw new WebhookException(fault, words, e);
        }
    }

    /// <exception cref="WebhookException">It is not the body that was signed, or no event.</exception>
    public static WebhookEvent Read(ReadOnlySpan<byte> body, string? checksum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        Span<byte> promised = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Convert.TryFromBase64String(checksum ?? "", promised, out var written) || !CryptographicOperations.FixedTimeEquals(hash, promised[..written]))
            throw new WebhookException(WebhookFault.Checksum, "The body is not the one the token vouches for.");
        try
        {
            // What a newer server adds is not our business yet, and no reason to refuse the rest.
            return TolerantJson.Parse<WebhookEvent>(Encoding.UTF8.GetString(body));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException or InvalidOperationException)
        {
            throw new WebhookException(WebhookFault.Body, "The webhook's body is not an event.", e);
        }
    }

    /// <summary>Tells from what a refused token says of itself, for the log and the counters alone.</summary>
    private (WebhookFault Fault, string Words) WhyNot(string token)
    {
        try
        {
            var parts = token.Split('.');
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var now = time.GetUtcNow();
            DateTimeOffset? At(string name) => claims.RootElement.TryGetProperty(name, out var value) ? DateTimeOffset.UnixEpoch.AddSeconds(value.GetDouble()) : null;
            return parts.Length != 3 ? Malformed
                : !claims.RootElement.TryGetProperty("iss", out var issuer) || !issuer.ValueEquals(apiKey) ? (WebhookFault.Issuer, "The token was made under another API key.")
                : At("exp") is not { } expires || now - Leeway >= expires ? (WebhookFault.Expired, "The token is no longer valid.")
                : At("nbf") > now + Leeway ? (WebhookFault.TooEarly, "The token is not valid yet; check this machine's clock.")
                : (WebhookFault.Signature, "The token was not signed with this secret.");
        }
        catch (Exception e) when (e is FormatException or JsonException or IndexOutOfRangeException or InvalidOperationException or ArgumentException)
        {
            return Malformed;
        }
    }

    private static (WebhookFault Fault, string Words) Malformed => (WebhookFault.Malformed, "The token is none.");
}
