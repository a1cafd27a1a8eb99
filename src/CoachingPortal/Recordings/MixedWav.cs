using System.Runtime.InteropServices;

namespace CoachingPortal.Recordings;

/// <summary>
/// Both sides in one file: each sample is the average of the two, so it never clips, and each side has half its
/// amplitude whether or not the other is speaking. A side that ends early is silent from there on.
/// </summary>
/// <param name="one">PCM without a header.</param>
/// <param name="other">PCM without a header.</param>
public sealed class MixedWav(Stream one, Stream other, long samples, int sampleRate) : WavStream(samples, sampleRate)
{
    private byte[] second = [];

    /// <summary>Complete once the stream has been read to its end.</summary>
    public Peaks Peaks { get; } = new(samples, Peaks.PointsFor(samples, sampleRate));

    /// <summary>Averages <paramref name="other"/> into <paramref name="one"/>, rounding towards zero.</summary>
    public static void Mix(Span<short> one, ReadOnlySpan<short> other)
    {
        for (var i = 0; i < one.Length && i < other.Length; i++)
            one[i] = (short)((one[i] + other[i]) / 2);
    }

    protected override async ValueTask FillAsync(Memory<byte> pcm, CancellationToken cancellation)
    {
        if (second.Length < pcm.Length)
            second = new byte[pcm.Length];
        await FillFromAsync(one, pcm, cancellation);
        await FillFromAsync(other, second.AsMemory(0, pcm.Length), cancellation);
        var mixed = MemoryMarshal.Cast<byte, short>(pcm.Span);
        Mix(mixed, MemoryMarshal.Cast<byte, short>(second.AsSpan(0, pcm.Length)));
        Peaks.Add(mixed);
    }

    private static async ValueTask FillFromAsync(Stream side, Memory<byte> pcm, CancellationToken cancellation)
    {
        var count = await side.ReadAtLeastAsync(pcm, pcm.Length, throwOnEndOfStream: false, cancellation);
        pcm.Span[count..].Clear();
    }
}

/// <summary>The outline of a file's loudness, for drawing and for finding silence: the loudest sample of each of many equal stretches.</summary>
/// <param name="points">Stretches.</param>
public sealed class Peaks(long samples, int points = Peaks.Fewest)
{
    public const int Fewest = 1000;

    /// <summary>Tens of kilobytes as text; of an hour, a point each 0.36 s.</summary>
    private const int Most = 10_000;

    private readonly int[] loudest = new int[(int)Math.Clamp(samples, 1, points)];
    private long position;

    /// <summary>0 (silence) to 1 (full scale), in order, rounded to three digits.</summary>
    public double[] Values => Array.ConvertAll(loudest, l => Math.Round(l / 32768.0, 3));

    /// <summary>Five a second, within bounds: fine enough to find a silence of two seconds.</summary>
    public static int PointsFor(long samples, int sampleRate) => (int)Math.Clamp(samples * 5 / sampleRate, Fewest, Most);

    public void Add(ReadOnlySpan<short> pcm)
    {
        while (!pcm.IsEmpty)
        {
            var point = (int)Math.Min(position * loudest.Length / Math.Max(samples, 1), loudest.Length - 1);
            // The first sample that belongs to the next point.
            var border = ((point + 1) * samples + loudest.Length - 1) / loudest.Length;
            var count = point == loudest.Length - 1 ? pcm.Length : (int)Math.Min(pcm.Length, Math.Max(border - position, 1));
            foreach (var sample in pcm[..count])
                loudest[point] = Math.Max(loudest[point], Math.Abs((int)sample));
            position += count;
            pcm = pcm[count..];
        }
    }
}
