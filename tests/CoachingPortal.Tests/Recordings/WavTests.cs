using System.Runtime.InteropServices;
using CoachingPortal.Recordings;
using FsCheck;
using FsCheck.Fluent;

namespace CoachingPortal.Tests.Recordings;

public sealed class WavTests
{
    [Fact]
    public async Task Header_Read_SaysWhatWasWritten()
    {
        var format = await Wav.ReadHeaderAsync(new MemoryStream(Wav.Header(12345, 16000)));

        Assert.Equal(new WavFormat(16000, 12345), format);
    }

    [Fact]
    public async Task ReadHeader_OverBlocksOfOtherPrograms_StandsAtTheFirstSample()
    {
        var header = Wav.Header(2, 8000);
        byte[] file = [.. header[..36], .. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. header[36..], 7, 0, 8, 0];
        var stream = new MemoryStream(file);

        var format = await Wav.ReadHeaderAsync(stream);

        Assert.Equal(new WavFormat(8000, 2), format);
        Assert.Equal(7, stream.ReadByte());
    }

    [Fact]
    public async Task ReadHeader_StereoOrOtherFiles_AreRefused()
    {
        var stereo = Wav.Header(2, 8000);
        stereo[22] = 2;

        await Assert.ThrowsAsync<InvalidDataException>(() => Wav.ReadHeaderAsync(new MemoryStream(stereo)));
        await Assert.ThrowsAsync<InvalidDataException>(() => Wav.ReadHeaderAsync(new MemoryStream(new byte[100])));
        await Assert.ThrowsAsync<InvalidDataException>(() => Wav.ReadHeaderAsync(new MemoryStream(Wav.Header(1, 1)[..20])));
    }

