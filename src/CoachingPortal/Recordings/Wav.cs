using System.Buffers.Binary;

namespace CoachingPortal.Recordings;

/// <summary>The RIFF/WAVE files of recordings: 16-bit mono PCM, little-endian.</summary>
public static class Wav
{
    public const string ContentType = "audio/wav";
    public const int HeaderBytes = 44;

    /// <summary>RIFF counts bytes in 32 bits: 37 hours at 16 kHz.</summary>
    public const long MaxSamples = (uint.MaxValue - HeaderBytes) / 2;

    /// <param name="samples">That follow the header.</param>
    /// <param name="sampleRate">Hz.</param>
    public static byte[] Header(long samples, int sampleRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(samples);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samples, MaxSamples);
        var header = new byte[HeaderBytes];
        var bytes = (uint)(samples * 2);
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), bytes + HeaderBytes - 8);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), 1); // PCM
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), 1); // channels
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), sampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), sampleRate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), 2); // bytes a frame
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), 16); // bits a sample
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(40), bytes);
        return header;
    }

    /// <summary>Reads up to the first sample, over blocks that it does not know.</summary>
    /// <exception cref="InvalidDataException">It is no WAVE file of 16-bit mono PCM.</exception>
    public static async Task<WavFormat> ReadHeaderAsync(Stream stream, CancellationToken cancellation = default)
    {
        var buffer = new byte[16];
        await ReadAsync(stream, buffer.AsMemory(0, 12), cancellation);
        if (!buffer.AsSpan(0, 4).SequenceEqual("RIFF"u8) || !buffer.AsSpan(8, 4).SequenceEqual("WAVE"u8))
            throw new InvalidDataException("Not a WAVE file.");
        var sampleRate = 0;
        while (true)
        {
            await ReadAsync(stream, buffer.AsMemory(0, 8), cancellation);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(buffer.AsSpan(4));
            if (buffer.AsSpan(0, 4).SequenceEqual("data"u8))
                return sampleRate > 0 ? new(sampleRate, size / 2) : throw new InvalidDataException("The WAVE file does not say its format.");
            var left = (long)size + size % 2;
            if (buffer.AsSpan(0, 4).SequenceEqual("fmt "u8) && size >= 16)
            {
                await ReadAsync(stream, buffer, cancellation);
                left -= 16;
                sampleRate = BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(4));
                if (BinaryPrimitives.ReadInt16LittleEndian(buffer) != 1 || BinaryPrimitives.ReadInt16LittleEndian(buffer.AsSpan(2)) != 1
                    || BinaryPrimitives.ReadInt16LittleEndian(buffer.AsSpan(14)) != 16 || sampleRate <= 0)
                    throw new InvalidDataException("The WAVE file is not 16-bit mono PCM.");
            }
            for (; left > 0; left -= Math.Min(left, buffer.Length))
                await ReadAsync(stream, buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellation);
        }
    }

    private static async Task ReadAsync(Stream stream, Memory<byte> buffer, CancellationToken cancellation)
    {
        if (await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation) < buffer.Length)
            throw new InvalidDataException("The WAVE file ends in the middle of its header.");
    }
}

/// <param name="SampleRate">Hz.</param>
public readonly record struct WavFormat(int SampleRate, long Samples);
