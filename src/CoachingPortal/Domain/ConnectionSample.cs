namespace CoachingPortal.Domain;

/// <summary>How good one person's connection was for five seconds, as their page measured it.</summary>
public sealed class ConnectionSample
{
    public required Guid ParticipationId { get; init; }

    /// <summary>When it was measured, by the portal's clock.</summary>
    public required DateTimeOffset At { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>Round trip in milliseconds; null where the browser did not say.</summary>
    public float? RttMs { get; init; }

    /// <summary>Packets lost of those that should have come in, 0 to 1.</summary>
    public required float Loss { get; init; }

    /// <summary>How unevenly packets came in, in milliseconds.</summary>
    public required float JitterMs { get; init; }

    /// <summary>0 to 100; 100 is the best.</summary>
    public required short Score { get; init; }
}