    [Fact]
    public void Mix_AnyTwoSides_IsTheAverageOfEachSampleAndNeverClips() =>
        Prop.ForAll<short[], short[]>((a, b) =>
        {
            var mixed = (short[])a.Clone();
            MixedWav.Mix(mixed, b);
            return mixed.Zip(a, b).All(x => x.First == (x.Second + x.Third) / 2);
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(short.MaxValue, short.MaxValue, short.MaxValue)]
    [InlineData(short.MinValue, short.MinValue, short.MinValue)]
    [InlineData(short.MaxValue, 0, 16383)]
    [InlineData(short.MinValue, 0, -16384)]
    [InlineData(short.MaxValue, short.MinValue, 0)]
    public void Mix_Extremes_StayInRange(short one, short other, short expected)
    {
        short[] mixed = [one];
        MixedWav.Mix(mixed, [other]);
        Assert.Equal(expected, mixed[0]);
    }

    [Fact]
    public async Task Mixed_SidesOfUnequalLength_TheShorterIsSilentFromItsEnd()
    {
        var mixed = new MixedWav(Pcm(100, 100, 100), Pcm(50), 5, 8000);

        Assert.Equal([75, 50, 50, 0, 0], await SamplesAsync(mixed));
    }

    [Fact]
    public async Task Side_PiecesWithGapsAndOverlaps_LieAtTheirPlaces()
    {
        var side = Side(12, (-1, [9, 1]), (3, [3, 4, 5]), (4, [7, 7, 6]), (5, [8]), (11, [11, 12]));

        Assert.Equal([1, 0, 0, 3, 4, 5, 6, 0, 0, 0, 0, 11], await SamplesAsync(side));
    }

    [Fact]
    public async Task Side_LostPiece_IsSilence()
    {
        var side = new SideWav(new[] { new Piece(1, 2, "lost") }.ToAsyncEnumerable(), (_, _) => Task.FromResult<Stream?>(null), 4, 8000);

        Assert.Equal([0, 0, 0, 0], await SamplesAsync(side));
    }

    [Fact]
    public async Task Side_NoPieces_IsSilenceOfFullLength()
    {
        Assert.Equal(new short[70000], await SamplesAsync(Side(70000)));
    }

    [Fact]
    public void Side_AnyOrderlyPieces_EqualsTheNaiveFile() =>
        Prop.ForAll(
            Gen.Choose(0, 40).Two().Select(x => (Position: x.Item1, Length: x.Item2 + 1)).ListOf().ToArbitrary(),
            Gen.Choose(1, 100).ToArbitrary(),
            (pieces, length) =>
            {
                var ordered = pieces.OrderBy(p => p.Position).ToArray();
                var expected = new short[length];
                var end = 0;
                for (var n = 0; n < ordered.Length; n++)
                {
                    var (position, count) = ordered[n];
                    for (var i = Math.Max(position, end); i < position + count && i < length; i++)
                        expected[i] = (short)(n + 1);
                    end = Math.Max(end, position + count);
                }
                var side = Side(length, [.. ordered.Select((p, n) => (p.Position, Enumerable.Repeat((short)(n + 1), p.Length).ToArray()))]);
                return expected.SequenceEqual(SamplesAsync(side).GetAwaiter().GetResult());
            }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task AnHour_Mixed_TakesAFewBuffersOfMemory()
    {
        const int rate = 16000;
        const long samples = 3600L * rate;
        var second = new byte[rate * 2];
        SideWav Long() => new(
            Enumerable.Range(0, 3600).Select(i => new Piece((long)i * rate, rate, "x")).ToAsyncEnumerable(),
            (_, _) => Task.FromResult<Stream?>(new MemoryStream(second, writable: false)), samples, rate);
        await using var one = Long();
        await using var other = Long();
        await Wav.ReadHeaderAsync(one);
        await Wav.ReadHeaderAsync(other);
        var buffer = new byte[1 << 16];
        // Nothing here waits, so all of it happens on this thread: its own allocations, whatever else the process does.
        var (thread, before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());

        await using var mixed = new MixedWav(one, other, samples, rate);
        var total = 0L;
        for (int read; (read = await mixed.ReadAsync(buffer)) > 0;)
            total += read;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(Wav.HeaderBytes + samples * 2, total);
        Assert.Equal(thread, Environment.CurrentManagedThreadId);
        Assert.InRange(allocated, 0, 10_000_000); // in all, of 345 MB read and mixed
    }

    [Fact]
    public void Peaks_EachStretch_HoldsItsLoudest()
    {
        var peaks = new Peaks(10_000);
        var pcm = new short[10_000];
        pcm[0] = 100;
        pcm[9] = -16384;
        pcm[10] = 3277;
        pcm[9_999] = short.MinValue;
        for (var i = 0; i < pcm.Length; i += 7)
            peaks.Add(pcm.AsSpan(i, Math.Min(7, pcm.Length - i)));

        Assert.Equal(Peaks.Fewest, peaks.Values.Length);
        Assert.Equal([0.5, 0.1, 0], peaks.Values[..3]);
        Assert.Equal(1, peaks.Values[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1001)]
    public void Peaks_FewSamples_DoNotFail(int samples)
    {
        var peaks = new Peaks(samples);
        peaks.Add(Enumerable.Repeat((short)-32768, samples).ToArray());
        Assert.All(peaks.Values, v => Assert.Equal(samples == 0 ? 0 : 1, v));
    }

    private static MemoryStream Pcm(params short[] samples) => new(MemoryMarshal.AsBytes<short>(samples).ToArray());

    private static SideWav Side(long samples, params (int Position, short[] Samples)[] pieces) => new(
        pieces.Select((p, i) => new Piece(p.Position, p.Samples.Length, i.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToAsyncEnumerable(),
        (key, _) => Task.FromResult<Stream?>(Pcm(pieces[int.Parse(key, System.Globalization.CultureInfo.InvariantCulture)].Samples)),
        samples, 8000);

    private static async Task<short[]> SamplesAsync(WavStream stream)
    {
        var file = new MemoryStream();
        await stream.CopyToAsync(file);
        file.Position = 0;
        var format = await Wav.ReadHeaderAsync(file);
        var samples = MemoryMarshal.Cast<byte, short>(file.ToArray().AsSpan(Wav.HeaderBytes)).ToArray();
        Assert.Equal(format.Samples, samples.Length);
        return samples;
    }
}
