using System.Buffers.Binary;
using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts.Transcription.Ogg;

/// <summary>Which frames of a track a piece is made of.</summary>
/// <param name="To">Not in it.</param>
/// <param name="KeepsLast">Whether a packet that sounds beyond <paramref name="To"/> is in it.</param>
internal sealed record OpusCut(OpusTrack Track, int From, int To, bool KeepsLast)
{
    /// <summary>Of the two header pages.</summary>
    public const int HeadBytes = OggPages.HeaderBytes + 1 + OpusHead.Bytes + OggPages.HeaderBytes + 1 + 8 + 4 + 15 + 4;

    public OpusPlace Place => Track.Frames[From].Place;

    public TimeSpan StartsAt => TimeSpan.FromSeconds(Track.Frames[From].FirstAt / (double)OpusPacket.SampleRate);

    /// <summary>Of the file that it becomes; null when there is no packet in it.</summary>
    public long? Bytes
    {
        get
        {
            var (bytes, packets) = ((long)HeadBytes, 0);
            for (var i = From; i < To; i++)
            {
                var frame = Track.Frames[i];
                var left = i == To - 1 && !KeepsLast ? frame.Last : default;
                if (frame.Packets == 0 || frame.Segments == left.Segments)
                    continue;
                bytes += PageBytes(frame) - left.Segments - left.Bytes;
                packets += frame.Packets;
            }
            return packets == 0 ? null : bytes;
        }
    }

    public static int PageBytes(OpusFrame frame) => OggPages.HeaderBytes + frame.Segments + frame.Bytes;

    public bool Holds(OpusPacket packet, int frame) =>
        frame >= From && frame < To && (KeepsLast || frame < To - 1 || !OpusTrack.GoesOn(packet, Track.Head));
}

/// <summary>
/// Frames of a track as an Ogg Opus file of their own, a page a frame, that comes into being while it is read. Its clock
/// begins at zero with its first packet.
/// </summary>
/// <param name="source">The track's file from the cut's place on; disposed of with this.</param>
internal sealed class OpusPiece(Stream source, OpusCut cut) : Stream
{
    private static ReadOnlySpan<byte> Vendor => "Coaching Portal"u8;

    private readonly byte[] lacing = new byte[OggPages.MostSegments];
    private readonly MemoryStream body = new();
    private IAsyncEnumerator<OpusPacket>? packets;
    private ReadOnlyMemory<byte> ready;
    private int frame = -1;
    private int segments;
    private uint sequence;
    private long granule;
    private bool isOver;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (packets is null)
        {
            ready = Head();
            packets = OpusReader.GoOn(source, cut.Place, cut.Track.Head).PacketsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        }
        if (ready.IsEmpty && !isOver)
            ready = await NextPageAsync();
        var count = Math.Min(buffer.Length, ready.Length);
        ready[..count].CopyTo(buffer);
        ready = ready[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (packets is not null)
            await packets.DisposeAsync();
        await source.DisposeAsync();
        await base.DisposeAsync();
    }

    private byte[] Head()
    {
        var head = new byte[OpusHead.Bytes];
        "OpusHead"u8.CopyTo(head);
        (head[8], head[9]) = (1, (byte)cut.Track.Head.Channels);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(10), (ushort)cut.Track.Head.PreSkip);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), cut.Track.Head.InputRate);
        BinaryPrimitives.WriteInt16LittleEndian(head.AsSpan(16), (short)cut.Track.Head.Gain);
        Put(head);
        var first = Page(PageFlags.First);
        var tags = new byte[8 + 4 + Vendor.Length + 4];
        "OpusTags"u8.CopyTo(tags);
        BinaryPrimitives.WriteInt32LittleEndian(tags.AsSpan(8), Vendor.Length);
        Vendor.CopyTo(tags.AsSpan(12));
        Put(tags);
        return [.. first, .. Page(PageFlags.None)];
    }

    /// <summary>Reads on until the page after the one that is being filled begins, or the piece is over.</summary>
    private async ValueTask<byte[]> NextPageAsync()
    {
        try
        {
            while (await packets!.MoveNextAsync())
            {
                var packet = packets.Current;
                var at = OpusTrack.FrameOf(packet, cut.Track.Head);
                if (at >= cut.To)
                    break;
                if (!cut.Holds(packet, at))
                    continue;
                var page = at != frame && segments > 0 ? Page(PageFlags.None) : null;
                frame = at;
                Put(packet.Bytes.Span);
                granule += packet.Samples;
                if (page is not null)
                    return page;
            }
        }
        catch (InvalidDataException e)
        {
            throw new StepFailedException(SpokenSound.Damaged, e);
        }
        isOver = true;
        return segments > 0 ? Page(PageFlags.Last) : [];
    }

    private void Put(ReadOnlySpan<byte> packet)
    {
        for (var left = packet.Length; left >= 0; left -= 255)
            lacing[segments++] = (byte)Math.Min(left, 255);
        body.Write(packet);
    }

    private byte[] Page(PageFlags flags)
    {
        var page = new byte[OggPages.HeaderBytes + segments + body.Length];
        lacing.AsSpan(0, segments).CopyTo(page.AsSpan(OggPages.HeaderBytes));
        body.GetBuffer().AsSpan(0, (int)body.Length).CopyTo(page.AsSpan(OggPages.HeaderBytes + segments));
        OggPages.WriteHeader(page, flags, granule, cut.Track.Head.Serial, sequence++, segments);
        segments = 0;
        body.SetLength(0);
        return page;
    }
}
