using CoachingPortal.Domain;

namespace CoachingPortal.Sessions;

/// <summary>What stands in the editor of a decision or an action when it is saved.</summary>
public sealed record ItemDraft(string Text, Role? Owner, DateOnly? DueOn);
