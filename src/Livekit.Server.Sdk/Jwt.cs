using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>JSON Web Tokens signed with HS256 (RFC 7515, 7518, 7519), which is all that LiveKit takes.</summary>
internal static class Jwt
{
    /// <summary>Longer ones are refused unread; LiveKit's own are a few hundred characters.</summary>
    public const int MaximumLength = 32 * 1024;

    private const int SignatureLength = 43;

    // {"alg":"HS256","typ":"JWT"}
    private static ReadOnlySpan<byte> Header => "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"u8;

    public static string Sign(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> secret)
    {
        var signed = Header.Length + 1 + Base64Url.GetEncodedLength(payload.Length);
        var rented = ArrayPool<byte>.Shared.Rent(signed + 1 + SignatureLength);
        try
        {
            var token = rented.AsSpan(0, signed + 1 + SignatureLength);
            Header.CopyTo(token);
            token[Header.Length] = (byte)'.';
            Base64Url.EncodeToUtf8(payload, token[(Header.Length + 1)..signed]);
            token[signed] = (byte)'.';
            Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
            HMACSHA256.HashData(secret, token[..signed], signature);
            Base64Url.EncodeToUtf8(signature, token[(signed + 1)..]);
            return Encoding.ASCII.GetString(token);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Checks form, algorithm and signature, in this order, and nothing of what the token says.</summary>
    /// <returns>The claims, to be disposed of.</returns>
    /// <exception cref="InvalidTokenException">The token is no token, or not signed with this secret.</exception>
    public static JsonDocument Open(string token, ReadOnlySpan<byte> secret)
    {
        if (token.Length > MaximumLength)
            throw new InvalidTokenException(TokenFault.Malformed, "The token is too long.");
        if (!Ascii.IsValid(token) || token.IndexOf('.') is var first && first <= 0 || token.IndexOf('.', first + 1) is var second && second <= first + 1
            || token.IndexOf('.', second + 1) >= 0)
        {
            throw new InvalidTokenException(TokenFault.Malformed, "The token does not have the three parts of a JSON Web Token.");
        }
        var text = Encoding.ASCII.GetBytes(token);
        CheckAlgorithm(text.AsSpan(0, first));
        Span<byte> expected = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, text.AsSpan(0, second), expected);
        var given = Decode(text.AsSpan(second + 1));
        if (!CryptographicOperations.FixedTimeEquals(expected, given))
            throw new InvalidTokenException(TokenFault.Signature, "The token's signature does not fit.");
        try
        {
            var claims = JsonDocument.Parse(Decode(text.AsSpan(first + 1, second - first - 1)));
            if (claims.RootElement.ValueKind == JsonValueKind.Object)
                return claims;
            claims.Dispose();
        }
        catch (JsonException)
        {
            // Told below.
        }
        throw new InvalidTokenException(TokenFault.Malformed, "The token's claims are not a JSON object.");
    }

    private static void CheckAlgorithm(ReadOnlySpan<byte> encoded)
    {
        if (encoded.SequenceEqual(Header))
            return;
        try
        {
            using var header = JsonDocument.Parse(Decode(encoded));
            // 'crit' lists what a reader must understand, and we understand nothing beyond the algorithm.
            if (header.RootElement.ValueKind == JsonValueKind.Object && header.RootElement.TryGetProperty("alg", out var algorithm)
                && algorithm.ValueKind == JsonValueKind.String && algorithm.ValueEquals("HS256"u8) && !header.RootElement.TryGetProperty("crit", out _))
            {
                return;
            }
        }
        catch (JsonException)
        {
            // Told below.
        }
        throw new InvalidTokenException(TokenFault.Algorithm, "The token is not signed with HS256.");
    }

    private static byte[] Decode(ReadOnlySpan<byte> encoded)
    {
        try
        {
            return Base64Url.DecodeFromUtf8(encoded);
        }
        catch (FormatException)
        {
            throw new InvalidTokenException(TokenFault.Malformed, "A part of the token is not base64url.");
        }
    }
}
