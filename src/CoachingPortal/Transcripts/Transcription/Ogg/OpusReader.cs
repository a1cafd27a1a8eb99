using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace CoachingPortal.Transcripts.Transcription.Ogg;

/// <param name="PreSkip">Samples at 48 kHz that stand before the sound's beginning.</param>
internal sealed record OpusHead(int Channels, int PreSkip, int InputRate, int Gain, uint Serial)
{
    public const int Bytes = 19;

    /// <exception cref="InvalidDataException">It is not the head of one voice.</exception>
    public static OpusHead Read(ReadOnlySpan<byte> packet, uint serial) =>
        packet.Length >= Bytes && packet.StartsWith("OpusHead"u8) && packet[8] < 16 && packet[9] is 1 or 2 && packet[18] == 0
            ? new(packet[9], BinaryPrimitives.ReadUInt16LittleEndian(packet[10..]), BinaryPrimitives.ReadInt32LittleEndian(packet[12..]), BinaryPrimitives.ReadInt16LittleEndian(packet[16..]), serial)
            : throw new InvalidDataException("Not Opus, or not of one voice.");
}

/// <summary>A page with which reading can begin.</summary>
/// <param name="Offset">Bytes from the file's start.</param>
/// <param name="At">Where its first packet stands, if nothing is missing before it.</param>
/// <param name="Base">Granule position that counts as 0; null before the first page with sound.</param>
/// <param name="AfterPause">Whether the packet before it said that nothing follows for a while.</param>
internal sealed record OpusPlace(long Offset, long At, long? Base, bool AfterPause);

/// <summary>
/// Reads the packets of an Ogg Opus file (RFC 7845) without decoding them. What is missing, by the granule positions, comes
/// as packets of silence, so that packets follow each other without a gap and stand less than 20 ms from their true time.
/// </summary>
/// <exception cref="InvalidDataException">From all methods: the file is damaged, or something else.</exception>
internal sealed class OpusReader
{
    /// <summary>Nobody talks for longer at a stretch; what says so is damaged.</summary>
    public const long MostSamples = 24L * 3600 * OpusPacket.SampleRate;

    private const int LargestPacket = 61_440;
    private const int LargestTags = 1 << 20;

    /// <summary>A packet this small says that nobody speaks, and that the next one may come late.</summary>
    private const int PausePacket = 2;

    /// <summary>A stream that begins later than this has been cut out of another one.</summary>
    private const long LateStart = 10 * OpusPacket.SampleRate;

    /// <summary>How far the sound may be ahead of its clock.</summary>
    private const long Ahead = OpusPacket.SampleRate;

    private readonly OggPages pages;
    private readonly ArrayBufferWriter<byte> begun = new();
    private readonly List<ReadOnlyMemory<byte>> ended = [];
    private bool isInPacket;
    private long at;
    private long? zero;
    private bool afterPause;

    private OpusReader(Stream stream, OpusPlace place, OpusHead? head) =>
        (pages, Place, at, zero, afterPause, Head) = (new(stream, place.Offset), place, place.At, place.Base, place.AfterPause, head!);

    public OpusHead Head { get; private set; }

    /// <summary>The latest page from which the packet read last, and all after it, can be read again.</summary>
    public OpusPlace Place { get; private set; }

    /// <param name="stream">From the file's start.</param>
    public static async Task<OpusReader> OpenAsync(Stream stream, CancellationToken cancellation)
    {
        var reader = new OpusReader(stream, new(0, 0, null, false), null);
        if (!await reader.pages.NextAsync(cancellation) || !reader.pages.IsFirst)
            throw new InvalidDataException("Not an Ogg file.");
        reader.Collect(LargestPacket);
        if (reader.ended.Count != 1 || reader.isInPacket)
            throw new InvalidDataException("The first page is not an Opus head.");
        reader.Head = OpusHead.Read(reader.ended[0].Span, reader.pages.Serial);
        do
        {
            if (!await reader.NextPageAsync(LargestTags, cancellation))
                throw new InvalidDataException("The file ends before its sound.");
        }
        while (reader.ended.Count == 0);
        if (reader.ended.Count != 1 || reader.isInPacket || !reader.ended[0].Span.StartsWith("OpusTags"u8))
            throw new InvalidDataException("The second packet is not Opus tags.");
        return reader;
    }

