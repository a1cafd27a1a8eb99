namespace CoachingPortal.Domain;

public enum ProbeState
{
    Works,
    Fails,

    /// <summary>Left out on purpose: its settings are empty.</summary>
    NotSetUp,

    /// <summary>It has not been used yet, so nobody can say.</summary>
    Unknown,
}

/// <summary>What a look at one part of the system found.</summary>
/// <param name="Words">For the admin: what works and how fast, or what is wrong and what to do. No secrets, no names, no words of sessions.</param>
public sealed record ProbeResult(ProbeState State, string Words)
{
    /// <summary>When real work last went well; for probes that look at what real work left behind.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    public DateTimeOffset? LastFailureAt { get; init; }

    public string? LastFailure { get; init; }
}

/// <summary>Says whether one part of the system really works. Each feature brings its own; the admin's system page shows all.</summary>
public interface ISystemProbe
{
    /// <summary>Such as <c>object-store</c>; stored, so never renamed.</summary>
    string Name { get; }

    /// <summary>What the admin reads, such as <c>Recordings' store</c>.</summary>
    string Title { get; }

    /// <summary>Must be cheap enough to run every few minutes, and leaves nothing behind. An exception counts as a failure.</summary>
    Task<ProbeResult> ProbeAsync(CancellationToken cancellation);

    /// <summary>The same when nobody asked for it: costs no money, so that it may only say what real work last found.</summary>
    /// <returns>Null when nothing is known beyond what was found the last time.</returns>
    async Task<ProbeResult?> GlanceAsync(CancellationToken cancellation) => await ProbeAsync(cancellation);
}

/// <summary>The last result of a probe, and when it last did and did not work.</summary>
public sealed class SystemCheck
{
    public required string Name { get; init; }

    public required ProbeState State { get; set; }

    public required string Words { get; set; }

    public required DateTimeOffset CheckedAt { get; set; }

    public DateTimeOffset? LastSuccessAt { get; set; }

    public DateTimeOffset? LastFailureAt { get; set; }

    public string? LastFailure { get; set; }
}
