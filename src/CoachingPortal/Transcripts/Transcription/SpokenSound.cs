using System.Runtime.InteropServices;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Transcription.Ogg;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>A part of a track, small enough to be sent at once. It is opened anew for each try.</summary>
/// <param name="StartedAt">True time of its first sample.</param>
/// <param name="Bytes">Of what <paramref name="OpenAsync"/> opens.</param>
/// <param name="FileName">Its ending tells recognisers the format.</param>
internal sealed record SoundPiece(
    DateTimeOffset StartedAt, TimeSpan Length, long Bytes, string FileName, string ContentType, Func<CancellationToken, Task<Stream>> OpenAsync);

/// <summary>
/// Reads tracks in the store as pieces: WAVE as 16-bit mono sound at 16 kHz, whatever rate it has; Ogg Opus as it is. Only
/// one block of it is in memory.
/// </summary>
internal sealed class SpokenSound(IObjectStore store)
{
    public const int SampleRate = 16000;

    /// <summary>Root mean square, of 32768: about -60 dB.</summary>
    private const int Silent = 33;

    public const string OggType = "audio/ogg";

    internal const string Damaged = "A recorded voice is not the sound it should be, so it could not be written down.";

    /// <summary>Of a piece of Opus, which would go on for hours under any limit of size: recognisers have limits of time too.</summary>
    private const int MostOpus = 15 * 60 * PiecePlan.FramesASecond;

    private const string Gone = "A recorded voice is gone from the store, so it could not be written down.";

    /// <param name="spans">Of the track, in order: nothing else is read out.</param>
    /// <param name="maxBytes">Of a piece.</param>
    public Task<IReadOnlyList<SoundPiece>> PiecesAsync(SpokenTrack track, IReadOnlyList<Stretch> spans, long maxBytes, CancellationToken cancellation) => track.Format switch
    {
        SoundFormat.Wav => WavAsync(track, spans, maxBytes, cancellation),
        SoundFormat.OggOpus => OpusAsync(track, spans, maxBytes, cancellation),
        _ => throw new StepFailedException($"Sound in the format {track.Format} cannot be written down."),
    };

    private async Task<IReadOnlyList<SoundPiece>> WavAsync(SpokenTrack track, IReadOnlyList<Stretch> spans, long maxBytes, CancellationToken cancellation)
    {
        var (format, header, loudness) = await ListenAsync(track, cancellation);
        var most = (int)Math.Min(int.MaxValue, (maxBytes - Wav.HeaderBytes) / (SampleRate * 2 / PiecePlan.FramesASecond));
        var perFrame = format.SampleRate / PiecePlan.FramesASecond;
        return
        [
            .. from span in spans
               from piece in PiecePlan.Cut(loudness, FrameAt(track, span.From, up: true), FrameAt(track, span.To, up: false), most, Silent)
               let samples = (long)(piece.To - piece.From) * SampleRate / PiecePlan.FramesASecond
               select new SoundPiece(
                   track.StartedAt + piece.From * PiecePlan.Frame, (piece.To - piece.From) * PiecePlan.Frame, samples * 2 + Wav.HeaderBytes, "sound.wav", Wav.ContentType,
                   async c => new CutWav(
                       await store.OpenAsync(track.ObjectKey, header + (long)piece.From * perFrame * 2, c) ?? throw new StepFailedException(Gone), format.SampleRate, samples)),
        ];
    }

    private async Task<IReadOnlyList<SoundPiece>> OpusAsync(SpokenTrack track, IReadOnlyList<Stretch> spans, long maxBytes, CancellationToken cancellation)
    {
        var opus = await ReadOpusAsync(track, cancellation);
        var largest = opus.Frames.Select(OpusCut.PageBytes).DefaultIfEmpty(1).Max();
        var most = (int)Math.Min(MostOpus, (maxBytes - OpusCut.HeadBytes) / largest);
        if (most < 2 * PiecePlan.FramesASecond)
            throw new StepFailedException("A recorded voice is too dense for pieces this small: an admin has to raise Transcription:MaxUploadBytes.");
        return
        [
            .. from span in spans
               let to = FrameAt(track, span.To, up: false)
               from piece in PiecePlan.Cut(opus.Loudness, FrameAt(track, span.From, up: true), to, most, opus.Silent)
               let cut = new OpusCut(opus, piece.From, piece.To, KeepsLast: piece.To < to)
               let bytes = cut.Bytes
               where bytes is not null
               select new SoundPiece(
                   track.StartedAt + cut.StartsAt, (piece.To - piece.From) * PiecePlan.Frame, bytes.Value, "sound.ogg", OggType,
                   async c => new OpusPiece(await store.OpenAsync(track.ObjectKey, cut.Place.Offset, c) ?? throw new StepFailedException(Gone), cut)),
        ];
    }

