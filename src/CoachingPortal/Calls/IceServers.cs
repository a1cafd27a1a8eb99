using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Calls;

/// <summary>An <c>RTCIceServer</c> as browsers take it.</summary>
public sealed record IceServer(
    IReadOnlyList<string> Urls,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Username,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Credential);

/// <summary>The STUN and TURN servers for one person, with credentials that end by themselves.</summary>
public sealed class IceServers(IOptions<CallsOptions> options, TimeProvider time)
{
    public IReadOnlyList<IceServer> For(Guid personId) => [.. options.Value.IceServers.Select(s => For(s, personId))];

    /// <summary>The TURN REST scheme (draft-uberti-behave-turn-rest-00): the server checks the name's expiry and its HMAC.</summary>
    private IceServer For(IceServerOptions server, Guid personId)
    {
        if (string.IsNullOrEmpty(server.SharedSecret))
            return new(server.Urls, NullIfEmpty(server.Username), NullIfEmpty(server.Credential));
        var expires = time.GetUtcNow().Add(options.Value.TurnCredentialLife).ToUnixTimeSeconds();
        var username = string.Create(CultureInfo.InvariantCulture, $"{expires}:{personId}");
        return new(server.Urls, username, Sign(username, server.SharedSecret));
    }

    // SHA-1 is what the scheme prescribes and TURN servers check; as a keyed HMAC it still stands.
#pragma warning disable CA5350
    private static string Sign(string username, string secret) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(username)));
#pragma warning restore CA5350

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
