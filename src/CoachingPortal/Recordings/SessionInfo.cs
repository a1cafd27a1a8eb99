using System.Text.Json;
using System.Text.Json.Serialization;
using CoachingPortal.Domain;

namespace CoachingPortal.Recordings;

/// <summary><c>session_info.json</c>: what the sound files beside it are. Times in UTC, lengths in milliseconds. What the sound is made of is null where its files say so themselves.</summary>
public sealed record SessionInfo(
    Guid SessionId, Guid CallId, Guid RecordingId, DateTimeOffset StartedAt, DateTimeOffset EndedAt, long DurationMs, int? SampleRate, int? BitsPerSample, int? Channels,
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
        [.. files.Select(f => new RecordedFile(f.Name, f.Size, f.ContentType, f.StartedAt is { } at ? (long)(at - timeline.StartedAt).TotalMilliseconds : null, f.DurationMs))]);
}

/// <param name="StartMs">From the files' start.</param>
/// <param name="EndedBy">Why it ended.</param>
public sealed record RecordedSpan(DateTimeOffset StartedAt, DateTimeOffset EndedAt, long StartMs, long EndMs, SegmentEnd? EndedBy);

/// <summary>Silence in the files, because nobody may have been recorded.</summary>
public sealed record UnrecordedSpan(long StartMs, long EndMs, SegmentEnd? Because);

/// <param name="File">That holds this person's voice alone; null where all voices lie in one file.</param>
public sealed record RecordedPerson(Guid Id, string Name, Role Role, string? File);

/// <param name="Size">Bytes.</param>
/// <param name="StartMs">Where on the timeline a file begins that holds a part of it; null for one that holds it all.</param>
public sealed record RecordedFile(string Name, long Size, string ContentType, long? StartMs = null, long? DurationMs = null);
