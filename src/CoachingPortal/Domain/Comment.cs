namespace CoachingPortal.Domain;

/// <summary>What the founder or the coach says about a moment of their session; both read it, its author changes it.</summary>
public sealed class Comment
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    public required Guid AuthorId { get; init; }

    /// <summary>A comment of the same session that is itself no reply.</summary>
    public Guid? ReplyToId { get; init; }

    /// <summary>The moment it is about; a reply has that of its comment.</summary>
    public required DateTimeOffset At { get; init; }

    public required string Text { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; set; }

    /// <summary>Its author took it back; for <see cref="Deletion.Grace"/> it can be brought back.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    public uint Version { get; init; }
}
