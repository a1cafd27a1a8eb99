using CoachingPortal.Sessions;

namespace CoachingPortal.Tests.Sessions;

public sealed class CountdownTests
{
    [Theory]
    [InlineData(-61, "Past its hour, and still open")]
    [InlineData(-1, "It is time")]
    [InlineData(0, "It is time")]
    [InlineData(1, "Starts in a minute")]
    [InlineData(10, "Starts in 10 minutes")]
    [InlineData(75, "Starts in an hour and 15 minutes")]
    [InlineData(60 * 5 + 59, "Starts in 5 hours")]
    [InlineData(60 * 30, "Starts in a day")]
    [InlineData(60 * 24 * 8, "Starts in 8 days")]
    public void Words_MinutesAway_AreWhatPeopleSay(int minutes, string expected)
    {
        var now = DateTimeOffset.Parse("2026-11-21T12:00Z", null);

        Assert.Equal(expected, NextSession.Words(now.AddMinutes(minutes), now.AddMinutes(minutes + 60), now));
    }
}
