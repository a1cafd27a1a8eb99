using System.Globalization;

namespace CoachingPortal.Shell;

/// <summary>Instants to wall clocks and back. Wall clocks skip and repeat hours twice a year; instants never do.</summary>
public static class TimeZones
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    /// <param name="id">IANA, such as <c>Europe/Berlin</c>.</param>
    /// <returns>UTC for null and for what nobody knows.</returns>
    public static TimeZoneInfo Find(string? id) => Exists(id) ? TimeZoneInfo.FindSystemTimeZoneById(id!) : TimeZoneInfo.Utc;

    public static bool Exists(string? id) =>
        !string.IsNullOrWhiteSpace(id) && id.Length <= 64 && TimeZoneInfo.TryFindSystemTimeZoneById(id, out _);

    public static string Show(DateTimeOffset at, TimeZoneInfo zone, string format) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString(format, English);

    /// <summary>Such as <c>Europe/Berlin (UTC+02:00)</c>; the offset is that of the moment.</summary>
    public static string Describe(TimeZoneInfo zone, DateTimeOffset at)
    {
        var offset = zone.GetUtcOffset(at);
        var text = offset == TimeSpan.Zero ? "UTC" : string.Create(CultureInfo.InvariantCulture, $"UTC{(offset < TimeSpan.Zero ? '-' : '+')}{offset:hh\\:mm}");
        return zone.Id == "UTC" ? "UTC" : $"{zone.Id} ({text})";
    }

    /// <summary>The instant at which the zone's clocks show the time; the earlier of two where they show it twice.</summary>
    /// <returns>Null where they never show it: the hour that is skipped in spring.</returns>
    public static DateTimeOffset? At(DateTime wallClock, TimeZoneInfo zone)
    {
        var local = DateTime.SpecifyKind(wallClock, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local))
            return null;
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    /// <summary>The instant at which the day of <paramref name="at"/> begins on the zone's clocks.</summary>
    public static DateTimeOffset StartOfDay(DateTimeOffset at, TimeZoneInfo zone, int daysLater = 0) =>
        StartOf(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).Date.AddDays(daysLater)), zone);

    /// <summary>The instant at which the day begins on the zone's clocks.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (true)
        {
            // A few zones change at midnight: their day begins at one.
            if (At(midnight, zone) is { } start)
                return start;
            midnight = midnight.AddMinutes(15);
        }
    }
}
