using CoachingPortal.Domain;

namespace CoachingPortal.Sessions;

/// <summary>What stands in the editor of a decision or an action when it is saved.</summary>
/// <param name="Version">Of the item that was edited; null for a new one.</param>
public sealed record ItemDraft(string Text, Role? Owner, DateOnly? DueOn, uint? Version);
