using CoachingPortal.Domain;
using CoachingPortal.Transcripts;
using CoachingPortal.Transcripts.Transcription;

namespace CoachingPortal.Tests.Transcripts;

public sealed class SpokenSentencesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_WhatIsShortEnough_IsItself()
    {
        var said = Said("One. Two.", 60);

        Assert.Same(said, Assert.Single(SpokenSentences.Of(said)));
    }

    [Fact]
    public void Of_LongInTime_SharesTheTimeOutByLength()
    {
        var parts = SpokenSentences.Of(Said("Aaaaaaaaa. Bbbbbbbbbbbbbbbbbbbbbbbbbbbbb! \"Cc ccc.\" Why?", 800)).ToList();

        Assert.Equal(["Aaaaaaaaa.", "Bbbbbbbbbbbbbbbbbbbbbbbbbbbbb!", "\"Cc ccc.\"", "Why?"], parts.Select(p => p.Text));
        Assert.Equal([0.0, 151, 604, 740], parts.Select(p => Math.Round((p.StartedAt - Start).TotalSeconds)));
        Assert.Equal(Start.AddSeconds(800), parts[^1].EndedAt);
        Assert.All(parts.Zip(parts.Skip(1)), p => Assert.Equal(p.First.EndedAt, p.Second.StartedAt));
    }

    [Fact]
    public void Of_LongWithItsWordsTimes_IsPartedByThem()
    {
        var said = Said("Well then. We go with ninety. Bye!", 800) with { Pieces = [11, 20_000, 14, 21_000, 22, 22_500, 30, 700_000] };

        var parts = SpokenSentences.Of(said).ToList();

        Assert.Equal([("Well then.", 0.0, 20.0), ("We go with ninety.", 20, 700), ("Bye!", 700, 800)], parts.Select(p => (p.Text, (p.StartedAt - Start).TotalSeconds, (p.EndedAt - Start).TotalSeconds)));
        Assert.Equal([[], [3, 1_000, 11, 2_500], []], parts.Select(p => p.Pieces));
    }

    [Fact]
    public void Of_NoSentenceEnds_IsPartedBetweenWordsAndWithoutWordsAtTheLimit()
    {
        var words = string.Join(' ', Enumerable.Range(0, 900).Select(i => $"w{i}"));

        var parts = SpokenSentences.Of(Said(words, 10)).ToList();
        var solid = SpokenSentences.Of(Said(new string('x', 2500), 10)).ToList();

        Assert.Equal(words, string.Join(' ', parts.Select(p => p.Text)));
        Assert.All(parts, p => Assert.InRange(p.Text.Length, 1, TurnRule.LongestText));
        Assert.Equal([1000, 1000, 500], solid.Select(p => p.Text.Length));
    }

    private static Utterance Said(string text, int seconds) => new(Guid.NewGuid(), "Fiona", Role.Founder, text, Start, Start.AddSeconds(seconds), null, "en");
}
