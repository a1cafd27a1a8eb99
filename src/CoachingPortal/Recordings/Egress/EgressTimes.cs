namespace CoachingPortal.Recordings.Egress;

/// <summary>How patient the portal is with LiveKit's Egress. Not a setting; tests have less time.</summary>
public sealed record EgressTimes
{
    /// <summary>How often an egress is asked for before it has failed.</summary>
    public const int MaxAttempts = 2;

    /// <summary>How long one step with a row may take: longer than any call to LiveKit. A killed portal's rows are free after it.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>How often the worker looks for what it was not told.</summary>
    public TimeSpan Sweep { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between two looks at an egress that is on its way, and before another try.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The media server knows a room from its first participant on, and people enter the portal's call a little before.</summary>
    public TimeSpan RoomWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>From LiveKit's yes to the first sound.</summary>
    public TimeSpan ActiveWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>From a withdrawal to the moment at which whoever withdrew is silenced unless it has stopped: so that two seconds after it nothing more is taken.</summary>
    public TimeSpan StopWithin { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>How long LiveKit may not know an egress that should be there, or say nothing new of one that was stopped, before it counts as lost.</summary>
    public TimeSpan LostAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long LiveKit may be away after an egress was to stop, before the store alone is asked.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a voice's file is waited for after it was to end: one that hangs must not keep the others' words back.</summary>
    public TimeSpan VoiceWithin { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>An egress that ends by itself sooner than this had a fault, whatever it says.</summary>
    public TimeSpan TooShort { get; init; } = TimeSpan.FromSeconds(3);
}
