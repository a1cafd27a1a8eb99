using CoachingPortal.Domain;

namespace CoachingPortal.Tests.Domain;

public sealed class ConnectionScoreTests
{
    [Theory]
    [InlineData(0.0, 0.0, 0.0, 100)] // delay 10 ms costs 0.25: 92.95 of 93.2
    [InlineData(40.0, 0.0, 5.0, 99)] // 40 ms: 1 point; 92.2
    [InlineData(300.0, 0.0, 30.0, 89)] // 220 ms: 10 points; 83.2
    [InlineData(40.0, 0.05, 5.0, 77)] // 1 + 20 points; 72.2
    [InlineData(40.0, 0.10, 5.0, 56)] // 1 + 40 points; 52.2
    [InlineData(1000.0, 0.0, 10.0, 56)] // 530 ms: 41 points; 52.2
    [InlineData(600.0, 0.08, 50.0, 35)] // 410 ms: 29 points, loss 32; 32.2
    [InlineData(null, 0.02, 0.0, 91)] // 0.25 + 8 points; 84.95
    [InlineData(60000.0, 1.0, 60000.0, 0)]
    public void Of_HandCounted_IsTheScore(double? rttMs, double loss, double jitterMs, int expected) =>
        Assert.Equal(expected, ConnectionScore.Of(rttMs, loss, jitterMs));

    [Fact]
    public void Of_DelayAroundTheBend_DoesNotJump() =>
        // 159.9 ms and 160 ms of delay.
        Assert.Equal(ConnectionScore.Of(299.8, 0, 0), ConnectionScore.Of(300, 0, 0));

    [Theory]
    [InlineData(80, ConnectionLevel.Good)]
    [InlineData(79, ConnectionLevel.Fair)]
    [InlineData(60, ConnectionLevel.Fair)]
    [InlineData(59, ConnectionLevel.Poor)]
    public void LevelOf_AtItsBounds_IsAsTheFormulaSays(int score, ConnectionLevel expected) => Assert.Equal(expected, ConnectionScore.LevelOf(score));
}
