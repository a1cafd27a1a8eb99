using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>Makes a LiveKit token: set what it says, then take it with <see cref="ToJwt"/>.</summary>
public class AccessToken
{
    // The claims travel as base64, where nothing needs escaping for a page.
    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly string _apiKey;
    private readonly byte[] _secret;
    private readonly TimeProvider _time;
    private TimeSpan _ttl = Constants.DefaultTtl;
    private DateTimeOffset? _expires;
    private DateTimeOffset? _notBefore;

    /// <param name="apiKey">LiveKit's API key; null for the environment's <c>LIVEKIT_API_KEY</c>.</param>
    /// <param name="apiSecret">Its secret; null for the environment's <c>LIVEKIT_API_SECRET</c>.</param>
    /// <param name="time">The clock that says when the token begins and ends.</param>
    /// <exception cref="ArgumentException">Key or secret is missing.</exception>
    public AccessToken(string? apiKey = null, string? apiSecret = null, TimeProvider? time = null)
    {
        (_apiKey, var secret) = Credentials.Of(apiKey, apiSecret);
        _secret = Encoding.UTF8.GetBytes(secret);
        _time = time ?? TimeProvider.System;
    }

    /// <summary>What the token will say.</summary>
    public ClaimsModel Claims { get; } = new();

    /// <summary>Sets how long the token is good for; at least a second.</summary>
    public AccessToken WithTtl(TimeSpan ttl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ttl, TimeSpan.FromSeconds(1));
        _ttl = ttl;
        return this;
    }

    /// <summary>When it ends, whatever <see cref="WithTtl"/> says.</summary>
    public AccessToken WithExpiration(DateTime expiration)
    {
        _expires = expiration.ToUniversalTime();
        return this;
    }

    /// <summary>Since when it holds; from now on when nothing is said.</summary>
    public AccessToken WithNotBefore(DateTime notBefore)
    {
        _notBefore = notBefore.ToUniversalTime();
        return this;
    }

    /// <summary>Sets what the token allows.</summary>
    public AccessToken WithGrants(VideoGrants grants)
    {
        Claims.Video = grants;
        return this;
    }

    /// <summary>Sets who the bearer is; one identity is in a room once.</summary>
    public AccessToken WithIdentity(string identity)
    {
        Claims.Identity = identity;
        return this;
    }

    /// <summary>Sets what sort of participant the bearer is.</summary>
    public AccessToken WithKind(ParticipantInfo.Types.Kind kind)
    {
        Claims.Kind = kind.ToString().ToLowerInvariant();
        return this;
    }

    /// <summary>Sets the name shown to others.</summary>
    public AccessToken WithName(string name)
    {
        Claims.Name = name;
        return this;
    }

    /// <summary>Sets free text that travels with the participant.</summary>
    public AccessToken WithMetadata(string metadata)
    {
        Claims.Metadata = metadata;
        return this;
    }

    /// <summary>Sets named values that travel with the participant.</summary>
    public AccessToken WithAttributes(Dictionary<string, string> attributes)
    {
        Claims.Attributes = attributes;
        return this;
    }

    /// <summary>Sets the hash of the body that the token vouches for, in base64.</summary>
    public AccessToken WithSha256(string sha256)
    {
        Claims.Sha256 = sha256;
        return this;
    }

    /// <summary>Sets the name of a room configuration kept on the server; LiveKit's cloud only.</summary>
    public AccessToken WithRoomPreset(string roomPreset)
    {
        Claims.RoomPreset = roomPreset;
        return this;
    }

    /// <summary>Sets how the room is opened when this token is the first to join. The bearer can read it.</summary>
    public AccessToken WithRoomConfig(RoomConfiguration roomConfig)
    {
        Claims.RoomConfig = roomConfig;
        return this;
    }

    /// <summary>Signs the token, valid from now.</summary>
    /// <exception cref="ArgumentException">It would allow joining a room without saying who or which.</exception>
    public string ToJwt()
    {
        if (Claims.Video.RoomJoin && (Claims.Identity.Length == 0 || Claims.Video.Room.Length == 0))
            throw new ArgumentException("A token that joins a room needs an identity and the room's name.");
        var now = _time.GetUtcNow();
        var payload = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(payload, Writing))
        {
            json.WriteStartObject();
            json.WriteString("iss"u8, _apiKey);
            json.WriteNumber("nbf"u8, (_notBefore ?? now).ToUnixTimeSeconds());
            json.WriteNumber("exp"u8, (_expires ?? now + _ttl).ToUnixTimeSeconds());
            Claims.Write(json);
            json.WriteEndObject();
        }
        return Jwt.Sign(payload.WrittenSpan, _secret);
    }
}
