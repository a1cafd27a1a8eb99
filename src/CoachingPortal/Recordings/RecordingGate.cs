using CoachingPortal.Data;
using CoachingPortal.Domain;

namespace CoachingPortal.Recordings;

public enum RecordingPhase
{
    /// <summary>Nobody has asked for a recording.</summary>
    Off,

    /// <summary>Asked for, and something is missing; <see cref="RecordingState.Reason"/> says what.</summary>
    Waiting,
    Active,
    Paused,

    /// <summary>It ran, and was stopped for good or by a withdrawal; it may run again when everyone agrees anew.</summary>
    Stopped,
}

/// <summary>What everyone in the call is shown about its recording.</summary>
/// <param name="Reason">In words, such as "Waiting for Carla to agree to recording".</param>
/// <param name="StartedAt">Of the recording's timeline.</param>
/// <param name="RecordedMs">Recorded so far, without pauses; up to <c>ServerTime</c> of the message that carries it.</param>
public sealed record RecordingState(RecordingPhase Phase, string? Reason, Guid? RecordingId, Guid? SegmentId, DateTimeOffset? StartedAt, long RecordedMs);

/// <summary>
/// Decides whether a call is recorded, once, on the server: somebody with the right asked, everyone expected is in the
/// call and has consented, and nobody paused. All methods work inside the caller's transaction and publish what changed.
/// </summary>
public sealed class RecordingGate(TimeProvider time)
{
    /// <summary>Looks again after any change of presence, consent, tier or request; starts or ends a segment accordingly.</summary>
    public Task EvaluateAsync(PortalDb db, Guid sessionId, CancellationToken cancellation = default) => Task.CompletedTask;

    public Task<RecordingState> StateAsync(PortalDb db, Guid sessionId, CancellationToken cancellation = default) =>
        Task.FromResult(new RecordingState(RecordingPhase.Off, null, null, null, null, time.GetTimestamp() * 0));

    /// <summary>A founder asks for a recording, or takes that back.</summary>
    /// <returns>False when the founder's tier does not include recording, or the caller is not the founder.</returns>
    public Task<bool> RequestAsync(PortalDb db, Guid sessionId, Guid personId, bool wanted, CancellationToken cancellation = default) => Task.FromResult(false);

    /// <returns>False when there is nothing to pause.</returns>
    public Task<bool> PauseAsync(PortalDb db, Guid sessionId, Guid personId, CancellationToken cancellation = default) => Task.FromResult(false);

    /// <returns>False when there is nothing to resume.</returns>
    public Task<bool> ResumeAsync(PortalDb db, Guid sessionId, Guid personId, CancellationToken cancellation = default) => Task.FromResult(false);

    /// <summary>The call is over: ends the open segment, and the recording takes no more new sound.</summary>
    public Task EndCallAsync(PortalDb db, Guid callId, CancellationToken cancellation = default) => Task.CompletedTask;
}
