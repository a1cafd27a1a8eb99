namespace CoachingPortal.Domain;

/// <summary>Something LiveKit has posted, kept once by its id until it is applied, and a while longer.</summary>
public sealed class LiveKitEvent
{
    /// <summary>LiveKit's own, the same whenever it posts the event again.</summary>
    public required string Id { get; init; }

    /// <summary>Such as <c>egress_ended</c>.</summary>
    public required string Name { get; init; }

    /// <summary>By LiveKit's clock, to the second.</summary>
    public required DateTimeOffset HappenedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The event in protobuf's binary form.</summary>
    public required byte[] Body { get; init; }

    public int Attempts { get; set; }

    /// <summary>Null when there is nothing left to do: it was applied, or given up.</summary>
    public DateTimeOffset? NextAttemptAt { get; set; }

    public DateTimeOffset? AppliedAt { get; set; }
}
