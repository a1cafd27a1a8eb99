using CoachingPortal.Domain;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Sessions;

/// <summary>All that a session page shows to one viewer, but for what its player fetches.</summary>
/// <param name="Turns">In order.</param>
public sealed record SessionMaterial(
    SessionHead Head,
    IReadOnlyList<ItemLine> Items,
    IReadOnlyList<NoteLine> Notes,
    IReadOnlyList<ChatLine> Chat,
    IReadOnlyList<TurnLine> Turns,
    SessionCourse Course)
{
    /// <summary>By the moments that they are about; replies follow in the order in which they were written.</summary>
    public IReadOnlyList<CommentLine> Comments { get; init; } = [];

    /// <summary>Where the session begins to hold something.</summary>
    public DateTimeOffset FirstMoment => Course.Recordings is [var recording, ..] ? recording.StartedAt : Course.Calls is [var call, ..] ? call.StartedAt : Turns is [var turn, ..] ? turn.StartedAt : Head.StartsAt;

    /// <summary>The recording in which a moment can be heard; null when there is none.</summary>
    public RecordingLine? RecordingAt(DateTimeOffset at) =>
        Course.Recordings.FirstOrDefault(r => r.Status == RecordingStatus.Complete && r.StartedAt <= at && at <= r.StartedAt.AddMilliseconds(r.DurationMs ?? 0));

    /// <summary>Where a moment of the session is counted from: its call's recording, else its call, else the first turn.</summary>
    /// <param name="callId">The call it belongs to; null when only its time tells.</param>
    public Origin OriginOf(Guid? callId, DateTimeOffset at)
    {
        var call = Course.Calls.FirstOrDefault(c => c.Id == callId) ?? Course.Calls.LastOrDefault(c => c.StartedAt <= at) ?? (Course.Calls is [var first, ..] ? first : null);
        var recording = call is null ? null : Course.Recordings.FirstOrDefault(r => r.CallId == call.Id);
        return new(call, recording, recording?.StartedAt ?? call?.StartedAt ?? (Turns.Count > 0 ? Turns[0].StartedAt : at));
    }
}

/// <param name="ViewerRole">What the viewer is in this session.</param>
/// <param name="SummaryVersion">Changes with every change of the summary; goes back with an edit.</param>
public sealed record SessionHead(
    Guid Id,
    string Title,
    Role ViewerRole,
    PersonLine Founder,
    PersonLine Coach,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    string CallType,
    IReadOnlyList<string> Tags,
    string? Summary,
    SummarySource? SummarySource,
    DateTimeOffset? SummaryAt,
    string SummaryVersion,
    DateTimeOffset? CancelledAt,
    bool IsDemo)
{
    /// <summary>What FRED's lines in the summary stand on.</summary>
    public IReadOnlyList<SummaryPointLine> SummaryPoints { get; init; } = [];

    /// <summary>When somebody last corrected the transcript; null for never.</summary>
    public DateTimeOffset? CorrectedAt { get; init; }

    /// <summary>Whether FRED or an agent wrote the summary from words that were corrected since.</summary>
    public bool IsSummaryOutdated => Summary is not null && SummarySource is not (null or Domain.SummarySource.Hand) && CorrectedAt > SummaryAt;

    /// <summary>When FRED or an agent made what is still open on the lists; null when nothing of theirs is.</summary>
    public DateTimeOffset? ListsAt { get; init; }

    /// <summary>Whether the lists hold what FRED or an agent took from words that were corrected since.</summary>
    public bool AreListsOutdated => CorrectedAt > ListsAt;

    public bool IsCoach => ViewerRole == Role.Coach;

    public string NameOf(Role role) => role == Role.Coach ? Coach.Name : Founder.Name;
}

public sealed record PersonLine(Guid Id, string Name);

