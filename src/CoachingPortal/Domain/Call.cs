namespace CoachingPortal.Domain;

/// <summary>From the first to the last participation, gaps of at most 30 s included. A session may have several calls.</summary>
public sealed class Call
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    /// <summary>Decided when the call opens; everyone in it gets the same.</summary>
    public CallTransport Transport { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Since when FRED's agent is missing in the room, or was last sent for again; null while it is there, and where none is expected.</summary>
    public DateTimeOffset? AgentMissingSince { get; init; }

    /// <summary>How often FRED's agent was sent for again.</summary>
    public int AgentAsks { get; init; }
}

/// <summary>What carries a call's sound and pictures.</summary>
public enum CallTransport
{
    /// <summary>From browser to browser.</summary>
    Direct,

    /// <summary>Over a LiveKit server.</summary>
    Livekit,
}

public enum EndReason
{
    /// <summary>The leave button.</summary>
    Left,

    /// <summary>The page was closed or vanished, and did not come back in time.</summary>
    Gone,

    /// <summary>The same page came back (a reload, a reconnect) as a new participation.</summary>
    Resumed,

    /// <summary>The person opened the call in another tab or on another device.</summary>
    Replaced,

    /// <summary>The session was cancelled or deleted under the call.</summary>
    SessionClosed,
}

/// <summary>One person's one connection to a call.</summary>
public sealed class Participation
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid CallId { get; init; }

    public required Guid SessionId { get; init; }

    public required Guid PersonId { get; init; }

    public required Role Role { get; init; }

    /// <summary>The browser tab, so that a reload is told from a second tab.</summary>
    public required string TabId { get; init; }

    /// <summary>When the ticket was given.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the connection stood; null while it is only a ticket. Only joined people count as present.</summary>
    public DateTimeOffset? JoinedAt { get; set; }

    /// <summary>The last sign of life.</summary>
    public required DateTimeOffset LastSeenAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public EndReason? EndReason { get; set; }

    /// <summary>Whether the page sends sound at the moment, by its own word; null until it has said.</summary>
    public bool? Microphone { get; init; }

    /// <summary>Since when it does not; null while it does.</summary>
    public DateTimeOffset? MutedAt { get; init; }

    public bool? Camera { get; init; }

    public bool? Screen { get; init; }

    /// <summary>LiveKit's name of this page's present connection; null in a direct call, and until LiveKit has told.</summary>
    public string? LivekitSid { get; init; }

    /// <summary>When that connection joined, by LiveKit's clock.</summary>
    public DateTimeOffset? LivekitJoinedAt { get; init; }
}

/// <summary>A step of the work after a call: what it is, how it went. The page shows it; the job retries it.</summary>
public sealed class PostCallStep
{
    public required Guid CallId { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>Such as <c>assemble-recording</c>, <c>summarise</c>.</summary>
    public required string Name { get; init; }

    public required int Position { get; init; }

    public StepStatus Status { get; set; }

    public int Attempts { get; set; }

    /// <summary>When a failed step is tried again by itself, or a waiting one looks again; null for a failed one that only a person can have tried.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    /// <summary>In words for the person, never a stack trace.</summary>
    public string? Error { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>When it last failed, also when it has worked since; the database writes it.</summary>
    public DateTimeOffset? FailedAt { get; init; }
}

public enum StepStatus
{
    Waiting,
    Running,
    Done,
    Failed,
}
