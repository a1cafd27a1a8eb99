namespace CoachingPortal.Domain;

/// <summary>What came of writing down a call from its people's own tracks.</summary>
public sealed class CallTranscription
{
    public required Guid CallId { get; init; }

    public required Guid SessionId { get; init; }

    public required DateTimeOffset FinishedAt { get; init; }

    /// <summary>How many turns it wrote; 0 when the captions stayed.</summary>
    public required int Turns { get; init; }

    /// <summary>What readers of the transcript are told about it, in words.</summary>
    public required string Words { get; init; }
}

/// <summary>A stretch of somebody's own track in which words were heard: a caption of them that comes late, and says what was said then, is superseded.</summary>
public sealed class TranscribedSpan
{
    public required Guid CallId { get; init; }

    public required Guid SessionId { get; init; }

    public required Guid PersonId { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }
}
