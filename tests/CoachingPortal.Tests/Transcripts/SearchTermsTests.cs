using CoachingPortal.Transcripts.Search;

namespace CoachingPortal.Tests.Transcripts;

public sealed class SearchTermsTests
{
    [Theory]
    [InlineData("price", "Word:price")]
    [InlineData("  price   first hire ", "Word:price Word:first Word:hire")]
    [InlineData("pric* \"first hire\" now", "Prefix:pric Phrase:first hire Word:now")]
    [InlineData("“first hire”price", "Phrase:first hire Word:price")]
    [InlineData("\"never closed", "Phrase:never closed")]
    [InlineData("don't co-founder", "Word:don't Word:co-founder")]
    [InlineData("… ! price & |", "Word:price")]
    [InlineData("Größe 価格", "Word:Größe Word:価格")]
    public void Read_Typed_BecomesTerms(string typed, string expected) =>
        Assert.Equal(expected, string.Join(' ', SearchTerms.Read(typed).Select(t => $"{t.Kind}:{t.Text}")));

    [Theory]
    [InlineData(null, "Type a word")]
    [InlineData(" \"\" * !", "Type a word")]
    [InlineData("p*", "too broad")]
    [InlineData("a b c d e f g h i j k l m", "at most 12 words")]
    [InlineData("a\0b", "no text holds")]
    public void Read_NothingOrTooMuch_SaysSo(string? typed, string words) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => SearchTerms.Read(typed)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_HalfACharacter_SaysSo() =>
        Assert.Contains("no text holds", Assert.Throws<ArgumentException>(() => SearchTerms.Read("a\ud800b")).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_TooLong_SaysSo() =>
        Assert.Contains("200 characters", Assert.Throws<ArgumentException>(() => SearchTerms.Read(new string('x', 201))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("pricing", "pricign", 1)]
    [InlineData("pricing", "prcing", 1)]
    [InlineData("price", "prices", 1)]
    [InlineData("price", "pricing", 3)]
    [InlineData("founder", "foudnre", 2)]
    [InlineData("price", "prune", null)]
    [InlineData("hire", "fired", null)]
    [InlineData("pricing", "price", 3)]
    [InlineData("pricing", "prices", 3)]
    [InlineData("investment", "investor", 4)]
    [InlineData("interest", "internal", null)]
    [InlineData("customers", "custody", null)]
    [InlineData("prickly", "pricing", null)]
    public void DistanceIfNear_SlipsAndEndings_AreNear(string word, string other, int? expected) => Assert.Equal(expected, SimilarWords.DistanceIfNear(word, other));

    [Fact]
    public void Cursor_WrittenAndRead_IsTheSame()
    {
        var cursor = new SearchCursor(true, new(2026, 11, 1, 10, 0, 0, TimeSpan.Zero), Guid.NewGuid(), new(2026, 11, 1, 10, 5, 0, 123, 456, TimeSpan.Zero), Guid.NewGuid());

        Assert.Equal(cursor, SearchCursor.Read(cursor.ToString()));
    }

    [Fact]
    public void Parts_OfALongText_TellHitsAndWhatIsLeftOut()
    {
        var parts = TranscriptSearch.Parts("about the \u0002price\u0003 again and", "We talked about the price again and again.");

        Assert.Equal(["… about the ", "price", " again and …"], parts.Select(p => p.Text));
        Assert.Equal([false, true, false], parts.Select(p => p.IsHit));
    }
}
