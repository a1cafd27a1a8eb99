using System.Text.Json;
using Google.Protobuf;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>What a token says of its bearer.</summary>
public class ClaimsModel
{
    private static readonly JsonParser Reading = new(JsonParser.Settings.Default.WithIgnoreUnknownFields(true));

    /// <summary>Who it is: the <c>sub</c> claim. Empty in tokens between servers.</summary>
    public string Identity { get; set; } = "";

    /// <summary>The name shown to others.</summary>
    public string Name { get; set; } = "";

    /// <summary>What the token allows.</summary>
    public VideoGrants Video { get; set; } = new();

    /// <summary>Free text that travels with the participant.</summary>
    public string Metadata { get; set; } = "";

    /// <summary>The hash of the body that the token vouches for, in base64: webhooks only.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>What sort of participant it is, such as <c>agent</c>; empty for a person.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Named values that travel with the participant.</summary>
    public Dictionary<string, string> Attributes { get; set; } = new Dictionary<string, string>();

    /// <summary>The name of a room configuration kept on the server; LiveKit's cloud only.</summary>
    public string RoomPreset { get; set; } = "";

    /// <summary>How the room is opened when this token is the first to join.</summary>
    public RoomConfiguration? RoomConfig { get; set; }

    internal void Write(Utf8JsonWriter json)
    {
        Text("sub"u8, Identity);
        Text("name"u8, Name);
        Text("kind"u8, Kind);
        json.WritePropertyName("video"u8);
        Video.Write(json);
        Text("metadata"u8, Metadata);
        if (Attributes.Count > 0)
        {
            json.WriteStartObject("attributes"u8);
            foreach (var (name, value) in Attributes)
                json.WriteString(name, value);
            json.WriteEndObject();
        }
        Text("sha256"u8, Sha256);
        Text("roomPreset"u8, RoomPreset);
        if (RoomConfig is not null)
        {
            json.WritePropertyName("roomConfig"u8);
            json.WriteRawValue(JsonFormatter.Default.Format(RoomConfig));
        }

        void Text(ReadOnlySpan<byte> name, string value)
        {
            if (value.Length > 0)
                json.WriteString(name, value);
        }
    }

    internal static ClaimsModel Read(JsonElement claims)
    {
        var model = new ClaimsModel
        {
            Identity = Text("sub"),
            Name = Text("name"),
            Kind = Text("kind"),
            Metadata = Text("metadata"),
            Sha256 = Text("sha256"),
            RoomPreset = Text("roomPreset"),
        };
        if (Given("video") is { } video)
            model.Video = VideoGrants.Read(video);
        if (Given("attributes") is { } attributes)
        {
            foreach (var attribute in attributes.EnumerateObject())
                model.Attributes[attribute.Name] = attribute.Value.GetString() ?? "";
        }
        if (Given("roomConfig") is { } room)
            model.RoomConfig = Reading.Parse<RoomConfiguration>(room.GetRawText());
        return model;

        JsonElement? Given(string name) => claims.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
        string Text(string name) => Given(name)?.GetString() ?? "";
    }
}
