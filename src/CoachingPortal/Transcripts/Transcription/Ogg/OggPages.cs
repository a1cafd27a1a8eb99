using System.Buffers.Binary;

namespace CoachingPortal.Transcripts.Transcription.Ogg;

/// <summary>The pages of an Ogg file (RFC 3533), one at a time, front to back. A page that is cut off is the end.</summary>
/// <exception cref="InvalidDataException">From <see cref="NextAsync"/>: this is no page, or not as it was written.</exception>
internal sealed class OggPages(Stream stream, long offset)
{
    public const int HeaderBytes = 27;

    /// <summary>Of one page; each has up to 255 bytes.</summary>
    public const int MostSegments = 255;

    private const int LargestPage = HeaderBytes + MostSegments + MostSegments * 255;
    private const int FlagsAt = 5;
    private const int ChecksumAt = 22;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(TableEntry)];

    private readonly byte[] page = new byte[LargestPage];
    private long next = offset;
    private int bodyBytes;

    /// <summary>Of the page that was read last, as all that follows; bytes from the file's start.</summary>
    public long Offset { get; private set; }

    public bool IsContinued => (page[FlagsAt] & (int)PageFlags.Continued) != 0;

    public bool IsFirst => (page[FlagsAt] & (int)PageFlags.First) != 0;

    /// <summary>-1 when no packet ends on it.</summary>
    public long Granule => BinaryPrimitives.ReadInt64LittleEndian(page.AsSpan(6));

    public uint Serial => BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(14));

    public ReadOnlySpan<byte> Lacing => page.AsSpan(HeaderBytes, page[HeaderBytes - 1]);

    /// <summary>Until the next page is read.</summary>
    public ReadOnlyMemory<byte> Body => page.AsMemory(HeaderBytes + Lacing.Length, bodyBytes);

    /// <returns>False at the end.</returns>
    public async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        Offset = next;
        if (!await FillAsync(0, HeaderBytes, cancellation))
            return false;
        if (!page.AsSpan(0, 4).SequenceEqual("OggS"u8) || page[4] != 0)
            throw new InvalidDataException("Not an Ogg page.");
        if (!await FillAsync(HeaderBytes, page[HeaderBytes - 1], cancellation))
            return false;
        bodyBytes = 0;
        foreach (var bytes in Lacing)
            bodyBytes += bytes;
        if (!await FillAsync(HeaderBytes + Lacing.Length, bodyBytes, cancellation))
            return false;
        var length = HeaderBytes + Lacing.Length + bodyBytes;
        var checksum = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(ChecksumAt));
        page.AsSpan(ChecksumAt, 4).Clear();
        if (Checksum(page.AsSpan(0, length)) != checksum)
            throw new InvalidDataException("An Ogg page's checksum is wrong.");
        next += length;
        return true;
    }

    /// <summary>Writes a page's header before its lacing values and body, which are already there.</summary>
    /// <param name="written">The whole page.</param>
    public static void WriteHeader(Span<byte> written, PageFlags flags, long granule, uint serial, uint sequence, int segments)
    {
        "OggS"u8.CopyTo(written);
        written[4] = 0;
        written[FlagsAt] = (byte)flags;
        BinaryPrimitives.WriteInt64LittleEndian(written[6..], granule);
        BinaryPrimitives.WriteUInt32LittleEndian(written[14..], serial);
        BinaryPrimitives.WriteUInt32LittleEndian(written[18..], sequence);
        written.Slice(ChecksumAt, 4).Clear();
        written[HeaderBytes - 1] = (byte)segments;
        BinaryPrimitives.WriteUInt32LittleEndian(written[ChecksumAt..], Checksum(written));
    }

    /// <summary>CRC-32 with the polynomial 04c11db7, neither reflected nor inverted.</summary>
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        foreach (var b in bytes)
            sum = (sum << 8) ^ Table[(sum >> 24) ^ b];
        return sum;
    }

    private static uint TableEntry(int index)
    {
        var entry = (uint)index << 24;
        for (var bit = 0; bit < 8; bit++)
            entry = (entry << 1) ^ ((entry & 0x80000000) != 0 ? 0x04c11db7u : 0);
        return entry;
    }

    private async ValueTask<bool> FillAsync(int at, int count, CancellationToken cancellation) =>
        await stream.ReadAtLeastAsync(page.AsMemory(at, count), count, throwOnEndOfStream: false, cancellation) == count;
}

[Flags]
internal enum PageFlags
{
    None = 0,
    Continued = 1,
    First = 2,
    Last = 4,
}
