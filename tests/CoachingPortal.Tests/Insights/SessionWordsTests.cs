using CoachingPortal.Insights;

namespace CoachingPortal.Tests.Insights;

public sealed class SessionWordsTests
{
    private static readonly Guid First = new("00000000-0000-0000-0000-000000000001");
    private static readonly Guid Second = new("00000000-0000-0000-0000-000000000002");
    private static readonly Guid Third = new("00000000-0000-0000-0000-000000000003");

    private static readonly SessionWords Golden = new(
    [
        (Third, ["Runway, runway, price.", "Hire! Hire, runway."]), // runway 3 of 6, hire 2, price 1
        (Second, ["Price, price, price, runway."]), // price 3 of 4
        (First, ["Plan, plan, hire.", "Plan."]), // plan 3 of 4
    ]);

    [Fact]
    public void Of_EachSession_HoldsItAgainstTheOthers()
    {
        string Keywords(Guid id) => string.Join(' ', Golden.Of(id).Keywords.Select(k => $"{k.Word} {k.Count}"));

        // Elsewhere 8 words with one runway, one hire.
        Assert.Equal("runway 3 hire 2", Keywords(Third));
        Assert.Equal("price 3", Keywords(Second));
        Assert.Equal("plan 3", Keywords(First));
        Assert.Equal(2, Golden.Of(First).ComparedWith);
        Assert.Empty(Golden.Of(Guid.Empty).Keywords);
    }

    [Fact]
    public void NewIn_InOrder_AreTheWordsSaidInNoneBefore()
    {
        var found = Golden.NewIn([First, Second, Third]);

        Assert.Empty(found[First]);
        Assert.Equal(["price", "runway"], found[Second].Order());
        Assert.Empty(found[Third]); // its hire was named once in the first
        Assert.Equal(["hire", "plan"], Golden.NewIn([Second, Guid.Empty, First])[First].Order()); // what is not known is passed over
    }

    [Fact]
    public void Of_MoreThanTwentyOthers_TakesTheNewest()
    {
        var here = (Guid.Empty, (IEnumerable<string>)["Price, price."]);
        var others = Enumerable.Range(1, InsightsReader.MostSessions).Select(i => (Guid.NewGuid(), (IEnumerable<string>)["Plan."]));

        // The oldest of the others speaks of nothing else, and is not among the twenty.
        var words = new SessionWords([here, .. others, (Guid.NewGuid(), ["Price, price, price, price, price, price, price, price, price, price."])]);

        Assert.Equal((InsightsReader.MostSessions, "price"), (words.Of(Guid.Empty).ComparedWith, Assert.Single(words.Of(Guid.Empty).Keywords).Word));
    }
}
