namespace CoachingPortal.Domain;

public enum RecordingStatus
{
    Active,
    Paused,

    /// <summary>The call is over (or a consent was withdrawn for good) and the files are being written.</summary>
    Processing,
    Complete,
    Failed,
}

/// <summary>The recording of one call: one timeline from the first segment's start to the last one's end.</summary>
public sealed class Recording
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    public required Guid CallId { get; init; }

    public required Guid RequestedById { get; init; }

    public required RecordingStatus Status { get; set; }

    /// <summary>Decided when it begins.</summary>
    public Recorder Recorder { get; init; }

    /// <summary>Whether the recorder has stopped under the call, and waits for somebody to start it again. Needs the segments.</summary>
    public bool HasStopped => Status == RecordingStatus.Paused && Segments.MaxBy(s => s.Number)?.EndedBy == SegmentEnd.Failed;

    /// <summary>In words for the coach; set when <see cref="Status"/> is <see cref="RecordingStatus.Failed"/>.</summary>
    public string? FailureReason { get; set; }

    /// <summary>Which part of a complete recording is missing, and why, in words for the coach; null when all of it is there.</summary>
    public string? Missing { get; set; }

    /// <summary>Whether a file that LiveKit's Egress should have written may have come since it was looked for.</summary>
    public bool MayTurnUp => Recorder == Recorder.Egress && (Status == RecordingStatus.Failed || (Status == RecordingStatus.Complete && Missing is not null));

    /// <summary>True start of the timeline: position 0 ms. Of an egress it is known when the call is over.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Hz, of the written files.</summary>
    public required int SampleRate { get; init; }

    /// <summary>Length of the written files; null until they are.</summary>
    public long? DurationMs { get; set; }

    public DateTimeOffset? DeletedAt { get; set; }

    public Guid? DeletedById { get; set; }

    public List<RecordingSegment> Segments { get; init; } = [];

    public List<RecordingFile> Files { get; init; } = [];
}

public enum SegmentEnd
{
    Paused,
    Withdrawn,
    CallEnded,
    Failed,
}

/// <summary>A span in which everyone present had consented; sound is accepted inside it alone.</summary>
public sealed class RecordingSegment
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid RecordingId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    public SegmentEnd? EndedBy { get; set; }

    /// <summary>Who paused or withdrew.</summary>
    public Guid? EndedById { get; set; }
}

/// <summary>One uninterrupted capture of one person's microphone.</summary>
public sealed class RecordingTrack
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid RecordingId { get; init; }

    public required Guid SegmentId { get; init; }

    public required Guid ParticipationId { get; init; }

    public required Guid PersonId { get; init; }

    public required Role Role { get; init; }

    /// <summary>By the server's clock: position 0 of the track.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required int SampleRate { get; init; }

    /// <summary>Taken so far, in all chunks together: no more than time has passed.</summary>
    public long Samples { get; init; }
}

/// <summary>A numbered piece of a track: 16-bit little-endian mono PCM, an object of its own in the store.</summary>
public sealed class RecordingChunk
{
    public required Guid TrackId { get; init; }

    /// <summary>From 0; with the track the key: the same number again is the same chunk.</summary>
    public required int Number { get; init; }

    /// <summary>Of its first sample, in samples from the track's start.</summary>
    public required long Position { get; init; }

    public required int Samples { get; init; }

    public required string Key { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }
}

/// <summary>
/// A finished file of a recording: <c>incoming.wav</c>, <c>outgoing.wav</c>, <c>mixed.wav</c>, or one <c>part-1.mp4</c> a
/// span where LiveKit's Egress recorded; <c>session_info.json</c>.
/// </summary>
public sealed class RecordingFile
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid RecordingId { get; init; }

    public required string Name { get; init; }

    public required string Key { get; init; }

    public required string ContentType { get; init; }

    /// <summary>Bytes.</summary>
    public required long Size { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>True start of a file that holds a part of the recording; null for one that holds it all.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Length of such a part.</summary>
    public long? DurationMs { get; init; }

    /// <summary>The span whose sound such a part is.</summary>
    public Guid? SegmentId { get; init; }
}
