using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Summary;

namespace CoachingPortal.Tests.Fred;

public sealed class QuotationsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 14, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("rice", false)]
    [InlineData("raise the price to nine", false)]
    [InlineData("RAISE the price — to ninety", true)]
    [InlineData("we'll raise", true)]
    [InlineData("…", false)]
    [InlineData("we", false)]
    [InlineData(null, false)]
    public void Of_Words_MustOccurWhole(string? quote, bool isProven)
    {
        var turns = Turns("So we’ll raise the price, to ninety.");

        Assert.Equal(("0", isProven), Of(turns, [[turns[0].Id]], quote, 1));
    }

    [Fact]
    public void Of_ALineOfManyTurns_IsTheTurnsThatHoldTheQuote()
    {
        var turns = Turns("One moment.", "Here it is.", "We go with ninety.", "And then?", "Ask Markus tomorrow.");
        Guid[][] lines = [[.. turns[..3].Select(t => t.Id)], [.. turns[3..].Select(t => t.Id)]];

        Assert.Equal(("2", true), Of(turns, lines, "go with ninety", 1));
        // Another line that is named beside it: where that begins.
        Assert.Equal(("2 3", true), Of(turns, lines, "go with ninety", 2, 1));
        // Begun in one turn and ended in the next, as the model read it.
        Assert.Equal(("1 2", true), Of(turns, lines, "it is. We go", 1));
        Assert.Equal(("3 4", true), Of(turns, lines, "And then? Ask Markus tomorrow.", 2));
        // Said, if elsewhere.
        Assert.Equal(("2", true), Of(turns, lines, "go with ninety", 2));
        // Not said: where the lines begin.
        Assert.Equal(("0 3", false), Of(turns, lines, "we bought a boat", 1, 2));
    }

    [Fact]
    public void Of_ManyLinesNamed_AreFewAndTheQuoteIsAmongThem()
    {
        var turns = Turns([.. Enumerable.Range(0, 300).Select(i => $"Thing number {i} here.")]);

        var (evidence, isProven) = Of(turns, [.. turns.Select(t => new[] { t.Id })], "number 250 here", [.. Enumerable.Range(-5, 400)]);

        Assert.True(isProven);
        Assert.Equal("0 1 2 3 4 5 6 250", evidence);
    }

    [Fact]
    public void Read_OfACondensedTranscript_LeadsToTheMomentOfTheQuote()
    {
        var turns = Turns([.. Enumerable.Range(0, 1200).Select(i => $"Bit {i}.")]);
        var material = Material(turns);
        var (_, lines, _) = ModelSummary.Describe(material);
        Assert.InRange(lines.Count, 2, 100);

        var draft = ModelSummary.Read("""{"summary": "Bits.", "decisions": [{"text": "It is 77", "quote": "Bit 77.", "turns": [1]}]}""", material, lines, isCondensed: false);

        Assert.Equal([turns[77].Id], Assert.Single(draft!.Items).Evidence);
    }

    private static (string Evidence, bool IsProven) Of((Guid Id, Spoken)[] turns, Guid[][] lines, string? quote, params int[] named)
    {
        var (evidence, isProven) = new Quotations(Material(turns), lines).Of(quote, named);
        return (string.Join(' ', evidence.Select(e => Array.FindIndex(turns, t => t.Id == e))), isProven);
    }

    private static (Guid Id, Spoken Said)[] Turns(params string[] texts) => [.. texts.Select((text, i) => (Ids.New(), new Spoken("Fiona", Role.Founder, text, Start.AddSeconds(i))))];

    private static SummaryMaterial Material((Guid, Spoken)[] turns) => new(turns, [], [], new(2026, 11, 22), "Pricing", "Fiona", "Carla", Ids.New());
}
