using CoachingPortal.Insights;

namespace CoachingPortal.Tests.Insights;

public sealed class KeywordsTests
{
    [Fact]
    public void LogLikelihood_HandCounted_IsDunnings()
    {
        // Expected 1.3636 of 100 here and 13.6364 of 1000 there: 2 · (10 · ln 7.3333 + 5 · ln 0.36667).
        Assert.Equal(29.8156, Keywords.LogLikelihood(10, 5, 100, 1000), 3);
        Assert.Equal(2 * 4 * Math.Log(11), Keywords.LogLikelihood(4, 0, 100, 1000), 9);
        Assert.Equal(0, Keywords.LogLikelihood(1, 10, 100, 1000));
        Assert.Equal(0, Keywords.LogLikelihood(1, 20, 100, 1000));
    }

    [Fact]
    public void Of_HeldAgainstOtherSessions_TakesWhatIsSaidMoreHere()
    {
        var here = Counts("price price price price hire hire customers customers customers runway");
        var elsewhere = Counts("customers customers customers customers hire hire plan plan plan plan plan plan plan plan plan plan");

        // Customers are 3 of 10 here and 4 of 16 there; the runway was named once, which is chance.
        Assert.Equal(["price 4", "hire 2", "customers 3"], Keywords.Of(here, elsewhere).Select(k => $"{k.Word} {k.Count}"));
    }

    [Fact]
    public void Of_TheFirstSession_TakesTheMostFrequent() =>
        Assert.Equal(["price 3", "hire 2", "sales 2"], Keywords.Of(Counts("The price, the PRICE and our price's hire; hire for sales! Sales: plan."), new Dictionary<string, int>()).Select(k => $"{k.Word} {k.Count}"));

    [Fact]
    public void Of_ALongSession_ShowsTwelve() =>
        Assert.Equal(Keywords.Shown, Keywords.Of(Counts(string.Join(' ', Enumerable.Range(0, 40).SelectMany(i => new[] { $"topic{i}", $"topic{i}" }))), new Dictionary<string, int>()).Count);

    private static Dictionary<string, int> Counts(string text)
    {
        var counts = new Dictionary<string, int>();
        Words.AddTo(counts, text);
        return counts;
    }
}
