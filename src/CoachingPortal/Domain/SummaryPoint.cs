namespace CoachingPortal.Domain;

/// <summary>A sentence of a summary and what it stands on, for as long as the summary holds that very line.</summary>
/// <param name="Text">The line, without the blanks around it.</param>
/// <param name="Turns">The turns it came from, in order.</param>
/// <param name="At">As <see cref="SessionItem.EvidenceAt"/>.</param>
/// <param name="IsUnverified">A model claims it, and the words it rests on were not found in what was said.</param>
public sealed record SummaryPoint(string Text, Guid[] Turns, DateTimeOffset[] At, bool IsUnverified)
{
    /// <summary>Whether what it rests on was never found or is gone.</summary>
    /// <param name="hasEvidence">Whether any of the turns that it came from still stands.</param>
    public bool IsUnproven(bool hasEvidence) => IsUnverified || (Turns.Length > 0 && !hasEvidence);
}
