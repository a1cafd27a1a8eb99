namespace CoachingPortal.Transcripts.Transcription.Ogg;

/// <summary>A packet of Opus (RFC 6716), and where it stands.</summary>
/// <param name="At">Of its first sample, counted at 48 kHz from the stream's start, pre-skip and all.</param>
/// <param name="Samples">At 48 kHz.</param>
/// <param name="Bytes">Until the next packet is read.</param>
internal readonly record struct OpusPacket(long At, int Samples, ReadOnlyMemory<byte> Bytes)
{
    public const int SampleRate = 48000;

    /// <summary>Of <see cref="Silence"/>: 20 ms.</summary>
    public const int SilentSamples = 960;

    private const int MostSamples = 5760;

    /// <summary>CELT, fullband, mono, with its silence flag: every decoder makes it 20 ms of nothing.</summary>
    public static readonly ReadOnlyMemory<byte> Silence = new byte[] { 0xf8, 0xff, 0xfe };

    public long End => At + Samples;

    /// <summary>Lacing values that it takes on a page.</summary>
    public int Segments => Bytes.Length / 255 + 1;

    /// <returns>How long the packet sounds, samples at 48 kHz; 0 when it is none.</returns>
    public static int SamplesOf(ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty)
            return 0;
        var config = packet[0] >> 3;
        var frame = config switch
        {
            < 12 => (config & 3) switch { 0 => 480, 1 => 960, 2 => 1920, _ => 2880 },
            < 16 => 480 << (config & 1),
            _ => 120 << (config & 3),
        };
        var frames = (packet[0] & 3) switch
        {
            0 => 1,
            3 => packet.Length > 1 ? packet[1] & 0x3f : 0,
            _ => 2,
        };
        return frames * frame <= MostSamples ? frames * frame : 0;
    }
}
