using CoachingPortal.Sessions;

namespace CoachingPortal.Tests.Sessions;

public sealed class SpansTests
{
    [Theory]
    [InlineData(42, "42 s")]
    [InlineData(64, "1 min")]
    [InlineData(89, "1 min")]
    [InlineData(90, "2 min")]
    [InlineData(47 * 60, "47 min")]
    [InlineData(59 * 60 + 40, "1 h")]
    [InlineData(64 * 60 + 40, "1 h 5 min")]
    [InlineData(7200, "2 h")]
    public void InWords_AnySpan_IsToTheNearestMinute(int seconds, string words) => Assert.Equal(words, Spans.InWords(TimeSpan.FromSeconds(seconds)));
}
