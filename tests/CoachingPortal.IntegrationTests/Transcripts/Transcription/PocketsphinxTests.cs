using System.IO.Compression;
using CoachingPortal.Demo;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Recordings;
using CoachingPortal.Recordings;
using CoachingPortal.Transcripts.Transcription;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

/// <summary>The whole way of a recorded call through a command, with a real recogniser and real (if synthetic) voices.</summary>
public sealed class PocketsphinxTests(PocketsphinxTests.CommandWorld world) : IClassFixture<PocketsphinxTests.CommandWorld>
{
    public sealed class CommandWorld(PostgresServer postgres) : TranscriptionWorld(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(
            base.Settings.Where(s => !s.Key.StartsWith("Transcription:", StringComparison.Ordinal)))
        {
            ["Transcription:Command"] = $"\"{Path.Combine(ContentRoot.Find(), "docs", "pocketsphinx.sh")}\" {{file}}",
        };
    }

    [Fact]
    public async Task Call_OfTwoVoices_BecomesWordsOfTheRightPersonAtTheRightTimes()
    {
        Assert.True(CommandLine.Find("pocketsphinx_continuous") is not null, "pocketsphinx is missing: ./test installs it (apt-get install pocketsphinx pocketsphinx-en-us)");
        // "... one hundred and twenty for new customers. The old ones keep their price ..." of the demo's founder, then its coach.
        byte[] founder = [.. TranscriptionWorld.Pause(2), .. await SoundAsync("founder.wav.gz", 18.5, 28)];
        byte[] coach = [.. TranscriptionWorld.Pause(12), .. await SoundAsync("coach.wav.gz", 0, 6)];
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach], 19, founder, coach);
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        var heard = await world.TurnsAsync(call.SessionId);
        string Said(Person person) => string.Join(' ', heard.Where(t => t.PersonId == person.Id).Select(t => t.Text));
        Assert.Contains("hundred and twenty", Said(world.Founder), StringComparison.Ordinal);
        Assert.Contains("wanted", Said(world.Coach), StringComparison.Ordinal);
        Assert.DoesNotContain("hundred", Said(world.Coach), StringComparison.Ordinal);
        Assert.DoesNotContain("wanted", Said(world.Founder), StringComparison.Ordinal);
        Assert.All(heard, t => Assert.InRange(t.Confidence!.Value, 0, 1));
        var (first, last) = (heard.First(t => t.PersonId == world.Founder.Id), heard.First(t => t.PersonId == world.Coach.Id));
        // Where the demo's script says that they begin to speak.
        Assert.Equal(2 + 19.634 - 18.5, (first.StartedAt - recording.StartedAt).TotalSeconds, 0.5);
        Assert.Equal(12 + 0.6, (last.StartedAt - recording.StartedAt).TotalSeconds, 0.5);
    }

    private static async Task<byte[]> SoundAsync(string name, double from, double to)
    {
        await using var sound = new GZipStream(DemoRecording.Resource(name), CompressionMode.Decompress);
        Assert.Equal(Sound.Rate, (await Wav.ReadHeaderAsync(sound)).SampleRate);
        await sound.ReadExactlyAsync(new byte[(int)(from * Sound.Rate) * 2]);
        var part = new byte[(int)((to - from) * Sound.Rate) * 2];
        await sound.ReadExactlyAsync(part);
        return part;
    }
}
