using System.Buffers.Binary;
using System.Buffers.Text;

namespace CoachingPortal.Transcripts.Search;

/// <summary>The last hit of a page: the next page begins behind it, whatever was said in the meantime.</summary>
/// <param name="IsSimilar">The page was one of similar words.</param>
internal sealed record SearchCursor(bool IsSimilar, DateTimeOffset StartsAt, Guid SessionId, DateTimeOffset SaidAt, Guid TurnId)
{
    public override string ToString() => CursorText.Write(IsSimilar ? 1 : 0, StartsAt, SessionId, SaidAt.UtcTicks, TurnId);

    /// <exception cref="ArgumentException">It is none of ours.</exception>
    public static SearchCursor Read(string text) =>
        CursorText.Read(text) is (0 or 1, _, _, _, _) and var (mark, at, session, place, turn) ? new(mark == 1, at, session, CursorText.At(place), turn) : throw CursorText.Unknown;
}

/// <summary>The last hit of a page of what is written.</summary>
/// <param name="Place">Among those of its kind in the session.</param>
/// <param name="Id">Of the row that holds the text.</param>
internal sealed record WrittenCursor(DateTimeOffset StartsAt, Guid SessionId, WrittenKind Kind, long Place, Guid Id)
{
    private const int First = 2;

    public override string ToString() => CursorText.Write(First + (int)Kind, StartsAt, SessionId, Place, Id);

    /// <returns>Null when it is one of what was said.</returns>
    /// <exception cref="ArgumentException">It is none of ours.</exception>
    public static WrittenCursor? TryRead(string text)
    {
        var (mark, at, session, place, id) = CursorText.Read(text);
        return mark < First ? null : Enum.IsDefined((WrittenKind)(mark - First)) ? new(at, session, (WrittenKind)(mark - First), place, id) : throw CursorText.Unknown;
    }
}

/// <summary>A cursor as it stands in an address: a mark, which says what of, and where in which session.</summary>
file static class CursorText
{
    private const int Size = 1 + 8 + 16 + 8 + 16;

    public static ArgumentException Unknown => new("That is not where a page of results ended; begin at the first page.");

    public static string Write(int mark, DateTimeOffset startsAt, Guid session, long place, Guid id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes[0] = (byte)mark;
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], startsAt.UtcTicks);
        session.TryWriteBytes(bytes[9..]);
        BinaryPrimitives.WriteInt64BigEndian(bytes[25..], place);
        id.TryWriteBytes(bytes[33..]);
        return Base64Url.EncodeToString(bytes);
    }

    public static (int Mark, DateTimeOffset StartsAt, Guid Session, long Place, Guid Id) Read(string text)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length > 2 * Size || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var length) || length != Size)
            throw Unknown;
        return (bytes[0], At(BinaryPrimitives.ReadInt64BigEndian(bytes[1..])), new(bytes[9..25]), BinaryPrimitives.ReadInt64BigEndian(bytes[25..]), new(bytes[33..]));
    }

    public static DateTimeOffset At(long ticks) =>
        ticks >= DateTime.UnixEpoch.Ticks && ticks <= DateTime.MaxValue.Ticks ? new(ticks, TimeSpan.Zero) : throw Unknown;
}
