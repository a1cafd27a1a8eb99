using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Summary;

namespace CoachingPortal.Tests.Fred;

public sealed class MomentsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);
    private static readonly Guid Long = Ids.New(), Short = Ids.New();

    private static readonly SummaryMaterial Material = new(
        [
            (Long, new("Fiona", Role.Founder, "We lost two deals. Customers laugh, and we’ll go with ninety.", Start) { Pieces = [19, 5_000, 40, 9_500] }),
            (Short, new("Carla", Role.Coach, "So we'll go with ninety?", Start.AddSeconds(20))),
        ],
        [], [], new(2026, 11, 21), "Pricing", "Fiona", "Carla", Ids.New());

    [Theory]
    [InlineData("We'll go with ninety.", 9.5)]
    [InlineData("customers laugh", 5)]
    [InlineData("We lost two deals", 0)]
    public void Of_WordsInsideALongTurn_IsWhenTheirPieceBegan(string quote, double seconds) =>
        Assert.Equal([Start.AddSeconds(seconds)], Moments.Of(Material, [Long, Short], quote));

    [Theory]
    [InlineData("go with nine")]
    [InlineData("we raise prices")]
    [InlineData("…")]
    [InlineData("")]
    public void Of_WordsThatAreNotThere_IsNothing(string quote) => Assert.Empty(Moments.Of(Material, [Long, Short], quote));

    [Fact]
    public void Of_ATurnThatIsNoEvidence_IsLeftOut() => Assert.Empty(Moments.Of(Material, [Short], "go with ninety"));

    [Fact]
    public void ModelsClaim_WithAQuote_KnowsItsMoment()
    {
        var draft = ModelSummary.Read("""{"summary": "They settled the price.", "decisions": [{"text": "Ninety", "quote": "we'll go with ninety", "turns": [1]}]}""", Material, [[Long], [Short]], isCondensed: false);

        Assert.Equal([Start.AddSeconds(9.5)], Assert.Single(draft!.Items).At);
    }
}
