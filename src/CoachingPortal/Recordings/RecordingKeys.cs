using System.Globalization;
using CoachingPortal.Domain;

namespace CoachingPortal.Recordings;

/// <summary>Where the objects of recordings lie in the store, and what the files are called.</summary>
public static class RecordingKeys
{
    /// <summary>The founder's voice.</summary>
    public const string Incoming = "incoming.wav";

    /// <summary>The coach's voice.</summary>
    public const string Outgoing = "outgoing.wav";

    /// <summary>Both, averaged.</summary>
    public const string Mixed = "mixed.wav";

    /// <summary>What the files are: people, times, spans.</summary>
    public const string Info = "session_info.json";

    /// <summary>The outline of <see cref="Mixed"/>, for the player.</summary>
    public const string Peaks = "peaks.json";

    /// <summary>The sound of a span, as LiveKit's Egress wrote it.</summary>
    public static string Part(int number) => string.Create(CultureInfo.InvariantCulture, $"part-{number}.mp4");

    /// <summary>All that belongs to the recording lies under this; ends with a slash.</summary>
    public static string Folder(Recording recording) =>
        string.Create(CultureInfo.InvariantCulture, $"recordings/{recording.StartedAt.UtcDateTime:yyyy'/'MM'/'dd}/{recording.SessionId}/{recording.Id}/");

    public static string File(Recording recording, string name) => Folder(recording) + name;

    public static string Chunks(Recording recording) => Folder(recording) + "chunks/";

    public static string Chunk(Recording recording, Guid trackId, int number) =>
        string.Create(CultureInfo.InvariantCulture, $"{Chunks(recording)}{trackId}/{number:D7}");

    /// <summary>Where an egress writes the sound of a span; <paramref name="attempt"/> counts from 1.</summary>
    public static string Egress(DateTimeOffset at, Guid sessionId, Guid segmentId, int attempt) =>
        $"{EgressPrefix(at, sessionId, segmentId)}{(attempt == 1 ? "" : $"-{attempt}")}.mp4";

    /// <summary>Where an egress of one microphone writes what it hears in a span; <paramref name="attempt"/> counts from 1.</summary>
    public static string Voice(DateTimeOffset at, Guid sessionId, Guid segmentId, Guid egressId, int attempt) =>
        $"{EgressPrefix(at, sessionId, segmentId)}-{egressId}{(attempt == 1 ? "" : $"-{attempt}")}.ogg";

    /// <summary>What all keys of a span begin with.</summary>
    public static string EgressPrefix(DateTimeOffset at, Guid sessionId, Guid segmentId) =>
        string.Create(CultureInfo.InvariantCulture, $"recordings/{at.UtcDateTime:yyyy'/'MM'/'dd}/{sessionId}/{segmentId}");

    public static string NameOf(Role role) => role == Role.Founder ? Incoming : Outgoing;
}
