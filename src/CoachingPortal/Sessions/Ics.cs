using System.Globalization;
using System.Text;
using CoachingPortal.Domain;

namespace CoachingPortal.Sessions;

/// <summary>A session as a calendar file (RFC 5545). Times are UTC, so no zone rules travel with it.</summary>
public static class Ics
{
    /// <param name="link">Where the call is joined.</param>
    public static string Write(CoachingSession session, string coach, string founder, Uri link, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//Coaching Portal//EN");
        Line(text, "METHOD:PUBLISH");
        Line(text, "BEGIN:VEVENT");
        Line(text, $"UID:{session.Id}@coaching-portal");
        Line(text, "DTSTAMP:" + Utc(now));
        // A later download replaces an earlier one in the calendar.
        Line(text, string.Create(CultureInfo.InvariantCulture, $"SEQUENCE:{Math.Max(0, (long)(now - session.CreatedAt).TotalMinutes)}"));
        Line(text, "DTSTART:" + Utc(session.StartsAt));
        Line(text, "DTEND:" + Utc(session.EndsAt));
        Line(text, "SUMMARY:" + Escape(session.Title));
        Line(text, "DESCRIPTION:" + Escape($"{founder} and {coach}\nJoin: {link}"));
        Line(text, "URL:" + link);
        Line(text, "STATUS:" + (session.CancelledAt is null ? "CONFIRMED" : "CANCELLED"));
        Line(text, "BEGIN:VALARM");
        Line(text, "ACTION:DISPLAY");
        Line(text, "DESCRIPTION:" + Escape(session.Title));
        Line(text, "TRIGGER:-PT10M");
        Line(text, "END:VALARM");
        Line(text, "END:VEVENT");
        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static string Utc(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 5545, 3.3.11.</summary>
    internal static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("\r\n", "\\n", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\n", StringComparison.Ordinal);

    /// <summary>RFC 5545, 3.1: at most 75 octets a line, folded between characters, never within one.</summary>
    internal static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > 75)
            {
                text.Append("\r\n ");
                octets = 1;
            }
            text.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }
        text.Append("\r\n");
    }
}
