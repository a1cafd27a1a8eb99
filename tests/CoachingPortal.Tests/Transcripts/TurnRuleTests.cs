using CoachingPortal.Domain;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Tests.Transcripts;

public sealed class TurnRuleTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);
    private static readonly Guid Fiona = Ids.New(), Carla = Ids.New();

    [Fact]
    public void Group_SameSpeakerWithShortGaps_IsOneTurn() =>
        Assert.Equal(["We raise | prices | in May"], Grouped(Said(Fiona, 0, 2, "We raise"), Said(Fiona, 3, 4, "prices"), Said(Fiona, 6, 7, "in May")));

    [Fact]
    public void Group_AnotherSpeakerBetween_EndsTheTurn() =>
        Assert.Equal(["We raise", "When?", "in May"], Grouped(Said(Fiona, 0, 2, "We raise"), Said(Fiona, 3, 4, "in May"), Said(Carla, 2, 3, "When?")));

    [Fact]
    public void Group_InWhateverOrderTheyCame_IsByTheTimesAtWhichTheyWereSaid() =>
        Assert.Equal(["We raise | prices | in May", "When?"], Grouped(Said(Fiona, 6, 7, "in May"), Said(Carla, 8, 9, "When?"), Said(Fiona, 0, 2, "We raise"), Said(Fiona, 3, 4, "prices")));

    [Fact]
    public void Group_ALongerGap_EndsTheTurn() =>
        Assert.Equal(["We raise", "prices"], Grouped(Said(Fiona, 0, 2, "We raise"), Said(Fiona, 4.1, 5, "prices")));

    [Fact]
    public void Group_LongerThanAMinute_BeginsAnotherTurn() =>
        Assert.Equal(["one | two", "three"], Grouped(Said(Fiona, 0, 29, "one"), Said(Fiona, 30, 59, "two"), Said(Fiona, 59.5, 61, "three")));

    [Fact]
    public void Group_MoreThanCanBeRead_BeginsAnotherTurn() =>
        Assert.Equal(2, Grouped(Said(Fiona, 0, 1, new string('x', 600)), Said(Fiona, 1, 2, new string('y', 400))).Length);

    [Fact]
    public void Group_AFixedTurnOrNobodysVoice_StaysAlone() =>
        Assert.Equal(
            ["by hand", "said", "beep", "beep"],
            Grouped(Said(Fiona, 0, 1, "by hand") with { IsFixed = true }, Said(Fiona, 1, 2, "said"), Said(null, 3, 4, "beep"), Said(null, 4, 5, "beep")));

    [Fact]
    public void Group_AnotherLanguage_BeginsAnotherTurn() =>
        Assert.Equal(["Hello | you", "Guten Tag"], Grouped(Said(Fiona, 0, 1, "Hello") with { Language = "en" }, Said(Fiona, 1, 2, "you"), Said(Fiona, 2, 3, "Guten Tag") with { Language = "de" }));

    [Fact]
    public void Join_SeveralParts_HasTheirTimesAndTheMeanConfidenceByLength()
    {
        var joined = TurnRule.Join([Said(Fiona, 0, 2, "abc") with { Confidence = 0.9 }, Said(Fiona, 2, 5, "d") with { Confidence = 0.1, Language = "en" }, Said(Fiona, 4, 4.5, "e")]);

        Assert.Equal(("abc d e", Start, Start.AddSeconds(5), "en"), (joined.Text, joined.StartedAt, joined.EndedAt, joined.Language));
        Assert.Equal(0.7, joined.Confidence!.Value, 6);
    }

    private static string[] Grouped(params Utterance[] said) => [.. TurnRule.Group(said).Select(g => string.Join(" | ", g.Select(u => u.Text)))];

    private static Utterance Said(Guid? person, double from, double to, string text) => new(person, "Somebody", null, text, Start.AddSeconds(from), Start.AddSeconds(to), null, null);
}
