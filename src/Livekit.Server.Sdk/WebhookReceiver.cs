using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>
/// Opens what LiveKit posts: the header <c>Authorization</c> carries a token signed with our secret, which carries the
/// SHA-256 of the body. See LiveKit's documentation of <see href="https://docs.livekit.io/home/server/webhooks/">webhooks</see>.
/// </summary>
/// <inheritdoc cref="TokenVerifier(string, string, TimeSpan?, TimeProvider)"/>
public sealed class WebhookReceiver(string? apiKey = null, string? apiSecret = null, TimeSpan? leeway = null, TimeProvider? time = null)
    : TokenVerifier(apiKey, apiSecret, leeway, time)
{
    /// <summary>Verifies a webhook and reads it.</summary>
    /// <param name="body">The bytes as they came.</param>
    /// <param name="authHeader">The header <c>Authorization</c>.</param>
    /// <exception cref="InvalidTokenException">It is not from LiveKit, not for now, or not an event.</exception>
    public WebhookEvent Receive(ReadOnlySpan<byte> body, string? authHeader)
    {
        if (string.IsNullOrEmpty(authHeader))
            throw new InvalidTokenException(TokenFault.Missing, "The webhook carries no token.");
        var claims = Verify(authHeader);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        Span<byte> promised = stackalloc byte[SHA256.HashSizeInBytes];
        if (!Convert.TryFromBase64String(claims.Sha256, promised, out var written) || !CryptographicOperations.FixedTimeEquals(hash, promised[..written]))
            throw new InvalidTokenException(TokenFault.Checksum, "The body is not the one the token vouches for.");
        try
        {
            // What a newer server adds is not our business yet, and no reason to refuse the rest.
            return TolerantJson.Parse<WebhookEvent>(Encoding.UTF8.GetString(body));
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException or FormatException or InvalidOperationException)
        {
            throw new InvalidTokenException(TokenFault.Body, "The webhook's body is not an event.", e);
        }
    }

    /// <inheritdoc cref="Receive(ReadOnlySpan{byte}, string)"/>
    public WebhookEvent Receive(string body, string? authHeader = null) => Receive(Encoding.UTF8.GetBytes(body), authHeader);
}
