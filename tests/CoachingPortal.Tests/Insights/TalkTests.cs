using CoachingPortal.Domain;
using CoachingPortal.Insights;

namespace CoachingPortal.Tests.Insights;

/// <summary>Transcripts whose measures were counted by hand.</summary>
public sealed class TalkTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);

    private static SpokenTurn F(double from, double to, string text = "Yes.") => new(Role.Founder, text, Start.AddSeconds(from), Start.AddSeconds(to));

    private static SpokenTurn C(double from, double to, string text = "Yes.") => new(Role.Coach, text, Start.AddSeconds(from), Start.AddSeconds(to));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static readonly SpokenTurn[] Golden =
    [
        C(0, 4, "Good to see you. What happened with the price?"), // 9 words, open; the founder begins 1.5 s later
        F(5.5, 15.5, "I raised it to ninety, and two signed. Nobody pushed back."), // 11 words
        F(17.5, 27.5, "So I think we are too cheap."), // 7 words, the same turn
        C(26.5, 30.5, "Are you scared of the number?"), // 6 words, closed; a second before the founder's end: an interruption; answered at once
        F(30.5, 31.5, "Yes."),
        C(31, 31.3, "Mhm."), // the founder goes on: no interruption
        F(45, 51, "do you think we should wait"), // 6 words, a closed question without punctuation, 3 s
        C(54, 60, "When you signed them, what did you feel?"), // 8 words, open by its last clause; 70 s are no pause
        F(130, 140, "Relief."),
    ];

    [Fact]
    public void Of_GoldenTranscript_IsAsCountedByHand()
    {
        var talk = Talk.Of(Golden.Reverse());

        Assert.Equal(new(Seconds(37), 37 / 51.3, 4, Seconds(22), 0, 1, Seconds(3), 1, 0, 26 / (37 / 60.0)), Rounded(talk.Founder, 37 / 51.3, 26 / (37 / 60.0)));
        Assert.Equal(new(Seconds(14.3), 14.3 / 51.3, 4, Seconds(6), 2, 1, Seconds(0.75), 2, 1, 24 / (14.3 / 60)), Rounded(talk.Coach, 14.3 / 51.3, 24 / (14.3 / 60)));
        Assert.Equal([(0.0, 4.0), (5.5, 27.5), (26.5, 30.5), (30.5, 31.5), (31.0, 31.3), (45.0, 51.0), (54.0, 60.0), (130.0, 140.0)], talk.Floors.Select(f => ((f.From - Start).TotalSeconds, (f.To - Start).TotalSeconds)));
    }

    /// <summary>The last digits of a division are nobody's business.</summary>
    private static SideTalk Rounded(SideTalk side, double share, double pace)
    {
        Assert.Equal(share, side.Share!.Value, 9);
        Assert.Equal(pace, side.WordsPerMinute!.Value, 9);
        return side with { Share = share, WordsPerMinute = pace };
    }

    [Fact]
    public void Of_LinesThatOverlap_CountOnceAsTime()
    {
        var talk = Talk.Of([F(0, 10), F(5, 12), F(6, 7), C(20, 24)]);

        Assert.Equal((Seconds(12), Seconds(4), 0.75), (talk.Founder.Spoken, talk.Coach.Spoken, talk.Founder.Share));
    }

    [Fact]
    public void Of_ASilenceOfMoreThanTenSeconds_EndsTheTurn()
    {
        var talk = Talk.Of([F(0, 5), F(15, 18), F(28.1, 30)]);

        // Ten seconds are a breath, a tenth more is none.
        Assert.Equal((2, Seconds(18)), (talk.Founder.Turns, talk.Founder.Longest));
        Assert.Equal(1, talk.Founder.Share);
        Assert.Equal((0, TimeSpan.Zero, 0.0, null), (talk.Coach.Turns, talk.Coach.Longest, talk.Coach.Share, talk.Coach.WordsPerMinute));
    }

    [Theory]
    [InlineData(9.5, 12, 1)]
    [InlineData(9.6, 12, 0)] // less than half a second
    [InlineData(5, 10, 0)] // ends with the other: it did not take over
    [InlineData(0, 12, 0)] // they began together
    public void Of_TheCoachOverTheFoundersTenSeconds_InterruptsOrNot(double from, double to, int expected) =>
        Assert.Equal(expected, Talk.Of([F(0, 10), C(from, to)]).Coach.Interruptions);

    [Fact]
    public void Of_LinesWithoutLength_HaveNoShareAndNoPace()
    {
        var talk = Talk.Of([F(0, 0, "Why not?"), C(0, 0)]);

        Assert.Equal((null, null, 1), (talk.Founder.Share, talk.Founder.WordsPerMinute, talk.Founder.OpenQuestions));
    }

    [Fact]
    public void Of_APauseAfterAQuestion_IsCountedUpToAMinute()
    {
        var talk = Talk.Of([C(0, 2, "What now?"), F(62, 63), C(64, 65, "Is it?"), F(126, 127)]);

        Assert.Equal((Seconds(60), 1), (talk.Coach.MeanPause, talk.Coach.Pauses));
    }

    [Fact]
    public void Recorded_WithAPauseAndASecondCall_IsTheSumAndTheGaps()
    {
        RecordingSegment Segment(int number, double from, double to, SegmentEnd why) =>
            new() { RecordingId = Guid.Empty, Number = number, StartedAt = Start.AddSeconds(from), EndedAt = Start.AddSeconds(to), EndedBy = why };

        var recorded = RecordedTime.Of(
        [
            (Start, Start.AddSeconds(100), [Segment(1, 5, 40, SegmentEnd.Paused), Segment(2, 60, 90, SegmentEnd.Failed), Segment(3, 90.4, 98, SegmentEnd.CallEnded)]),
            (Start.AddSeconds(300), Start.AddSeconds(360), [Segment(1, 300, 360, SegmentEnd.CallEnded)]),
            (Start.AddSeconds(500), Start.AddSeconds(600), []),
        ]);

        // 35 + 30 + 7.6 + 60 of 100 + 60 s; four tenths are no gap, and neither is the time between two calls.
        Assert.Equal((Seconds(132.6), Seconds(160)), (recorded!.Recorded, recorded.InCalls));
        Assert.Equal([new(Start.AddSeconds(40), Seconds(20), SegmentEnd.Paused)], recorded.Gaps);
        Assert.Null(RecordedTime.Of([(Start, Start.AddSeconds(1), [])]));
    }
}
