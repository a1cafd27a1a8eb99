using AngleSharp.Html.Parser;
using CoachingPortal.Domain;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Tests.Transcripts;

public sealed class TurnMarkupTests
{
    private const string Wild = "a<b> & \"c\" </p><script>alert(1)</script> ü 漢";
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_WordsThatLookLikeMarkup_AreWordsEverywhere()
    {
        var turn = Turn() with { Speaker = Wild, Text = Wild, Language = "de\"><b>", Corrected = new(Wild, Start, Wild, null) };

        var item = Item(turn, Guid.Empty);

        Assert.Equal([Wild, $"{Wild} founder", Wild, "corrected"], [item.QuerySelector("b")!.TextContent, item.QuerySelector("p")!.TextContent, item.QuerySelector("p + p")!.TextContent, item.QuerySelector("summary")!.TextContent]);
        Assert.Equal((Wild, "de\"><b>"), (item.QuerySelector("q")!.TextContent, item.QuerySelector("p + p")!.GetAttribute("lang")));
        Assert.StartsWith(Wild + ", ", item.QuerySelector("details p")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(item.QuerySelectorAll("script"));
        Assert.Single(item.ParentElement!.Children);
    }

    [Theory]
    [InlineData(67, "1:07")]
    [InlineData(3667, "1:01:07")]
    [InlineData(-12, "-0:12")]
    [InlineData(-0.5, "0:00")]
    public void Of_AMoment_IsReadAsATimeAndPlayedWhereThereIsARecording(double seconds, string position)
    {
        var turn = Turn() with { StartedAt = Start.AddSeconds(seconds) };

        var (heard, silent) = (Item(turn, Guid.Empty), Item(turn, null));

        Assert.Equal(("BUTTON", position, $"Play from {position}"), (heard.FirstElementChild!.TagName, heard.FirstElementChild.TextContent, heard.FirstElementChild.GetAttribute("aria-label")));
        Assert.Equal(("SPAN", position), (silent.FirstElementChild!.TagName, silent.FirstElementChild.TextContent));
        Assert.Equal($"turn-{turn.Id}", heard.Id);
        Assert.Equal($"{turn.StartedAt.ToUnixTimeMilliseconds()}", heard.GetAttribute("data-at"));
    }

    [Fact]
    public void Of_CorrectedTwice_TellsBothInTheViewersTimeAndIsMarkedUnsureOnlyBelowTheThreshold()
    {
        var item = Item(Turn() with { Confidence = 0.5, Corrected = new("Carla", Start.AddHours(1), "two", new("Fiona", Start, "one", null)) }, null);

        Assert.Equal(["Carla, 2 Nov 2026, 06:00. Before: two", "Fiona, 2 Nov 2026, 05:00. Before: one"], item.QuerySelectorAll("details p").Select(p => p.TextContent));
        Assert.Null(item.QuerySelector("[data-testid=turn-unsure]"));
        Assert.NotNull(Item(Turn() with { Confidence = 0.49 }, null).QuerySelector("[data-testid=turn-unsure]"));
        Assert.Null(Item(Turn() with { Language = "en-GB" }, null).QuerySelector("[lang]"));
    }

    private static TurnLine Turn() => new(Guid.NewGuid(), null, "Fiona", Role.Founder, "Hello", Start.AddSeconds(5), null, null, Start.AddSeconds(9));

    private static AngleSharp.Dom.IElement Item(TurnLine turn, Guid? recording) =>
        new HtmlParser().ParseDocument($"<ol>{new TurnMarkup(0.5, TimeZoneInfo.FindSystemTimeZoneById("America/New_York")).Of(new(Start, Start, recording, [turn]), turn)}</ol>").QuerySelector("li")!;
}
