using CoachingPortal.Shell;

namespace CoachingPortal.Tests.Shell;

public sealed class TimeZonesTests
{
    private static readonly TimeZoneInfo Berlin = TimeZones.Find("Europe/Berlin");

    [Theory]
    [InlineData("2026-01-15T10:00", "2026-01-15T09:00:00Z")]
    [InlineData("2026-07-15T10:00", "2026-07-15T08:00:00Z")]
    [InlineData("2026-03-29T01:59", "2026-03-29T00:59:00Z")]
    [InlineData("2026-03-29T03:00", "2026-03-29T01:00:00Z")]
    [InlineData("2026-10-25T02:30", "2026-10-25T00:30:00Z")] // shown twice: the first
    [InlineData("2026-10-25T03:00", "2026-10-25T02:00:00Z")]
    public void At_WallClock_IsTheInstantAtWhichClocksShowIt(string wall, string instant) =>
        Assert.Equal(DateTimeOffset.Parse(instant, null), TimeZones.At(DateTime.Parse(wall, null), Berlin));

    [Fact]
    public void At_HourThatClocksSkip_IsNever() => Assert.Null(TimeZones.At(new(2026, 3, 29, 2, 30, 0), Berlin));

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", 1, "2026-03-28T23:00:00Z")]
    [InlineData("2026-03-28T12:00:00Z", 2, "2026-03-29T22:00:00Z")] // after a day of 23 hours
    [InlineData("2026-07-15T23:30:00Z", 0, "2026-07-15T22:00:00Z")]
    public void StartOfDay_InTheZone_FollowsItsClocks(string at, int later, string expected) =>
        Assert.Equal(DateTimeOffset.Parse(expected, null), TimeZones.StartOfDay(DateTimeOffset.Parse(at, null), Berlin, later));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    public void Find_UnknownZone_IsUtc(string? id) => Assert.Equal(TimeSpan.Zero, TimeZones.Find(id).BaseUtcOffset);

    [Fact]
    public void Describe_Summer_NamesTheOffsetOfThatMoment() =>
        Assert.Equal("Europe/Berlin (UTC+02:00)", TimeZones.Describe(Berlin, DateTimeOffset.Parse("2026-07-15T10:00Z", null)));
}
