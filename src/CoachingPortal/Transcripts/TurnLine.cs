using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts;

/// <summary>A turn as a page shows it.</summary>
/// <param name="Confidence">0 to 1; null when the recogniser gave none.</param>
/// <param name="Language">BCP 47.</param>
public sealed record TurnLine(Guid Id, string Speaker, Role? Role, string Text, DateTimeOffset StartedAt, double? Confidence, string? Language);
