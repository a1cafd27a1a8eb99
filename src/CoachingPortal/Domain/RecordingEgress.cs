namespace CoachingPortal.Domain;

/// <summary>Who takes the sound of a recording.</summary>
public enum Recorder
{
    /// <summary>The portal, from each browser.</summary>
    Portal,

    /// <summary>LiveKit's Egress, in the media server.</summary>
    Egress,
}

public enum EgressKind
{
    /// <summary>Everybody in the room, mixed.</summary>
    Room,

    /// <summary>One microphone.</summary>
    Track,
}

/// <summary>How far an egress is. It only ever goes on to a later state; the last two are final.</summary>
public enum EgressState
{
    Wanted,

    /// <summary>LiveKit is being asked, or was asked and takes no sound yet.</summary>
    Starting,
    Active,

    /// <summary>The portal wants it ended, or LiveKit is ending it; its file is not there yet.</summary>
    Ending,
    Complete,
    Failed,
}

/// <summary>One file that LiveKit's Egress is to write, is writing or has written: the sound of one span of a recording.</summary>
public sealed class RecordingEgress
{
    public static readonly EgressState[] Open = [EgressState.Wanted, EgressState.Starting, EgressState.Active, EgressState.Ending];

    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    public required Guid RecordingId { get; init; }

    public required Guid SegmentId { get; init; }

    public required EgressKind Kind { get; init; }

    /// <summary>LiveKit's name of the room.</summary>
    public required string RoomName { get; init; }

    /// <summary>Whose microphone it is, with <see cref="EgressKind.Track"/>.</summary>
    public Guid? PersonId { get; init; }

    public Guid? ParticipationId { get; init; }

    /// <summary>LiveKit's name of the microphone's track.</summary>
    public string? TrackId { get; init; }

    /// <summary>LiveKit's name of the egress; null until it has answered.</summary>
    public string? EgressId { get; set; }

    /// <summary>Of the object it writes; each try has its own, so that two never write one.</summary>
    public required string Key { get; set; }

    public required EgressState Status { get; set; }

    /// <summary>How often LiveKit was asked to start it.</summary>
    public int Attempts { get; set; }

    /// <summary>Nobody but its holder touches it before.</summary>
    public required DateTimeOffset LeaseUntil { get; set; }

    public required DateTimeOffset WantedAt { get; init; }

    /// <summary>When LiveKit was last asked to start it.</summary>
    public DateTimeOffset? AskedAt { get; set; }

    /// <summary>Since when nobody wants it any more.</summary>
    public DateTimeOffset? StopWantedAt { get; set; }

    /// <summary>When LiveKit took the order to stop: from then on it takes no sound.</summary>
    public DateTimeOffset? StoppedAt { get; set; }

    /// <summary>Whoever may not publish before it has ended.</summary>
    public Guid[] HeldPersonIds { get; set; } = [];

    /// <summary>True start of the file, as LiveKit tells it.</summary>
    public DateTimeOffset? FileStartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Bytes.</summary>
    public long? Size { get; set; }

    public long? DurationMs { get; set; }

    /// <summary>Why it failed, in words for the coach; also why the last try did, while there is another.</summary>
    public string? Failure { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public bool IsFinal => Status is EgressState.Complete or EgressState.Failed;
}

/// <summary>How loud a microphone was, as its page said while Egress recorded.</summary>
public sealed class RecordingLevels
{
    public required Guid ParticipationId { get; init; }

    /// <summary>Of the first level.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public required Guid RecordingId { get; init; }

    /// <summary>From 0 to 255, one a tenth of a second.</summary>
    public required byte[] Levels { get; init; }
}
