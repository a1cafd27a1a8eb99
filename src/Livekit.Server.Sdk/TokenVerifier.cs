using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>Says whether a token was made with our key and holds now. Safe to share between threads.</summary>
public class TokenVerifier
{
    private readonly string _apiKey;
    private readonly byte[] _secret;
    private readonly TimeSpan _leeway;
    private readonly TimeProvider _time;

    /// <param name="apiKey">LiveKit's API key; null for the environment's <c>LIVEKIT_API_KEY</c>.</param>
    /// <param name="apiSecret">Its secret; null for the environment's <c>LIVEKIT_API_SECRET</c>.</param>
    /// <param name="leeway">How far the clocks may differ; null for <see cref="Constants.DefaultLeeway"/>.</param>
    /// <param name="time">The clock the token's times are held against.</param>
    /// <exception cref="ArgumentException">Key or secret is missing.</exception>
    public TokenVerifier(string? apiKey = null, string? apiSecret = null, TimeSpan? leeway = null, TimeProvider? time = null)
    {
        (_apiKey, var secret) = Credentials.Of(apiKey, apiSecret);
        _secret = Encoding.UTF8.GetBytes(secret);
        _leeway = leeway ?? Constants.DefaultLeeway;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>Checks signature (in constant time), issuer and times.</summary>
    /// <param name="token">With or without <c>Bearer</c> in front.</param>
    /// <returns>What the token says.</returns>
    /// <exception cref="InvalidTokenException">It is not to be trusted.</exception>
    public ClaimsModel Verify(string token)
    {
        if (token.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            token = token["Bearer ".Length..];
        using var opened = Jwt.Open(token, _secret);
        var claims = opened.RootElement;
        try
        {
            if (!claims.TryGetProperty("iss", out var issuer) || !issuer.ValueEquals(_apiKey))
                throw new InvalidTokenException(TokenFault.Issuer, "The token was made under another API key.");
            var now = _time.GetUtcNow();
            // A token without an end would hold for ever.
            if (Seconds(claims, "exp") is not { } expires || now - _leeway >= DateTimeOffset.UnixEpoch.AddSeconds(expires))
                throw new InvalidTokenException(TokenFault.Expired, "The token is no longer valid.");
            if (Seconds(claims, "nbf") is { } begins && now + _leeway < DateTimeOffset.UnixEpoch.AddSeconds(begins))
                throw new InvalidTokenException(TokenFault.TooEarly, "The token is not valid yet; check this machine's clock.");
            return ClaimsModel.Read(claims);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or ArgumentOutOfRangeException or InvalidProtocolBufferException or JsonException)
        {
            throw new InvalidTokenException(TokenFault.Malformed, "A claim of the token is not of the right kind.", e);
        }
    }

    private static double? Seconds(JsonElement claims, string name) => claims.TryGetProperty(name, out var value) ? value.GetDouble() : null;
}
