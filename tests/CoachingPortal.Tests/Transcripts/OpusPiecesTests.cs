using CoachingPortal.Domain;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Transcription;
using CoachingPortal.Transcripts.Transcription.Ogg;
using NSubstitute;

namespace CoachingPortal.Tests.Transcripts;

/// <summary>Ogg Opus is cut into pieces without being decoded.</summary>
public sealed class OpusPiecesTests
{
    private const long Much = 25_000_000;
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);
    private static readonly Stretch Always = new(Start, DateTimeOffset.MaxValue);

    /// <summary>3.4 s of a synthesised voice, as opusenc wrote it.</summary>
    private static readonly byte[] Voice = Embedded("voice.ogg");

    [Fact]
    public async Task AFileOfAnotherEncoder_BecomesOnePieceWithItsPackets()
    {
        var piece = Assert.Single(await PiecesAsync(Voice, Always));

        Assert.Equal(OggFile.ReadLoosely(Voice), OggFile.Read(piece.Bytes));
        Assert.Equal(0, piece.At, 0.001);
        Assert.Equal(3.4, piece.Length, 0.05);
    }

    [Fact]
    public async Task NothingOutsideOfTheSpans_IsReadOut()
    {
        var all = OggFile.ReadLoosely(Voice);

        var pieces = await PiecesAsync(Voice, new Stretch(Start.AddMilliseconds(550), Start.AddMilliseconds(1250)), new(Start.AddMilliseconds(2000), Start.AddMilliseconds(2300)));

        Assert.Equal(2, pieces.Count);
        // From 0.6 to 1.2 s: packets of 20 ms, each 312 samples earlier than its number says.
        Assert.Equal(all[31..60], OggFile.Read(pieces[0].Bytes));
        Assert.Equal(31 * 0.02, pieces[0].At, 0.001);
        Assert.Equal(all[101..115], OggFile.Read(pieces[1].Bytes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task APause_KeepsWhatFollowsAtItsTime(bool isAnnounced)
    {
        // 2 s of talk, 5 s of which nothing was sent, 2 s of talk: in pages of half a second.
        var file = OggFile.Begun();
        Talk(file, 0, 100, isAnnounced ? [0xf8] : null);
        Talk(file, 350, 100);

        var piece = Assert.Single(await PiecesAsync(file.Bytes, Always));

        var packets = OggFile.Read(piece.Bytes);
        Assert.Equal(450, packets.Count);
        Assert.Equal(OggFile.Packet(80, 80), packets[98]);
        Assert.Equal(250, packets.Count(p => p.SequenceEqual(new byte[] { 0xf8, 0xff, 0xfe })));
        Assert.Equal([0xf8, 0xff, 0xfe], packets[349]);
        Assert.Equal(OggFile.Packet(80, 80), packets[350]);
    }

    [Fact]
    public async Task APauseWithinAPage_StandsAfterThePacketThatAnnouncesIt()
    {
        var voice = OggFile.Packet(80, 80);
        var file = OggFile.Begun().Page(0, 25 * 960, [.. Enumerable.Repeat(voice, 25)]).Page(4, (25 + 10 + 20) * 960, [voice, voice, voice, voice, [0xf8], .. Enumerable.Repeat(voice, 5)]);

        var packets = OggFile.Read(Assert.Single(await PiecesAsync(file.Bytes, Always)).Bytes);

        Assert.Equal([0xf8], packets[29]);
        Assert.Equal([0xf8, 0xff, 0xfe], packets[30]);
        Assert.Equal([0xf8, 0xff, 0xfe], packets[49]);
        Assert.Equal(voice, packets[50]);
        Assert.Equal(55, packets.Count);
    }

    [Fact]
    public async Task ALongSilence_IsNotSent_AndWhatFollowsKeepsItsTime()
    {
        var file = OggFile.Begun();
        Talk(file, 0, 250);
        Talk(file, 3000, 250);

        var pieces = await PiecesAsync(file.Bytes, Always);

        Assert.Equal(2, pieces.Count);
        Assert.InRange(pieces[1].At, 58, 60);
        var packets = OggFile.Read(pieces[1].Bytes);
        Assert.Equal(60, pieces[1].At + 0.02 * packets.FindIndex(p => p.Length == 80), 0.001);
        Assert.Equal(250, packets.Count(p => p.Length == 80));
    }

    [Fact]
    public async Task SilenceAtAConstantRate_IsKnownByItsZeros()
    {
        // As LiveKit's Egress writes: every packet is as large as the other.
        var (voice, quiet) = (OggFile.Packet(320, 320), OggFile.Packet(3, 320));
        var file = OggFile.Begun();
        for (var i = 0; i < 120; i++)
            file.Page((byte)(i == 119 ? 4 : 0), (i + 1) * 25L * 960, [.. Enumerable.Repeat(i is >= 20 and < 100 ? quiet : voice, 25)]);

        var pieces = await PiecesAsync(file.Bytes, Always);

        Assert.Equal(2, pieces.Count);
        Assert.InRange(pieces[0].Length, 10, 12);
        Assert.InRange(pieces[1].At, 48, 50);
    }

    [Fact]
    public async Task LongTalk_IsCutWhereItIsQuiet_AndNothingIsLost()
    {
        // Five minutes with a short pause after every 9 s.
        var (voice, quiet) = (OggFile.Packet(80, 80), OggFile.Packet(10, 10));
        var file = OggFile.Begun();
        for (var i = 0; i < 300; i++)
            file.Page((byte)(i == 299 ? 4 : 0), (i + 1) * 50L * 960, [.. Enumerable.Range(0, 50).Select(n => i % 10 == 9 ? quiet : OggFile.Packet(80, 80, i * 50 + n))]);

        var pieces = await PiecesAsync(file.Bytes, [Always], 200_000);

        Assert.All(pieces, p => Assert.InRange(p.Bytes.Length, 1, 200_000));
        Assert.Equal(OggFile.ReadLoosely(file.Bytes), [.. pieces.SelectMany(p => OggFile.Read(p.Bytes))]);
        Assert.InRange(pieces.Count, 6, 12);
        Assert.All(pieces.Skip(1), p => Assert.InRange(p.At % 10, 9, 10));
        Assert.Equal(voice.Length, OggFile.Read(pieces[0].Bytes)[0].Length);
    }

    [Fact]
    public async Task PacketsAcrossPages_AreReadWhole()
    {
        var large = OggFile.Packet(600, 600);
        var file = OggFile.Begun()
            .Raw(0, 960, OggFile.Serial, [80, 255, 255], [.. OggFile.Packet(80, 80), .. large[..510]])
            .Raw(1, 960 * 3, OggFile.Serial, [90, 80], [.. large[510..], .. OggFile.Packet(80, 80)])
            .Raw(0, 960 * 4, OggFile.Serial, [80], OggFile.Packet(80, 80));

        Assert.Equal([80, 600, 80, 80], OggFile.Read(Assert.Single(await PiecesAsync(file.Bytes, Always)).Bytes).Select(p => p.Length));
    }

    [Fact]
    public async Task AFileThatBreaksOff_IsReadAsFarAsItGoes()
    {
        var piece = Assert.Single(await PiecesAsync(Voice[..^300], Always));

        Assert.Equal(OggFile.ReadLoosely(Voice)[..OggFile.Read(piece.Bytes).Count], OggFile.Read(piece.Bytes));
    }

    [Theory]
    [InlineData("no Ogg")]
    [InlineData("wrong checksum")]
    [InlineData("no sound")]
    [InlineData("no Opus")]
    [InlineData("many channels")]
    [InlineData("two streams")]
    [InlineData("one after the other")]
    [InlineData("clock goes back")]
    [InlineData("a year")]
    [InlineData("end of time")]
    [InlineData("endless packet")]
    [InlineData("too dense")]
    public async Task ADamagedFile_IsRefusedInWords(string how)
    {
        var voice = OggFile.Packet(80, 80);
        var endless = Enumerable.Repeat((byte)255, 255).ToArray();
        var file = how switch
        {
            "no Ogg" => new byte[5000],
            "wrong checksum" => [.. Voice[..1000], (byte)(Voice[1000] + 1), .. Voice[1001..]],
            "no sound" => OggFile.Begun().Bytes[..^4],
            "no Opus" => new OggFile().Page(2, 0, [.. "\u0001vorbis"u8, .. new byte[23]]).Page(0, 0, new byte[40]).Bytes,
            "many channels" => OggFile.Begun(6, family: 1).Page(4, 960, voice).Bytes,
            "two streams" => OggFile.Begun().Raw(0, 960, 78, [80], voice).Bytes,
            "one after the other" => [.. Voice, .. Voice],
            "clock goes back" => OggFile.Begun().Page(0, 96000, [.. Enumerable.Repeat(voice, 100)]).Page(4, 960, voice).Bytes,
            "a year" => OggFile.Begun().Page(0, 960, voice).Page(4, 365L * 86400 * 48000, voice).Bytes,
            "end of time" => OggFile.Begun().Page(0, 0, voice).Page(4, long.MaxValue / 2 - 1, voice).Bytes,
            "endless packet" => OggFile.Begun().Raw(0, -1, OggFile.Serial, endless, new byte[255 * 255]).Raw(1, 960, OggFile.Serial, [1], [0]).Bytes,
            _ => OggFile.Begun().Page(0, 960, OggFile.Packet(60_000, 60_000)).Page(4, 1920, OggFile.Packet(60_000, 60_000)).Bytes,
        };

        var fault = await Assert.ThrowsAsync<StepFailedException>(() => PiecesAsync(file, Always));

        Assert.Contains("recorded voice", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyBytesChanged_AreReadOrRefused()
    {
        var random = new Random(7);
        for (var i = 0; i < 300; i++)
        {
            var file = Voice.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
                file[random.Next(file.Length)] = (byte)random.Next(256);
            try
            {
                await PiecesAsync(file[..random.Next(file.Length)], Always);
            }
            catch (StepFailedException)
            {
            }
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x00 }, 480)]
    [InlineData(new byte[] { 0x18 }, 2880)]
    [InlineData(new byte[] { 0x68 }, 960)]
    [InlineData(new byte[] { 0x80 }, 120)]
    [InlineData(new byte[] { 0xf8 }, 960)]
    [InlineData(new byte[] { 0xf9 }, 1920)]
    [InlineData(new byte[] { 0xfa }, 1920)]
    [InlineData(new byte[] { 0xfb, 6 }, 5760)]
    [InlineData(new byte[] { 0xfb, 7 }, 0)]
    [InlineData(new byte[] { 0xfb, 0 }, 0)]
    [InlineData(new byte[] { 0xfb }, 0)]
    [InlineData(new byte[0], 0)]
    public void APacketsLength_ComesFromItsFirstBytes(byte[] packet, int samples) => Assert.Equal(samples, OpusPacket.SamplesOf(packet));

    /// <summary>Packets of 20 ms in pages of half a second, the first at that packet's time.</summary>
    private static void Talk(OggFile file, int from, int packets, byte[]? last = null)
    {
        for (var i = 0; i < packets; i += 25)
        {
            byte[][] page = [.. Enumerable.Repeat(OggFile.Packet(80, 80), 25)];
            if (last is not null && i + 25 == packets)
                page[^1] = last;
            file.Page(0, (from + i + 25) * 960L, page);
        }
    }

    private static Task<List<(double At, double Length, byte[] Bytes)>> PiecesAsync(byte[] file, params Stretch[] spans) => PiecesAsync(file, spans, Much);

    private static async Task<List<(double At, double Length, byte[] Bytes)>> PiecesAsync(byte[] file, Stretch[] spans, long most)
    {
        var store = Substitute.For<IObjectStore>();
        store.OpenAsync("voice.ogg", Arg.Any<long>(), Arg.Any<CancellationToken>()).Returns(c => new MemoryStream(file[(int)c.Arg<long>()..]));
        var pieces = await new SpokenSound(store).PiecesAsync(new(Guid.NewGuid(), Role.Coach, "voice.ogg", SoundFormat.OggOpus, Start, spans), spans, most, CancellationToken.None);
        var read = new List<(double, double, byte[])>();
        foreach (var piece in pieces)
        {
            await using var stream = await piece.OpenAsync(CancellationToken.None);
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            Assert.Equal(piece.Bytes, bytes.Length);
            Assert.Equal(("sound.ogg", "audio/ogg"), (piece.FileName, piece.ContentType));
            read.Add(((piece.StartedAt - Start).TotalSeconds, piece.Length.TotalSeconds, bytes.ToArray()));
        }
        return read;
    }

    private static byte[] Embedded(string name)
    {
        using var stream = typeof(OpusPiecesTests).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
