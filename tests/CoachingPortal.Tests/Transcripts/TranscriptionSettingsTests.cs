using CoachingPortal.Domain;
using CoachingPortal.Transcripts.Transcription;

namespace CoachingPortal.Tests.Transcripts;

public sealed class TranscriptionSettingsTests
{
    [Fact]
    public void Validate_NothingSet_IsFineAndNotSet()
    {
        var options = new TranscriptionOptions();

        Assert.Empty(Faults(options));
        Assert.False(options.IsSet);
    }

    [Fact]
    public void Validate_AnEndpointOrACommand_IsFineAndSet()
    {
        TranscriptionOptions[] good =
        [
            new() { Endpoint = "http://127.0.0.1:8000/v1", Model = "whisper", ApiKey = "key", Language = "en-GB", Vocabulary = "Postgres, Quotely" },
            new() { Command = "sh -c \"cat {file}\"" },
        ];

        Assert.All(good, o => Assert.Empty(Faults(o)));
        Assert.All(good, o => Assert.True(o.IsSet));
    }

    [Fact]
    public void Validate_EverythingWrong_SaysAllOfIt()
    {
        var faults = Faults(new()
        {
            Endpoint = "ftp://example.org", ApiKey = "kéy", Command = "no-such-program-here {file}", Language = "English please", Vocabulary = new string('x', 51),
            MaxUploadBytes = 5, Timeout = TimeSpan.Zero, ConfidenceThreshold = 2,
        });

        string[] keys = ["Command", "Endpoint", "Model", "ApiKey", "Command", "Language", "Vocabulary", "MaxUploadBytes", "Timeout", "ConfidenceThreshold"];
        Assert.Equal(keys.Select(k => "Transcription:" + k), faults.Select(f => f.Split(' ')[0].TrimEnd(':')));
    }

    [Theory]
    [InlineData("sh", "must name the sound")]
    [InlineData("sh \"{file}", "quotation mark")]
    [InlineData("/no/such/thing {file}", "no program on this machine")]
    public void Validate_ACommandThatCannotRun_SaysWhy(string command, string why) => Assert.Contains(why, Assert.Single(Faults(new() { Command = command })), StringComparison.Ordinal);

    [Theory]
    [InlineData("sh {file}", "sh {file}", "Transcription:Decoder must name the sound by {wav}")]
    [InlineData("sh {file}", "/no/such/thing {file} {wav}", "no program on this machine")]
    [InlineData(null, "sh {file} {wav}", "Transcription:Command is missing")]
    public void Validate_ADecoderThatCannotHelp_SaysWhy(string? command, string decoder, string why) =>
        Assert.Contains(why, Assert.Single(Faults(new() { Command = command, Decoder = decoder })), StringComparison.Ordinal);

    [Fact]
    public void Validate_AKeyWithoutAnEndpoint_SaysSo() => Assert.StartsWith("Transcription:Endpoint is missing", Assert.Single(Faults(new() { ApiKey = "key" })), StringComparison.Ordinal);

    [Fact]
    public void SentTo_IsTheEndpointsHost_OrTheNameItIsGiven()
    {
        Assert.Equal("api.example.com", new TranscriptionOptions { Endpoint = "https://api.example.com:8443/v1" }.SentTo);
        Assert.Equal("Example Speech", new TranscriptionOptions { Endpoint = "http://127.0.0.1:8000/v1", ServiceName = " Example Speech " }.SentTo);
        Assert.Null(new TranscriptionOptions().SentTo);
        Assert.Null(new TranscriptionOptions { Command = "sh -c \"cat {file}\"" }.SentTo);
    }

    [Fact]
    public void Validate_AServicesName_NeedsAnEndpointAndALimit()
    {
        Assert.StartsWith("Transcription:ServiceName means nothing", Assert.Single(Faults(new() { ServiceName = "Example Speech" })), StringComparison.Ordinal);
        foreach (var bad in new[] { new string('x', 101), "Example\nSpeech" })
            Assert.StartsWith("Transcription:ServiceName must", Assert.Single(Faults(new() { Endpoint = "http://127.0.0.1:8000/v1", Model = "whisper", ServiceName = bad })), StringComparison.Ordinal);
    }

    [Fact]
    public void Split_QuotedWords_StayWhole() => Assert.Equal(["a", "b c", "", "d e"], CommandLine.Split(" a \"b c\"  \"\" d\" \"e ")!);

    [Fact]
    public void Vocabulary_ListOfAPerson_IsReadOnceEach() => Assert.Equal(["Quotely", "Head of Sales"], Vocabulary.Read(" Quotely,\r\n\nHead of Sales\nQUOTELY"));

    [Fact]
    public void Vocabulary_TooMuch_SaysHow()
    {
        Assert.Throws<ArgumentException>(() => Vocabulary.Read(string.Join(',', Enumerable.Range(0, 101))));
        Assert.Throws<ArgumentException>(() => Vocabulary.Read(new string('x', 51)));
        Assert.Throws<ArgumentException>(() => Vocabulary.Read("a\tb"));
        Assert.Equal(100, Vocabulary.Read(string.Join(',', Enumerable.Range(0, 100))).Length);
    }

    [Fact]
    public void Prompt_ManyWords_KeepsTheFirstAndStaysShort()
    {
        var prompt = TranscriptionPrompt.Of(["Carla Coach", "carla coach", .. Enumerable.Range(0, 200).Select(i => $"Word number {i}")])!;

        Assert.StartsWith("Carla Coach, Word number 0, ", prompt, StringComparison.Ordinal);
        Assert.InRange(prompt.Length, 700, TranscriptionPrompt.Longest);
        Assert.Null(TranscriptionPrompt.Of([]));
    }

    private static IReadOnlyList<string> Faults(TranscriptionOptions options) => new TranscriptionValidator().Validate(null, options).Failures?.ToList() ?? [];
}
