using CoachingPortal.Domain;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Tests.Transcripts;

public sealed class SubtitlesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Vtt_Turns_HaveTimesVoicesAndEscapes() =>
        Assert.Equal(
            """
            WEBVTT

            00:00:01.250 --> 00:00:04.000
            <v Fiona &lt;Founder&gt;>We raise &amp; hope &lt;b&gt; --&gt; soon</v>

            01:02:03.004 --> 01:02:05.000
            <v Carla>When? [may be misheard]</v>

            """.ReplaceLineEndings("\n"),
            Subtitles.Vtt(Cues(Said(3723.004, 3725, "When?", "Carla", 0.4), Said(1.25, 4, "We raise & hope\n\n<b> --> soon", "Fiona <Founder>", 0.6))));

    [Fact]
    public void Srt_Turns_AreNumberedAndNothingInThemIsTakenForAMark() =>
        Assert.Equal(
            "1\n00:00:01,250 --> 00:00:04,000\nFiona: We raise <\u2060b> -\u2060-> {\u2060\\an8}\n\n2\n00:00:05,000 --> 00:00:05,500\nCarla: When?\n",
            Subtitles.Srt(Cues(Said(1.25, 4, "We raise <b> --> {\\an8}"), Said(5, 5, "When?", "Carla"))));

    [Fact]
    public void Cues_ALongTurn_IsCutBetweenWordsAndLosesNothing()
    {
        var text = string.Join(' ', Enumerable.Range(0, 80).Select(i => i % 9 == 8 ? $"word{i}." : $"word{i}")) + " " + new string('x', 130);

        var cues = Cues(Said(10, 70, text)).ToList();

        Assert.All(cues, c => Assert.InRange(c.Text.Length, 1, Subtitles.LongestCue));
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(cues.Select(c => c.Text)).Replace(" ", "", StringComparison.Ordinal));
        Assert.EndsWith(".", cues[0].Text, StringComparison.Ordinal);
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(70)), (cues[0].From, cues[^1].To));
        Assert.All(cues.Zip(cues.Skip(1)), c => Assert.Equal(c.First.To, c.Second.From));
    }

    [Fact]
    public void Cues_WhatWasSaidBeforeTheStart_IsNotInTheFileOrBeginsWithIt()
    {
        Assert.Empty(Cues(Said(-5, -1, "too early")));
        Assert.Equal([new(TimeSpan.Zero, TimeSpan.FromSeconds(2), "Fiona", "just in time")], Cues(Said(-1, 2, "just in time")));
    }

    [Fact]
    public void Cues_NoTurns_AreAnEmptyFile()
    {
        Assert.Equal("WEBVTT\n", Subtitles.Vtt([]));
        Assert.Equal("", Subtitles.Srt([]));
    }

    private static IEnumerable<Cue> Cues(params TurnLine[] turns) => turns.SelectMany(t => Subtitles.Cues(t, Start, 0.6));

    private static TurnLine Said(double from, double to, string text, string speaker = "Fiona", double? confidence = null) =>
        new(Ids.New(), null, speaker, Role.Founder, text, Start.AddSeconds(from), confidence, null, Start.AddSeconds(to));
}
