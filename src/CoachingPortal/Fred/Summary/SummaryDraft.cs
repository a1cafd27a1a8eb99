using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Summary;

/// <summary>What a summary is made from; nothing in it that the founder may not read.</summary>
/// <param name="Turns">In order, each with the id that evidence names; empty when there is no transcript.</param>
/// <param name="Chat">The founder's own messages to FRED.</param>
/// <param name="Notes">The shared notes written by hand.</param>
/// <param name="HeldOn">The day from which "by Friday" counts.</param>
internal sealed record SummaryMaterial(
    IReadOnlyList<(Guid Id, Spoken Said)> Turns, IReadOnlyList<Spoken> Chat, IReadOnlyList<string> Notes, DateOnly HeldOn, string Title, string FounderName, string CoachName, Guid SessionId)
{
    public bool IsEmpty => Turns.Count == 0 && Chat.Count == 0 && Notes.Count == 0;

    /// <summary>What the reader must know about where the words come from; null when from a transcript.</summary>
    public string? Origin => Turns.Count > 0 ? null
        : $"There is no transcript of this session. This draws on {(Chat.Count == 0 ? "the notes" : Notes.Count == 0 ? "the founder's chat with FRED" : "the founder's chat with FRED and the notes")}.";
}

/// <param name="IsUnverified">The words it rests on were not found in the material.</param>
internal sealed record DraftItem(ItemKind Kind, string Text, Role? Owner, DateOnly? DueOn, bool IsUnsure, bool IsUnverified, Guid[] Evidence)
{
    /// <summary>As <see cref="SessionItem.EvidenceAt"/>.</summary>
    public DateTimeOffset[] At { get; init; } = [];
}

internal sealed record SummaryDraft(string Text, IReadOnlyList<DraftItem> Items, SummarySource Source)
{
    /// <summary>The lines of <see cref="Text"/> that claim something to have been said.</summary>
    public IReadOnlyList<SummaryPoint> Points { get; init; } = [];

    /// <summary>There is a model, and it gave no summary: this is only better than none.</summary>
    public bool IsStopgap { get; init; }
}