    /// <param name="stream">From <see cref="OpusPlace.Offset"/>.</param>
    public static OpusReader GoOn(Stream stream, OpusPlace place, OpusHead head) => new(stream, place, head);

    public async IAsyncEnumerable<OpusPacket> PacketsAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await NextPageAsync(LargestPacket, cancellation))
        {
            ended.RemoveAll(p => OpusPacket.SamplesOf(p.Span) == 0);
            var missing = Missing();
            var before = WhereItIsMissing();
            for (var i = 0; i <= ended.Count; i++)
            {
                for (; i == before && missing >= OpusPacket.SilentSamples; missing -= OpusPacket.SilentSamples)
                    yield return Next(OpusPacket.Silence);
                if (i < ended.Count)
                    yield return Next(ended[i]);
            }
            if (ended.Count > 0)
                afterPause = ended[^1].Length <= PausePacket;
        }
    }

    private OpusPacket Next(ReadOnlyMemory<byte> bytes)
    {
        var packet = new OpusPacket(at, OpusPacket.SamplesOf(bytes.Span), bytes);
        at = packet.End;
        return packet;
    }

    /// <returns>Samples that the page's packets leave open up to its granule position.</returns>
    private long Missing()
    {
        var there = ended.Sum(p => (long)OpusPacket.SamplesOf(p.Span));
        var missing = 0L;
        if (ended.Count > 0 && pages.Granule is >= 0 and < long.MaxValue / 2)
        {
            var lead = pages.Granule - there;
            zero ??= lead is >= 0 and < LateStart ? 0 : lead;
            missing = pages.Granule - zero.Value - at - there;
        }
        if (missing < -Ahead)
            throw new InvalidDataException("The file's clock goes back.");
        if (at + there > MostSamples - Math.Max(0, missing))
            throw new InvalidDataException("The file is longer than a day.");
        return missing;
    }

    /// <returns>Before which of the page's packets: after the one that announces a pause; else before them all.</returns>
    private int WhereItIsMissing() =>
        afterPause ? 0 : ended.FindIndex(p => p.Length <= PausePacket) + 1;

    private async ValueTask<bool> NextPageAsync(int largest, CancellationToken cancellation)
    {
        if (!await pages.NextAsync(cancellation))
            return false;
        if (pages.IsFirst || pages.Serial != Head.Serial)
            throw new InvalidDataException("The file holds several streams.");
        if (!isInPacket && !pages.IsContinued)
            Place = new(pages.Offset, at, zero, afterPause);
        Collect(largest);
        return true;
    }

    /// <summary>Finds the packets that end on the page; the beginning of one that does not is kept.</summary>
    private void Collect(int largest)
    {
        ended.Clear();
        // The other half of a packet may lie on a page that is gone.
        var isLost = pages.IsContinued && !isInPacket;
        if (!pages.IsContinued || isLost)
            begun.ResetWrittenCount();
        isInPacket = false;
        var (from, to) = (0, 0);
        foreach (var bytes in pages.Lacing)
        {
            to += bytes;
            isInPacket = bytes == 255;
            if (isInPacket)
                continue;
            if (!isLost)
                End(pages.Body[from..to], largest);
            (from, isLost) = (to, false);
        }
        if (isInPacket && isLost)
            isInPacket = false;
        else if (isInPacket)
            Keep(pages.Body[from..to], largest);
    }

    private void End(ReadOnlyMemory<byte> rest, int largest)
    {
        if (begun.WrittenCount == 0)
        {
            ended.Add(rest);
            return;
        }
        Keep(rest, largest);
        ended.Add(begun.WrittenSpan.ToArray());
        begun.ResetWrittenCount();
    }

    private void Keep(ReadOnlyMemory<byte> part, int largest)
    {
        if (begun.WrittenCount + part.Length > largest)
            throw new InvalidDataException("A packet is larger than any of Opus.");
        begun.Write(part.Span);
    }
}
