using System.Text.Json;
using System.Text.Json.Serialization;
using CoachingPortal.Domain;

namespace CoachingPortal.Recordings;

/// <summary><c>session_info.json</c>: what the sound files beside it are. Times in UTC, lengths in milliseconds.</summary>
public sealed record SessionInfo(
    Guid SessionId, Guid CallId, Guid RecordingId, DateTimeOffset StartedAt, DateTimeOffset EndedAt, long DurationMs, int SampleRate, int BitsPerSample, int Channels,
    IReadOnlyList<RecordedSpan> Spans, IReadOnlyList<UnrecordedSpan> NotRecorded, IReadOnlyList<RecordedPerson> People, IReadOnlyList<RecordedFile> Files)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static SessionInfo Of(Recording recording, Timeline timeline, IReadOnlyList<RecordedPerson> people, IEnumerable<RecordingFile> files) => new(
        recording.SessionId, recording.CallId, recording.Id, timeline.StartedAt, timeline.EndedAt, timeline.DurationMs, timeline.SampleRate, 16, 1,
        [.. timeline.Recorded.Select(r => new RecordedSpan(r.Segment.StartedAt, r.Segment.EndedAt!.Value, r.FromMs, r.ToMs, r.Segment.EndedBy))],
        [.. timeline.NotRecorded.Select(n => new UnrecordedSpan(n.FromMs, n.ToMs, n.After.EndedBy))],
        people,
        [.. files.Select(f => new RecordedFile(f.Name, f.Size, f.ContentType))]);
}

/// <param name="StartMs">From the files' start.</param>
/// <param name="EndedBy">Why it ended.</param>
public sealed record RecordedSpan(DateTimeOffset StartedAt, DateTimeOffset EndedAt, long StartMs, long EndMs, SegmentEnd? EndedBy);

/// <summary>Silence in the files, because nobody may have been recorded.</summary>
public sealed record UnrecordedSpan(long StartMs, long EndMs, SegmentEnd? Because);

/// <param name="File">That holds this person's voice alone.</param>
public sealed record RecordedPerson(Guid Id, string Name, Role Role, string File);

/// <param name="Size">Bytes.</param>
public sealed record RecordedFile(string Name, long Size, string ContentType);
