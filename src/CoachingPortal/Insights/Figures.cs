using System.Globalization;
using CoachingPortal.Domain;

namespace CoachingPortal.Insights;

/// <summary>Writes the figures as they are shown. What there is not is a dash.</summary>
internal static class Figures
{
    public const string None = "–";

    /// <summary>Such as <c>4:07</c> or <c>1:04:07</c>.</summary>
    public static string Length(TimeSpan length)
    {
        var seconds = TimeSpan.FromSeconds(Math.Round(length.TotalSeconds, MidpointRounding.AwayFromZero));
        return seconds.ToString(seconds >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Such as <c>1.4 s</c>.</summary>
    public static string Seconds(TimeSpan? length) => length is { } l ? Number(l.TotalSeconds, 1) + "\u00a0s" : None;

    public static string Percent(double? share, int digits = 0) => share is { } s ? Number(100 * s, digits) + "\u00a0%" : None;

    public static string Number(double? number, int digits = 0) => number is { } n ? n.ToString("N" + digits, CultureInfo.InvariantCulture) : None;

    public static string Ms(double? ms) => ms is { } m ? Number(m) + "\u00a0ms" : None;

    public static string Score(double? score) => score is { } s ? $"{Number(s)} of 100, {ConnectionScore.LevelOf(Math.Round(s, MidpointRounding.AwayFromZero)).ToString().ToLowerInvariant()}" : None;

    /// <summary>For SVG.</summary>
    public static string At(double position) => position.ToString("0.##", CultureInfo.InvariantCulture);
}
