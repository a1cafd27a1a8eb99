using System.Text.Json;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>
/// What a token allows, the <c>video</c> claim. See LiveKit's documentation of the
/// <see href="https://docs.livekit.io/home/get-started/authentication/">video grant</see>.
/// </summary>
public class VideoGrants
{
    /// <summary>To open and close rooms.</summary>
    public bool RoomCreate { get; set; }

    /// <summary>To list the open rooms.</summary>
    public bool RoomList { get; set; }

    /// <summary>To record by egress.</summary>
    public bool RoomRecord { get; set; }

    /// <summary>To moderate <see cref="Room"/>: remove, mute, change permissions, send agents.</summary>
    public bool RoomAdmin { get; set; }

    /// <summary>To join <see cref="Room"/>.</summary>
    public bool RoomJoin { get; set; }

    /// <summary>The room's name, where the grant is about one room.</summary>
    public string Room { get; set; } = "";

    /// <summary>Whether the participant may publish tracks.</summary>
    public bool CanPublish { get; set; } = true;

    /// <summary>Whether the participant may receive others' tracks.</summary>
    public bool CanSubscribe { get; set; } = true;

    /// <summary>Whether the participant may send data messages.</summary>
    public bool CanPublishData { get; set; } = true;

    /// <summary>When not empty, only these may be published: <c>camera</c>, <c>microphone</c>, <c>screen_share</c>, <c>screen_share_audio</c>.</summary>
    public List<string> CanPublishSources { get; set; } = [];

    /// <summary>Whether the participant may change its own name, metadata and attributes.</summary>
    public bool CanUpdateOwnMetadata { get; set; }

    /// <summary>To manage ingresses.</summary>
    public bool IngressAdmin { get; set; }

    /// <summary>Whether others do not see the participant.</summary>
    public bool Hidden { get; set; }

    /// <summary>Whether the participant is a recorder.</summary>
    public bool Recorder { get; set; }

    /// <summary>Whether the bearer may register as a worker of agents.</summary>
    public bool Agent { get; set; }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        True("roomCreate"u8, RoomCreate);
        True("roomList"u8, RoomList);
        True("roomRecord"u8, RoomRecord);
        True("roomAdmin"u8, RoomAdmin);
        True("roomJoin"u8, RoomJoin);
        if (Room.Length > 0)
            json.WriteString("room"u8, Room);
        // What a participant may do is always said, because what is left out counts as allowed.
        if (RoomJoin)
        {
            json.WriteBoolean("canPublish"u8, CanPublish);
            json.WriteBoolean("canSubscribe"u8, CanSubscribe);
            json.WriteBoolean("canPublishData"u8, CanPublishData);
            json.WriteBoolean("canUpdateOwnMetadata"u8, CanUpdateOwnMetadata);
        }
        if (CanPublishSources.Count > 0)
        {
            json.WriteStartArray("canPublishSources"u8);
            foreach (var source in CanPublishSources)
                json.WriteStringValue(source);
            json.WriteEndArray();
        }
        True("ingressAdmin"u8, IngressAdmin);
        True("hidden"u8, Hidden);
        True("recorder"u8, Recorder);
        True("agent"u8, Agent);
        json.WriteEndObject();

        void True(ReadOnlySpan<byte> name, bool value)
        {
            if (value)
                json.WriteBoolean(name, true);
        }
    }

    internal static VideoGrants Read(JsonElement claim)
    {
        var canPublish = Is(claim, "canPublish", otherwise: true);
        return new VideoGrants
        {
            RoomCreate = Is(claim, "roomCreate"),
            RoomList = Is(claim, "roomList"),
            RoomRecord = Is(claim, "roomRecord"),
            RoomAdmin = Is(claim, "roomAdmin"),
            RoomJoin = Is(claim, "roomJoin"),
            Room = claim.TryGetProperty("room", out var room) ? room.GetString() ?? "" : "",
            CanPublish = canPublish,
            CanSubscribe = Is(claim, "canSubscribe", otherwise: true),
            // The server lets data follow tracks where nothing is said of it.
            CanPublishData = Is(claim, "canPublishData", otherwise: canPublish),
            CanPublishSources = claim.TryGetProperty("canPublishSources", out var sources) && sources.ValueKind == JsonValueKind.Array
                ? [.. sources.EnumerateArray().Select(s => s.GetString() ?? "")]
                : [],
            CanUpdateOwnMetadata = Is(claim, "canUpdateOwnMetadata"),
            IngressAdmin = Is(claim, "ingressAdmin"),
            Hidden = Is(claim, "hidden"),
            Recorder = Is(claim, "recorder"),
            Agent = Is(claim, "agent"),
        };
    }

    private static bool Is(JsonElement claim, string name, bool otherwise = false) =>
        claim.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetBoolean() : otherwise;
}
