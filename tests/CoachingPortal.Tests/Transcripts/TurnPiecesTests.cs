using CoachingPortal.Domain;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Tests.Transcripts;

public sealed class TurnPiecesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);
    private static readonly Guid Fiona = Ids.New();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(8, 0)]
    [InlineData(9, 3_000)]
    [InlineData(15, 3_000)]
    [InlineData(16, 6_500)]
    [InlineData(900, 6_500)]
    public void At_ACharacter_IsWhenItsPieceBegan(int character, int ms) => Assert.Equal(ms, TurnPieces.At([9, 3_000, 16, 6_500], character));

    [Fact]
    public void At_HeardInOneGo_IsTheStart() => Assert.Equal(0, TurnPieces.At([], 40));

    [Fact]
    public void Join_SeveralPieces_KnowsWhereEachBegins()
    {
        var joined = TurnRule.Join([Said(0, "We raise"), Said(3, "prices"), Said(6.5, "in May")]);

        Assert.Equal("We raise prices in May", joined.Text);
        Assert.Equal([9, 3_000, 16, 6_500], joined.Pieces);
        Assert.Equal("in May", joined.Text[joined.Pieces[2]..]);
    }

    [Fact]
    public void Join_WithWhatWasJoinedBefore_KeepsItsPieces()
    {
        var earlier = TurnRule.Join([Said(3, "prices"), Said(6.5, "in May")]) with { StartedAt = Start.AddSeconds(3) };

        Assert.Equal([9, 3_000, 16, 6_500], TurnRule.Join([Said(0, "We raise"), earlier]).Pieces);
    }

    [Theory]
    [InlineData("We raise prices in May", new[] { 9, 3_000, 16, 6_500 })]
    [InlineData("We raise the prices in May", new[] { 9, 3_000, 20, 6_500 })]
    [InlineData("Well, we raise prices in May", new[] { 15, 3_000, 22, 6_500 })]
    [InlineData("We raise prices in June", new[] { 9, 3_000, 16, 6_500 })]
    [InlineData("We May", new[] { 0 })]
    public void Corrected_Words_TakeTheirPiecesAlong(string after, int[] expected) =>
        Assert.Equal(expected is [0] ? [] : expected, TurnPieces.Corrected([9, 3_000, 16, 6_500], "We raise prices in May", after));

    private static Utterance Said(double at, string text) => new(Fiona, "Fiona", Role.Founder, text, Start.AddSeconds(at), Start.AddSeconds(at + 1), null, "en");
}
