using System.Runtime.InteropServices;

namespace CoachingPortal.Transcripts.Transcription.Ogg;

/// <summary>What stands in an Ogg Opus file, by frames of <see cref="PiecePlan.Frame"/> of its sound.</summary>
internal sealed class OpusTrack
{
    public const int FrameSamples = OpusPacket.SampleRate / PiecePlan.FramesASecond;

    /// <summary>Smoothed over twice the time after which a microphone without sound gives a sign.</summary>
    private const int Around = 4;

    /// <summary>A fifth of what speech takes is none; and neither is this, bytes a frame.</summary>
    private const int SpeechToSilence = 5;
    private const int AlwaysSilent = 30;

    private readonly List<OpusFrame> frames = [];

    private OpusTrack(OpusHead head) => Head = head;

    public OpusHead Head { get; }

    public IReadOnlyList<OpusFrame> Frames => frames;

    /// <summary>Stands in for loudness: bytes that say something, a frame. An encoder of constant rate fills up with zeros.</summary>
    public IReadOnlyList<ushort> Loudness { get; private set; } = [];

    /// <summary>Of <see cref="Loudness"/>: what is still silence.</summary>
    public int Silent { get; private set; }

    /// <param name="stream">From the file's start.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or something else.</exception>
    public static async Task<OpusTrack> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var reader = await OpusReader.OpenAsync(stream, cancellation);
        var track = new OpusTrack(reader.Head);
        await foreach (var packet in reader.PacketsAsync(cancellation))
            track.Add(packet, reader.Place);
        track.Listen();
        return track;
    }

    /// <returns>The frame in which the packet begins.</returns>
    public static int FrameOf(OpusPacket packet, OpusHead head) => (int)(Math.Max(0, packet.At - head.PreSkip) / FrameSamples);

    /// <returns>Whether it sounds into the frame after its own.</returns>
    public static bool GoesOn(OpusPacket packet, OpusHead head) => packet.End - head.PreSkip > (FrameOf(packet, head) + 1L) * FrameSamples;

    private void Add(OpusPacket packet, OpusPlace place)
    {
        var number = FrameOf(packet, Head);
        while (frames.Count <= number)
            frames.Add(new() { Place = place, FirstAt = packet.At });
        ref var frame = ref CollectionsMarshal.AsSpan(frames)[number];
        frame.Packets++;
        frame.Segments += packet.Segments;
        frame.Bytes += packet.Bytes.Length;
        if (frame.Segments > OggPages.MostSegments)
            throw new InvalidDataException("There is more in the file than Opus can be.");
        frame.Telling += packet.Bytes.Length - packet.Bytes.Span.Count((byte)0);
        if (GoesOn(packet, Head))
            frame.Last = (packet.Segments, packet.Bytes.Length);
    }

    private void Listen()
    {
        var loudness = new ushort[frames.Count];
        var sum = 0L;
        for (var i = -Around; i < frames.Count; i++)
        {
            sum += i + Around < frames.Count ? frames[i + Around].Telling : 0;
            sum -= i - Around >= 0 ? frames[i - Around].Telling : 0;
            if (i >= 0)
                loudness[i] = (ushort)(sum / (2 * Around));
        }
        Loudness = loudness;
        var said = loudness.Where(l => l > AlwaysSilent).Order().ToArray();
        Silent = said.Length == 0 ? AlwaysSilent : Math.Max(AlwaysSilent, said[said.Length * 9 / 10] / SpeechToSilence);
    }
}

/// <summary>The packets that begin in a frame.</summary>
internal struct OpusFrame
{
    /// <summary>From where they can be read.</summary>
    public required OpusPlace Place { get; init; }

    /// <summary>What is heard first when a file of its own begins here and skips as much as the whole one: at 48 kHz from the sound's beginning.</summary>
    public required long FirstAt { get; init; }

    public int Packets { get; set; }

    public int Segments { get; set; }

    public int Bytes { get; set; }

    /// <summary>Bytes that are not 0.</summary>
    public int Telling { get; set; }

    /// <summary>Of the packet that sounds into the next frame; 0 when none does.</summary>
    public (int Segments, int Bytes) Last { get; set; }
}
