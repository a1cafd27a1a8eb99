namespace CoachingPortal.Domain;

/// <summary>One appointment between a founder and their coach, and all that came of it.</summary>
public sealed class CoachingSession
{
    public const string Scheduled = "scheduled";
    public const string OnDemand = "on-demand";

    public Guid Id { get; init; } = Ids.New();

    public required string Title { get; set; }

    public required Guid CoachId { get; set; }

    public required Guid FounderId { get; set; }

    public Person? Coach { get; init; }

    public Person? Founder { get; init; }

    public required DateTimeOffset StartsAt { get; set; }

    public required DateTimeOffset EndsAt { get; set; }

    /// <summary><see cref="Scheduled"/> or <see cref="OnDemand"/>.</summary>
    public string CallType { get; set; } = Scheduled;

    /// <summary>The media server's room, unique; agents find the session by it.</summary>
    public required string RoomName { get; init; }

    public string[] Tags { get; set; } = [];

    public string? Summary { get; set; }

    public SummarySource? SummarySource { get; set; }

    public DateTimeOffset? SummaryAt { get; set; }

    /// <summary>What FRED's sentences in the summary stand on; a line that was changed since has none.</summary>
    public SummaryPoint[] SummaryPoints { get; set; } = [];

    /// <summary>When a program last made the decisions, next actions and open questions.</summary>
    public DateTimeOffset? ListsAt { get; set; }

    /// <summary>The transcript as an agent last sent it, untouched (JSON array); the portal itself reads <see cref="Turn"/>.</summary>
    public string? TranscriptJson { get; set; }

    /// <summary>When the founder asked that this session be recorded; null when nobody asks (any more).</summary>
    public DateTimeOffset? RecordingRequestedAt { get; set; }

    public Guid? RecordingRequestedById { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? CancelledAt { get; set; }

    /// <summary>Deleted, hidden from everyone, restorable until <see cref="Deletion.Grace"/> has passed.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public Guid? DeletedById { get; set; }

    public bool IsDemo { get; init; }

    public uint Version { get; init; }

    public Role? RoleOf(Guid personId) =>
        personId == FounderId ? Role.Founder : personId == CoachId ? Role.Coach : null;

    public static string NewRoomName() => "session-" + Ids.New().ToString("N");
}

public static class Deletion
{
    /// <summary>How long something deleted can be brought back before it is purged.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);
}

public enum SummarySource
{
    /// <summary>Extracted by the offline guide.</summary>
    Offline,
    Model,
    Agent,
    Hand,
}

public enum ItemKind
{
    Decision,
    NextAction,

    /// <summary>Asked, and left without an answer.</summary>
    OpenQuestion,
}

/// <summary>A decision, a next action or an open question of a session.</summary>
public sealed class SessionItem
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    public required ItemKind Kind { get; init; }

    public required string Text { get; set; }

    /// <summary>How a program first worded it; null when it was written by hand.</summary>
    public string? SaidAs { get; init; }

    /// <summary>When somebody removed what a program had written: kept so that the next summary does not bring it back. Lists leave it out.</summary>
    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>Who does it: founder or coach; null when nobody said.</summary>
    public Role? Owner { get; set; }

    public DateOnly? DueOn { get; set; }

    public DateTimeOffset? DoneAt { get; set; }

    public required SummarySource Source { get; set; }

    /// <summary>FRED was not sure that this was really agreed, and says so.</summary>
    public bool IsUnsure { get; set; }

    /// <summary>A program claims it, and the words it rests on were not found in what was said.</summary>
    public bool IsUnverified { get; set; }

    /// <summary>The turns it came from, in order; empty when it was written by hand.</summary>
    public Guid[] EvidenceTurnIds { get; set; } = [];

    /// <summary>When the very words in those turns were said, where that is known better than the turn's start.</summary>
    public DateTimeOffset[] EvidenceAt { get; set; } = [];

    public int Position { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public uint Version { get; init; }

    /// <summary>Whether a program claims it, and what it rests on was never found or is gone.</summary>
    /// <param name="hasEvidence">Whether any of the turns that it came from still stands.</param>
    public bool IsUnproven(bool hasEvidence) => IsUnverified || (Source != SummarySource.Hand && EvidenceTurnIds.Length > 0 && !hasEvidence);
}
