using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Transcripts.Transcription;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Tests.Transcripts;

/// <summary>Commands that behave and misbehave. That a real one is understood, the integration tests try with pocketsphinx.</summary>
public sealed class CommandTranscriberTests
{
    [Theory]
    [InlineData("exit 3", "ended with 3")]
    [InlineData("echo words", "something else than a JSON object a line")]
    [InlineData("echo '{\"start\": 0, \"text\": \"no end\"}'", "something else than a JSON object a line")]
    [InlineData("sleep 600", "took longer than 1 seconds")]
    public async Task ACommandThatMisbehaves_FailsInWords(string script, string why)
    {
        var fault = await Assert.ThrowsAsync<StepFailedException>(() => RunAsync(script));

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ACommand_GetsTheSoundTheWordsAndNoneOfThePortalsSettings_AndLeavesNothing()
    {
        Environment.SetEnvironmentVariable("Portal__Secret", "not for others");

        var heard = await RunAsync("""printf '{"start": 0.5, "end": 1, "text": "%s|%s|%s|%s", "confidence": 0.25}\n' "$(wc -c < "$1")" "$2" "$Portal__Secret" "$1" """);

        var said = Assert.Single(heard.Heard);
        var parts = said.Text.Split('|');
        Assert.Equal(["1004", "a; b $(c)", ""], parts[..3]);
        Assert.False(File.Exists(parts[3]));
        Assert.Equal((0.5, 1, 0.25), (said.From.TotalSeconds, said.To.TotalSeconds, said.Confidence));
        Assert.Equal("de", heard.Language);
    }

    [Fact]
    public async Task ACommand_IsNotGivenWhatIsNoWave()
    {
        var piece = new SoundPiece(default, TimeSpan.FromSeconds(2), 4, "sound.ogg", SpokenSound.OggType, _ => throw new InvalidOperationException());

        var fault = await Assert.ThrowsAsync<StepFailedException>(() =>
            new CommandTranscriber(Options.Create(new TranscriptionOptions { Command = "cat {file}" })).TranscribeAsync(piece, null, CancellationToken.None));

        Assert.Contains("reads WAV alone", fault.Message, StringComparison.Ordinal);
        Assert.Contains("The captions of the call stay.", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh -c \"{ printf decoded:; cat $0; } > $1\" {file} {wav}", "decoded:Ogg.")]
    [InlineData("sh -c \"exit 4\" {file} {wav}", "The decoder ended with 4.")]
    [InlineData("true {file} {wav}", "The decoder made no sound.")]
    public async Task ADecoder_MakesTheWaveThatTheCommandReads_OrFailsInWords(string decoder, string result)
    {
        var piece = new SoundPiece(default, TimeSpan.FromSeconds(2), 4, "sound.ogg", SpokenSound.OggType, _ => Task.FromResult<Stream>(new MemoryStream("Ogg."u8.ToArray())));
        var options = new TranscriptionOptions { Decoder = decoder };
        options.Command = "sh -c \"cat $0 | sed 's/.*/{\\x22start\\x22: 0, \\x22end\\x22: 1, \\x22text\\x22: \\x22&\\x22}/'\" {file}";

        string heard;
        try
        {
            heard = Assert.Single((await new CommandTranscriber(Options.Create(options)).TranscribeAsync(piece, null, CancellationToken.None)).Heard).Text;
        }
        catch (StepFailedException e)
        {
            heard = e.Message;
        }

        Assert.StartsWith(result, heard, StringComparison.Ordinal);
    }

    private static async Task<HeardPiece> RunAsync(string script)
    {
        var folder = Directory.CreateTempSubdirectory("portal-command-");
        try
        {
            var path = Path.Combine(folder.FullName, "script.sh");
            await File.WriteAllTextAsync(path, script);
            var options = Options.Create(new TranscriptionOptions { Command = $"sh {path} {{file}} {{prompt}}", Language = "de", Timeout = TimeSpan.FromSeconds(script.StartsWith("sleep", StringComparison.Ordinal) ? 1 : 300) });
            var piece = new SoundPiece(default, TimeSpan.FromSeconds(2), 1004, "sound.wav", Wav.ContentType, _ => Task.FromResult<Stream>(new MemoryStream(new byte[1004])));
            return await new CommandTranscriber(options).TranscribeAsync(piece, "a; b $(c)", CancellationToken.None);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