    private async Task<OpusTrack> ReadOpusAsync(SpokenTrack track, CancellationToken cancellation)
    {
        await using var stream = await store.OpenAsync(track.ObjectKey, 0, cancellation) ?? throw new StepFailedException(Gone);
        try
        {
            return await OpusTrack.ReadAsync(stream, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new StepFailedException(Damaged, e);
        }
    }

    /// <summary>A frame that lies in the span whole.</summary>
    private static int FrameAt(SpokenTrack track, DateTimeOffset at, bool up)
    {
        var frames = (at - track.StartedAt) / PiecePlan.Frame;
        return (int)Math.Clamp(up ? Math.Ceiling(frames) : Math.Floor(frames), 0, int.MaxValue);
    }

    private async Task<(WavFormat Format, long Header, List<ushort> Loudness)> ListenAsync(SpokenTrack track, CancellationToken cancellation)
    {
        await using var counted = new CountingStream(await store.OpenAsync(track.ObjectKey, 0, cancellation) ?? throw new StepFailedException(Gone));
        WavFormat format;
        try
        {
            format = await Wav.ReadHeaderAsync(counted, cancellation);
        }
        catch (InvalidDataException e)
        {
            throw new StepFailedException(Damaged, e);
        }
        if (format.SampleRate != 8000 && (format.SampleRate < SampleRate || format.SampleRate % SampleRate != 0))
            throw new StepFailedException($"A recorded voice has {format.SampleRate} Hz, which cannot be written down.");
        var header = counted.Count;
        var frame = new byte[format.SampleRate / PiecePlan.FramesASecond * 2];
        var loudness = new List<ushort>((int)Math.Min(format.Samples * PiecePlan.FramesASecond / format.SampleRate, 1 << 20));
        int read;
        do
        {
            read = await counted.ReadAtLeastAsync(frame, frame.Length, throwOnEndOfStream: false, cancellation);
            if (read >= 2)
                loudness.Add(LoudnessOf(MemoryMarshal.Cast<byte, short>(frame.AsSpan(0, read & ~1))));
        }
        while (read == frame.Length);
        return (format, header, loudness);
    }

    private static ushort LoudnessOf(ReadOnlySpan<short> samples)
    {
        long sum = 0;
        foreach (var sample in samples)
            sum += sample * sample;
        return (ushort)Math.Sqrt((double)sum / samples.Length);
    }

    private sealed class CountingStream(Stream inner) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask DisposeAsync()
        {
            await inner.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}

/// <summary>A stretch of PCM as a WAVE file of its own at 16 kHz. Between the samples of a lower rate lie their means; of a higher rate every so many samples become their mean.</summary>
/// <param name="pcm">From the first sample on; silence once it has ended. Disposed of with this.</param>
/// <param name="samples">Of this file.</param>
internal sealed class CutWav(Stream pcm, int sourceRate, long samples) : WavStream(samples, SpokenSound.SampleRate)
{
    private byte[] raw = [];
    private short last;

    protected override async ValueTask FillAsync(Memory<byte> output, CancellationToken cancellation)
    {
        var count = output.Length / 2;
        // An even number at 8 kHz but for the very last.
        var needed = (int)(((long)count * sourceRate + SpokenSound.SampleRate - 1) / SpokenSound.SampleRate) * 2;
        if (raw.Length < needed)
            raw = new byte[needed];
        var read = await pcm.ReadAtLeastAsync(raw.AsMemory(0, needed), needed, throwOnEndOfStream: false, cancellation);
        raw.AsSpan(read, needed - read).Clear();
        Convert(MemoryMarshal.Cast<byte, short>(raw.AsSpan(0, needed)), MemoryMarshal.Cast<byte, short>(output.Span));
    }

    private void Convert(ReadOnlySpan<short> source, Span<short> output)
    {
        if (sourceRate == SpokenSound.SampleRate)
        {
            source.CopyTo(output);
        }
        else if (sourceRate < SpokenSound.SampleRate)
        {
            for (var i = 0; i < output.Length; i++)
                output[i] = i % 2 == 1 ? last = source[i / 2] : (short)((last + source[i / 2]) / 2);
        }
        else
        {
            var step = sourceRate / SpokenSound.SampleRate;
            for (var i = 0; i < output.Length; i++)
            {
                var sum = 0;
                foreach (var sample in source.Slice(i * step, step))
                    sum += sample;
                output[i] = (short)(sum / step);
            }
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await pcm.DisposeAsync();
        await base.DisposeAsync();
    }
}
