using System.Globalization;
using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts.Search;

/// <param name="Text">Words, <c>"phrases"</c> and <c>beginnings*</c>; at most <see cref="SearchTerms.Longest"/> characters.</param>
/// <param name="Zone">In which the days begin and end.</param>
public sealed record SearchRequest(string? Text, TimeZoneInfo Zone)
{
    /// <summary>Only what the founder, or only what the coach, said.</summary>
    public Role? Speaker { get; init; }

    /// <summary>Only sessions with this person.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>The first day of the sessions looked through.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last one.</summary>
    public DateOnly? To { get; init; }

    /// <summary>Where the page before ended, of what was said or of what is written; null for the first.</summary>
    public string? After { get; init; }
}

/// <param name="IsHit">Whether this is what was looked for.</param>
public sealed record SnippetPart(string Text, bool IsHit);

/// <summary>A turn that holds what was looked for.</summary>
/// <param name="With">The other one of the session.</param>
/// <param name="Position">Where its recording, else its call, else its transcript has this moment.</param>
/// <param name="Snippet">What was said, or the part of it around the hit.</param>
public sealed record SearchHit(
    Guid SessionId, string Title, DateTimeOffset SessionStartsAt, string With, Guid TurnId, string Speaker, Role? Role, DateTimeOffset SaidAt, TimeSpan Position, IReadOnlyList<SnippetPart> Snippet)
{
    /// <summary>The position as players show it: <c>4:07</c> or <c>1:04:07</c>.</summary>
    internal string Clock => Start.ToString(Start >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    private TimeSpan Start => Position > TimeSpan.Zero ? Position : TimeSpan.Zero;

    /// <summary>Leads to the moment.</summary>
    public string Address => $"/sessions/{SessionId}?t={(long)Start.TotalSeconds}#turn-{TurnId}";
}

/// <summary>Where something is written of a session.</summary>
public enum WrittenKind
{
    Title,
    Tag,
    Summary,
    Decision,
    NextAction,
    OpenQuestion,
    Note,
    Comment,
}

/// <summary>Something written that holds what was looked for.</summary>
/// <param name="With">The other one of the session.</param>
/// <param name="Snippet">The text, or the part of it around the hit.</param>
public sealed record WrittenHit(Guid SessionId, string Title, DateTimeOffset SessionStartsAt, string With, WrittenKind Kind, IReadOnlyList<SnippetPart> Snippet)
{
    internal string Name => Kind switch { WrittenKind.NextAction => "Next action", WrittenKind.OpenQuestion => "Open question", _ => Kind.ToString() };

    /// <summary>Leads to its place on the session's page.</summary>
    public string Address => $"/sessions/{SessionId}" + Kind switch
    {
        WrittenKind.Summary => "#summary-title",
        WrittenKind.Decision => "#items-decisions",
        WrittenKind.NextAction => "#items-actions",
        WrittenKind.OpenQuestion => "#items-questions",
        WrittenKind.Note => "#notes-title",
        WrittenKind.Comment => "#comments-title",
        _ => "",
    };
}

/// <param name="Hits">Newest session first, in a session in the order it was said.</param>
/// <param name="SimilarWords">Other ways to write what was looked for, taken where it was hardly found; empty when there was no need.</param>
/// <param name="SimilarHits">What holds those.</param>
/// <param name="Next">For <see cref="SearchRequest.After"/>; null when that was all.</param>
/// <param name="IsTooBroad">It took so long that it was stopped.</param>
public sealed record SearchResult(IReadOnlyList<SearchHit> Hits, IReadOnlyList<string> SimilarWords, IReadOnlyList<SearchHit> SimilarHits, string? Next, bool IsTooBroad = false)
{
    /// <summary>
    /// Newest session first, where no speaker was named: on the first page at most <see cref="WrittenSearch.Most"/>, and alone
    /// on those behind <see cref="NextWritten"/>.
    /// </summary>
    public IReadOnlyList<WrittenHit> Written { get; init; } = [];

    /// <summary>For <see cref="SearchRequest.After"/>, to see more of what is written; null when that was all.</summary>
    public string? NextWritten { get; init; }
}
