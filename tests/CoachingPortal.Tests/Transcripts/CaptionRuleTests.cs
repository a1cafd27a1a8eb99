using CoachingPortal.Domain;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Tests.Transcripts;

public sealed class CaptionRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);

    // Thirty characters: two seconds of fluent speech.
    private const string Words = "we will raise all of it by May";

    [Theory]
    [InlineData(10, 13, 9.5, 11.5, true)] // begun half a second late, ended by its answer
    [InlineData(10, 13, 9, 10.1, true)] // begun a second late: half of it is enough
    [InlineData(10, 13, 9, 9.9, false)]
    [InlineData(10, 13, 12, 13, true)]
    [InlineData(10, 13, 12.1, 16, false)]
    [InlineData(10, 13, 4, 9, false)] // the one before it was heard, this one was not
    [InlineData(10, 13, 13, 16, false)]
    [InlineData(10, 10, 8, 10, true)] // timed by its answer alone
    [InlineData(10, 10, 4, 7, false)]
    public void OtherWords_EnoughOfItsTime_IsHeard(double from, double to, double heardFrom, double heardTo, bool heard) =>
        Assert.Equal(heard, IsHeard(Words, from, to, before: 0, (heardFrom, heardTo, "braise hall office")));

    [Fact]
    public void WhatWasHeardUntilTheCaptionBefore_IsThatOnes()
    {
        Assert.True(IsHeard("And that", 10, 11, before: 8, (8, 9.7, "braise hall office")));
        Assert.False(IsHeard("And that", 10, 11, before: 9.7, (8, 9.7, "braise hall office")));
        // Its own time is its own, whatever came late.
        Assert.True(IsHeard("And that", 10, 11, before: 12, (10, 11, "braise hall office")));
    }

    [Theory]
    [InlineData(3.5, "We will RAISE, all of it, by May!", true)]
    [InlineData(3.5, "So we will raise all of it by May if nothing else comes between.", true)]
    [InlineData(3.5, "we will raise all of this by Monday", true)] // two words of eight misheard
    [InlineData(3.5, "we will raise some of this by Monday", false)]
    [InlineData(3.5, "by May we raise it, all of that we will", false)] // the words of it, and not what it says
    [InlineData(4.9, Words, true)]
    [InlineData(5, Words, false)]
    [InlineData(-6.9, Words, true)]
    [InlineData(-7, Words, false)]
    public void SameWords_AtMostFiveSecondsAway_AreHeard(double away, string words, bool heard) =>
        Assert.Equal(heard, IsHeard(Words, 10, 10, before: 0, (10 + away, 12 + away, words)));

    [Fact]
    public void SameWords_OverSeveralUtterances_AreHeard() =>
        Assert.True(IsHeard(Words, 14, 14, before: 0, (7.5, 9.5, "we will raise all"), (10, 11, "of it by May")));

    [Fact]
    public void NothingHeard_OrNoWordsInIt_Stays()
    {
        Assert.False(IsHeard(Words, 10, 13, before: 0));
        Assert.False(IsHeard("?!", 10, 13, before: 0, (14, 15, "so")));
    }

    private static bool IsHeard(string text, double from, double to, double before, params (double From, double To, string Text)[] heard)
    {
        var caption = new Turn
        {
            SessionId = Ids.New(), Speaker = "Fiona", Text = text, StartedAt = Start.AddSeconds(from), EndedAt = Start.AddSeconds(to), Source = TurnSource.Caption, Key = "1",
        };
        return CaptionRule.IsHeard(
            caption, Start.AddSeconds(before), [.. heard.Select(h => new Utterance(null, "Fiona", null, h.Text, Start.AddSeconds(h.From), Start.AddSeconds(h.To), null, null))]);
    }
}
