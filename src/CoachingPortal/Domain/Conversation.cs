namespace CoachingPortal.Domain;

public enum TurnSource
{
    Caption,
    Agent,
    Transcription,
    Hand,
}

/// <summary>What one speaker said without another in between. One of <see cref="TurnSource.Hand"/> is a person's word: no program replaces it.</summary>
public sealed class Turn
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    public Guid? CallId { get; init; }

    public Guid? PersonId { get; init; }

    public required string Speaker { get; set; }

    /// <summary>Null for a voice that is neither the founder nor the coach (an agent).</summary>
    public Role? Role { get; init; }

    public required string Text { get; set; }

    public required DateTimeOffset StartedAt { get; init; }

    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>See <see cref="TurnPieces"/>; empty when it was heard in one go.</summary>
    public int[] Pieces { get; init; } = [];

    /// <summary>0 to 1 as the recogniser gave it; null when it gave none.</summary>
    public double? Confidence { get; init; }

    /// <summary>BCP 47, such as <c>en-GB</c>.</summary>
    public string? Language { get; init; }

    public required TurnSource Source { get; init; }

    /// <summary>The sender's own key: the same key from the same sender is the same turn.</summary>
    public required string Key { get; init; }

    /// <summary>When a better turn took its place: queries leave it out unless they ask for it.</summary>
    public DateTimeOffset? SupersededAt { get; set; }

    /// <summary>The turn that says what this one said; never itself superseded.</summary>
    public Guid? SupersededById { get; set; }
}

public enum ChatRole
{
    Founder,
    Coach,
    Fred,
}

/// <summary>A message of one person's conversation with FRED in one session.</summary>
public sealed class ChatMessage
{
    public Guid Id { get; init; } = Ids.New();

    /// <summary>Order within everything; given by the database.</summary>
    public long Number { get; init; }

    public required Guid SessionId { get; init; }

    /// <summary>Whose conversation it is; FRED's answers carry the asker.</summary>
    public required Guid PersonId { get; init; }

    public required ChatRole Role { get; init; }

    public required string Text { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The page's own id for a question, so that sending twice asks once.</summary>
    public Guid? ClientId { get; init; }

    /// <summary>The question that this answers.</summary>
    public Guid? ReplyToId { get; init; }

    /// <summary>FRED's answer came from the offline guide.</summary>
    public bool IsOffline { get; init; }

    /// <summary>When it was appended to the session's notes; null while it has not been.</summary>
    public DateTimeOffset? AppendedAt { get; set; }
}

public enum NoteKind
{
    Manual,

    /// <summary>A message of a chat with FRED, appended at the end of a participation or by an API client.</summary>
    Fred,
}

public enum NoteVisibility
{
    /// <summary>Founder and coach.</summary>
    Shared,

    /// <summary>The coach alone.</summary>
    Coach,
}

/// <summary>One entry of a session's notes. Entries are only ever added after the last; manual ones can be edited.</summary>
public sealed class NoteEntry
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    /// <summary>Order of the entries; given by the database.</summary>
    public long Number { get; init; }

    public required NoteKind Kind { get; init; }

    public required NoteVisibility Visibility { get; init; }

    public Guid? AuthorId { get; init; }

    /// <summary>For <see cref="NoteKind.Fred"/>: who spoke.</summary>
    public ChatRole? ChatRole { get; init; }

    /// <summary>Unique: a message is appended once, whoever tries.</summary>
    public Guid? ChatMessageId { get; init; }

    /// <summary>An API client's idempotency key and the entry's index below it; unique per session and author.</summary>
    public string? IdempotencyKey { get; init; }

    public required string Text { get; set; }

    /// <summary>For <see cref="NoteKind.Fred"/>: when it was said.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? UpdatedAt { get; set; }

    public uint Version { get; init; }
}
