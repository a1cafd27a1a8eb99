using System.Buffers.Binary;
using System.Buffers.Text;
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

    /// <summary>Where the page before ended; null for the first.</summary>
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
    /// <summary>Newest session first, on the first page and where no speaker was named; at most <see cref="WrittenSearch.Most"/>.</summary>
    public IReadOnlyList<WrittenHit> Written { get; init; } = [];
}

/// <summary>The last hit of a page: the next page begins behind it, whatever was said in the meantime.</summary>
/// <param name="IsSimilar">The page was one of similar words.</param>
internal sealed record SearchCursor(bool IsSimilar, DateTimeOffset StartsAt, Guid SessionId, DateTimeOffset SaidAt, Guid TurnId)
{
    private const int Size = 1 + 8 + 16 + 8 + 16;

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = IsSimilar ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], StartsAt.UtcTicks);
        SessionId.TryWriteBytes(bytes[9..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[25..], SaidAt.UtcTicks);
        TurnId.TryWriteBytes(bytes[33..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <exception cref="ArgumentException">It is none of ours.</exception>
    public static SearchCursor Read(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length > 2 * Size || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != Size || bytes[0] > 1)
            throw new ArgumentException("That is not where a page of results ended; begin at the first page.");
        return new(bytes[0] == 1, At(bytes[1..]), new(bytes[9..25]), At(bytes[25..]), new(bytes[33..]));
    }

    private static DateTimeOffset At(ReadOnlySpan<byte> bytes) =>
        BinaryPrimitives.ReadInt64BigEndian(bytes) is var ticks && ticks >= DateTime.UnixEpoch.Ticks && ticks <= DateTime.MaxValue.Ticks
            ? new(ticks, TimeSpan.Zero)
            : throw new ArgumentException("That is not where a page of results ended; begin at the first page.");
}
