using System.Text.Json;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Transcripts.Transcription;

namespace CoachingPortal.Tests.Transcripts;

public sealed class VerboseJsonTests
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);

    [Fact]
    public void Read_Segments_HaveTimesTextAndConfidence()
    {
        var piece = Read("""
            { "task": "transcribe", "language": "english", "text": "all", "segments": [
              { "id": 0, "start": 0.5, "end": 2.25, "text": " We raise prices.", "avg_logprob": -0.10536, "no_speech_prob": 0.9, "tokens": [1, 2] },
              { "start": 3, "end": 99, "text": "In\nMay.", "confidence": 0.4, "avg_logprob": -3 } ] }
            """);

        Assert.Equal("en", piece.Language);
        Assert.Equal(
            [(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2.25), "We raise prices.", 0.9), (TimeSpan.FromSeconds(3), Length, "In May.", 0.4)],
            piece.Heard.Select(h => (h.From, h.To, h.Text, Math.Round(h.Confidence!.Value, 3))));
    }

    [Fact]
    public void Read_WhatWasMadeUpOutOfNoise_IsLeftOut() =>
        Assert.Empty(Read("""{ "segments": [ { "start": 0, "end": 2, "text": "Thank you.", "avg_logprob": -1.2, "no_speech_prob": 0.8 }, { "start": 2, "end": 3, "text": "  " } ] }""").Heard);

    [Fact]
    public void Read_OnlyTheWholeText_CoversThePiece() =>
        Assert.Equal([new(TimeSpan.Zero, Length, "We raise prices.", null)], Read("""{ "language": "de-CH", "text": " We raise prices. " }""").Heard);

    [Fact]
    public void Read_ConfidenceOfWordsAlone_IsTheirMean() =>
        Assert.Equal(0.6, Read("""{ "segments": [ { "start": 0, "end": 2, "text": "We raise", "words": [ { "word": "We", "probability": 0.9 }, { "word": "raise", "probability": 0.3 } ] } ] }""").Heard[0].Confidence!.Value, 6);

    /// <summary>OpenAI gives the words beside the segments and without their stops, faster-whisper in them and with a blank before, whisper.cpp tokens.</summary>
    [Theory]
    [InlineData("""
        { "segments": [ { "start": 1, "end": 5, "text": " So, we go with ninety. Then may we go?" }, { "start": 5, "end": 6, "text": " Yes we go." } ],
          "words": [ { "word": "So", "start": 1, "end": 1.2 }, { "word": "we", "start": 1.3, "end": 1.5 }, { "word": "go", "start": 1.5, "end": 2 }, { "word": "with", "start": 2, "end": 2.3 },
            { "word": "90", "start": 2.5, "end": 3 }, { "word": "Then", "start": 4, "end": 4.2 }, { "word": "may", "start": 4.39, "end": 4.5 }, { "word": "we", "start": 4.5, "end": 4.8 }, { "word": "go", "start": 4.85 },
            { "word": "Yes", "start": 5, "end": 5.3 }, { "word": "we", "start": 5.5, "end": 6 }, { "word": "go", "start": 99 }, { "word": "" }, 3 ] }
        """)]
    [InlineData("""
        { "segments": [
          { "start": 1, "end": 5, "text": " So, we go with ninety. Then may we go?", "words": [ { "word": " So,", "start": 1 }, { "word": " we", "start": 1.3 }, { "word": " go", "start": 1.5 }, { "word": " with", "start": 2 },
            { "word": " 90.", "start": 2.5 }, { "word": " Then", "start": 4 }, { "word": " may", "start": 4.39 }, { "word": " we", "start": 4.5 }, { "word": " go?", "start": 4.85 } ] },
          { "start": 5, "end": 6, "text": " Yes we go.", "words": [ { "word": " Yes", "start": 5 }, { "word": " we", "start": 5.5 } ] } ] }
        """)]
    [InlineData("""
        { "segments": [
          { "start": 1, "end": 5, "text": " So, we go with ninety. Then may we go?", "words": [ { "word": " So", "start": 1 }, { "word": ",", "start": 1.2 }, { "word": " we", "start": 1.3 }, { "word": " go", "start": 1.5 },
            { "word": " with", "start": 2 }, { "word": " nine", "start": 2.3 }, { "word": "ty", "start": 2.8 }, { "word": ".", "start": 3.6 }, { "word": " Then", "start": 4 }, { "word": " m", "start": 4.39 }, { "word": "ay", "start": 4.4 },
            { "word": " we", "start": 4.5 }, { "word": " go", "start": 4.85 }, { "word": "?", "start": 4.9 } ] },
          { "start": 5, "end": 6, "text": " Yes we go.", "words": [ { "word": " Yes", "start": 5 }, { "word": " we", "start": 5.5 } ] } ] }
        """)]
    public void Read_WordsWithTimes_TellWhenEachBegan(string json)
    {
        var heard = Read(json).Heard;

        Assert.Equal("So, we go with ninety. Then may we go?", heard[0].Text);
        // "go", "with", "Then", "we": each at least 0.4 s after the one before.
        Assert.Equal([7, 500, 10, 1000, 23, 3000, 32, 3500], heard[0].Pieces);
        Assert.Equal([4, 500], heard[1].Pieces);
    }

    [Fact]
    public void Read_AWordWrittenOtherwise_IsNotTakenForOneFarOn()
    {
        var heard = Read("""
            { "segments": [ { "start": 0, "end": 20, "text": "I said nine and then we talked about all of that until nothing was left but 9 again.",
              "words": [ { "word": "I", "start": 0 }, { "word": "said", "start": 0.2 }, { "word": "9", "start": 0.5 }, { "word": "and", "start": 1 }, { "word": "then", "start": 1.5 } ] } ] }
            """).Heard[0];

        Assert.Equal([12, 1000, 16, 1500], heard.Pieces);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "segments": [ { "text": "no times" } ] }""")]
    [InlineData("""{ "segments": [ { "start": "0", "end": "1", "text": "no numbers" } ] }""")]
    public void Read_SomethingElse_Throws(string json) => Assert.Throws<JsonException>(() => Read(json));

    [Fact]
    public void ConsentedTime_AnswersInOrder_SaysWhenTheYesStood()
    {
        var start = new DateTimeOffset(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);
        Consent Says(long number, int minute, ConsentAnswer answer, string? version = null, int? expires = null) => new()
        {
            Number = number, SessionId = default, PersonId = default, Type = ConsentType.Transcript, Answer = answer, AnsweredAt = start.AddMinutes(minute),
            WordingVersion = version ?? ConsentWording.Transcript.Version, Wording = "", LegalBasis = "", ExpiresAt = expires is { } e ? start.AddMinutes(e) : null,
        };

        var spans = ConsentedTime.Of([
            Says(6, 40, ConsentAnswer.Granted), Says(1, 0, ConsentAnswer.Granted), Says(2, 10, ConsentAnswer.Withdrawn), Says(3, 20, ConsentAnswer.Granted, expires: 25),
            Says(4, 30, ConsentAnswer.Granted, "transcript-1"), Says(5, 35, ConsentAnswer.Declined)]);

        Assert.Equal([new(start, start.AddMinutes(10)), new(start.AddMinutes(20), start.AddMinutes(25)), new(start.AddMinutes(40), DateTimeOffset.MaxValue)], spans);
        Assert.Equal(
            [new(start.AddMinutes(5), start.AddMinutes(10)), new(start.AddMinutes(20), start.AddMinutes(22))],
            Stretch.Common([new(start.AddMinutes(5), start.AddMinutes(22))], spans));
    }

    private static HeardPiece Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return VerboseJson.Read(document.RootElement, Length);
    }
}