/// <param name="IsUnverified">The words it rests on were not found, or are gone.</param>
/// <param name="Evidence">The turns it came from that still exist, in order.</param>
public sealed record ItemLine(
    Guid Id,
    ItemKind Kind,
    string Text,
    Role? Owner,
    DateOnly? DueOn,
    DateTimeOffset? DoneAt,
    SummarySource Source,
    bool IsUnsure,
    bool IsUnverified,
    IReadOnlyList<EvidenceLine> Evidence,
    int Position,
    uint Version)
{
    /// <summary>FRED took it from chat or notes, where there was no transcript.</summary>
    public bool IsFromWriting => Source is SummarySource.Offline or SummarySource.Model && !IsUnverified && Evidence.Count == 0;
}

/// <param name="Text">The very line of the summary.</param>
public sealed record SummaryPointLine(string Text, bool IsUnverified, IReadOnlyList<EvidenceLine> Evidence);

/// <summary>A turn that a decision or an action came from.</summary>
/// <param name="At">When its words were said there, as exactly as it is known; at least when the turn began.</param>
public sealed record EvidenceLine(Guid TurnId, Guid? CallId, string Speaker, DateTimeOffset At, string Text);

public sealed record NoteLine(
    Guid Id,
    NoteKind Kind,
    NoteVisibility Visibility,
    Guid? AuthorId,
    ChatRole? ChatRole,
    string Text,
    DateTimeOffset CreatedAt,
    DateTimeOffset? UpdatedAt,
    uint Version);

/// <param name="ReplyToId">The comment that it answers.</param>
/// <param name="IsDeleted">Its author took it back: it stands, empty, for the answers that it had.</param>
public sealed record CommentLine(Guid Id, Guid AuthorId, Guid? ReplyToId, DateTimeOffset At, string Text, DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt, bool IsDeleted, uint Version);

/// <param name="PersonId">Whose conversation with FRED it belongs to.</param>
public sealed record ChatLine(Guid Id, Guid PersonId, ChatRole Role, string Text, DateTimeOffset CreatedAt, bool IsOffline);

/// <summary>How the session went: its calls, what was recorded and written down, and the work after it.</summary>
/// <param name="Recordings">Those that are not deleted, in order.</param>
/// <param name="NoRecordingReason">In words; null when there is a recording, or when it is too early to say.</param>
public sealed record SessionCourse(
    IReadOnlyList<CallLine> Calls,
    IReadOnlyList<StepLine> Steps,
    IReadOnlyList<RecordingLine> Recordings,
    string? NoRecordingReason)
{
    /// <summary>What readers of the transcript are told of how it came about, each once.</summary>
    public IReadOnlyList<string> TranscriptWords { get; init; } = [];

    public bool IsRunning => Calls.Any(c => c.EndedAt is null);

    /// <summary>Time that both spent in finished calls, or one alone where the other never came; null when there was none.</summary>
    public TimeSpan? Length
    {
        get
        {
            var ended = Calls.Where(c => c.EndedAt is not null).ToList();
            return ended.Count == 0 ? null : TimeSpan.FromTicks(ended.Sum(c => c.Length.Ticks));
        }
    }
}

/// <param name="Start">Position 0.</param>
public sealed record Origin(CallLine? Call, RecordingLine? Recording, DateTimeOffset Start);

/// <param name="TogetherFrom">When the second of the two came; null when only one was there.</param>
/// <param name="TogetherTo">When the first of them left for good.</param>
public sealed record CallLine(Guid Id, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? TogetherFrom, DateTimeOffset? TogetherTo)
{
    public TimeSpan Length => ((TogetherTo ?? EndedAt) - (TogetherFrom ?? StartedAt)) is { } length && length > TimeSpan.Zero ? length : TimeSpan.Zero;
}

public sealed record StepLine(Guid CallId, string Name, StepStatus Status, int Attempts, string? Error);

public sealed record RecordingLine(Guid Id, Guid CallId, RecordingStatus Status, DateTimeOffset StartedAt, long? DurationMs, string? FailureReason);
