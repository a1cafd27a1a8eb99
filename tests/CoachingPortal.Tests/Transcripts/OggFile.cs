using System.Buffers.Binary;

namespace CoachingPortal.Tests.Transcripts;

/// <summary>Writes Ogg Opus files as RFC 3533 and RFC 7845 say, and reads them strictly; it shares nothing with what it tests.</summary>
internal sealed class OggFile
{
    private readonly MemoryStream file = new();
    private uint sequence;

    public const uint Serial = 77;

    public byte[] Bytes => file.ToArray();

    /// <summary>A file with its two headers.</summary>
    public static OggFile Begun(byte channels = 1, ushort preSkip = 312, byte family = 0)
    {
        var file = new OggFile();
        file.Page(2, 0, [.. "OpusHead"u8, 1, channels, (byte)preSkip, (byte)(preSkip >> 8), 0x80, 0xbb, 0, 0, 0, 0, family]);
        file.Page(0, 0, [.. "OpusTags"u8, 4, 0, 0, 0, .. "test"u8, 0, 0, 0, 0]);
        return file;
    }

    /// <summary>20 ms at a constant rate, with these bytes that say something and zeros after them.</summary>
    public static byte[] Packet(int telling, int size, int seed = 1)
    {
        var packet = new byte[size];
        packet[0] = 0xf8;
        for (var i = 1; i < telling; i++)
            packet[i] = (byte)(1 + (i * 31 + seed * 7) % 255);
        return packet;
    }

    public OggFile Page(byte flags, long granule, params byte[][] packets)
    {
        var lacing = packets.SelectMany(p => Enumerable.Repeat((byte)255, p.Length / 255).Append((byte)(p.Length % 255))).ToArray();
        return Raw(flags, granule, Serial, lacing, [.. packets.SelectMany(p => p)]);
    }

    public OggFile Raw(byte flags, long granule, uint serial, byte[] lacing, byte[] body)
    {
        byte[] page = [.. "OggS"u8, 0, flags, .. new byte[20], (byte)lacing.Length, .. lacing, .. body];
        BinaryPrimitives.WriteInt64LittleEndian(page.AsSpan(6), granule);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), serial);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(18), sequence++);
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), Crc(page));
        file.Write(page);
        return this;
    }

    /// <summary>The packets with sound of a file that is flawless.</summary>
    public static List<byte[]> Read(byte[] file)
    {
        var (packets, at, number, granule, begun) = (new List<byte[]>(), 0, 0u, 0L, new List<byte>());
        while (at < file.Length)
        {
            var segments = file[at + 26];
            var body = at + 27 + segments;
            var end = body + file.AsSpan(at + 27, segments).ToArray().Sum(b => b);
            var page = file[at..end];
            var crc = BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(22));
            page.AsSpan(22, 4).Clear();
            Assert.Equal(Crc(page), crc);
            Assert.Equal(number, BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(18)));
            Assert.Equal(number == 0, (page[5] & 2) != 0);
            Assert.Equal(end == file.Length, (page[5] & 4) != 0);
            foreach (var lace in file.AsSpan(at + 27, segments).ToArray())
            {
                begun.AddRange(file[body..(body + lace)]);
                body += lace;
                if (lace == 255)
                    continue;
                if (number > 1)
                    granule += SamplesOf([.. begun]);
                packets.Add([.. begun]);
                begun.Clear();
            }
            Assert.Equal(granule, BinaryPrimitives.ReadInt64LittleEndian(page.AsSpan(6)));
            (at, number) = (end, number + 1);
        }
        Assert.Equal(at, file.Length);
        Assert.True(packets[0].AsSpan().StartsWith("OpusHead"u8) && packets[1].AsSpan().StartsWith("OpusTags"u8));
        return packets[2..];
    }

    /// <summary>Of a file that may start anywhere and trim its end.</summary>
    public static List<byte[]> ReadLoosely(byte[] file)
    {
        var (packets, begun) = (new List<byte[]>(), new List<byte>());
        for (var at = 0; at < file.Length;)
        {
            var body = at + 27 + file[at + 26];
            for (var i = at + 27; i < at + 27 + file[at + 26]; i++)
            {
                begun.AddRange(file[body..(body + file[i])]);
                body += file[i];
                if (file[i] == 255)
                    continue;
                packets.Add([.. begun]);
                begun.Clear();
            }
            at = body;
        }
        return packets[2..];
    }

    /// <summary>At 48 kHz: what the tests use is 20 ms a frame.</summary>
    private static int SamplesOf(byte[] packet) => (packet[0] & 3) == 3 ? 960 * (packet[1] & 63) : (packet[0] & 3) == 0 ? 960 : 1920;

    private static uint Crc(byte[] bytes)
    {
        var sum = 0u;
        foreach (var b in bytes)
        {
            sum ^= (uint)b << 24;
            for (var i = 0; i < 8; i++)
                sum = (sum & 0x80000000) != 0 ? (sum << 1) ^ 0x04c11db7 : sum << 1;
        }
        return sum;
    }
}
