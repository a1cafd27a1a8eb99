using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts;

/// <summary>A turn as a page shows it.</summary>
/// <param name="CallId">The call in which it was said; null when only its time tells.</param>
/// <param name="Confidence">0 to 1; null when the recogniser gave none.</param>
/// <param name="Language">BCP 47.</param>
public sealed record TurnLine(Guid Id, Guid? CallId, string Speaker, Role? Role, string Text, DateTimeOffset StartedAt, double? Confidence, string? Language, DateTimeOffset EndedAt)
{
    /// <summary>The newest correction of its words by a person; null when there is none.</summary>
    public CorrectionLine? Corrected { get; init; }
}

/// <summary>That somebody changed a turn's words.</summary>
/// <param name="By">Their name.</param>
/// <param name="Before">The words that stood there until then.</param>
/// <param name="Earlier">The correction before this one, if it is shown too.</param>
public sealed record CorrectionLine(string By, DateTimeOffset At, string Before, CorrectionLine? Earlier);

/// <summary>Turns of one call, counted from one moment.</summary>
/// <param name="At">When the call was.</param>
/// <param name="Start">Position 0, where its player's 0 is.</param>
/// <param name="RecordingId">What can be played from a turn's time; null when there is nothing, and the times are plain text.</param>
/// <param name="Turns">In order.</param>
public sealed record TranscriptPart(DateTimeOffset At, DateTimeOffset Start, Guid? RecordingId, IReadOnlyList<TurnLine> Turns)
{
    /// <summary>Null when the turns belong to no call.</summary>
    public Guid? CallId { get; init; }
}
