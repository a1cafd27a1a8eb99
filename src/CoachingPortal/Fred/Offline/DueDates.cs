using System.Globalization;
using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

/// <summary>Reads "by Friday", "in two weeks", "on the 5th of March" relative to the day they were said.</summary>
internal static partial class DueDates
{
    private static readonly string[] Numbers = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    private static readonly string[] Ordinals =
    [
        "zeroth", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
        "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth", "twenty-fifth", "twenty-sixth", "twenty-seventh",
        "twenty-eighth", "twenty-ninth", "thirtieth", "thirty-first",
    ];

    private static readonly string[] Months = [.. CultureInfo.InvariantCulture.DateTimeFormat.MonthNames.Where(m => m.Length > 0).Select(m => m.ToLowerInvariant())];

    /// <returns>Null when no day is named. A week ends on its Friday, and "next Friday" lies in the next calendar week.</returns>
    public static DateOnly? In(string text, DateOnly said)
    {
        if (Iso().Match(text) is { Success: true } iso && DateOnly.TryParseExact(iso.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact))
            return exact;
        if (DayOfMonthName().Match(text) is { Success: true } named)
            return OnDay(said, Number(named.Groups["d"].Value), Array.FindIndex(Months, m => m.StartsWith(named.Groups["m"].Value[..3].ToLowerInvariant(), StringComparison.Ordinal)) + 1);
        if (NamedDay().Match(text) is { Success: true } spelt && Array.IndexOf(Ordinals, spelt.Groups["d"].Value.ToLowerInvariant().Replace(' ', '-')) is > 0 and var nth)
            return OnDay(said, nth, null);
        if (EndOfNamedMonth().Match(text) is { Success: true } ending && Array.FindIndex(Months, m => m.StartsWith(ending.Groups["m"].Value[..3].ToLowerInvariant(), StringComparison.Ordinal)) is >= 0 and var month)
            return EndOfMonth(new(said.Year + (month + 1 < said.Month ? 1 : 0), month + 1, 1));
        if (DayAfterTomorrow().IsMatch(text))
            return said.AddDays(2);
        if (Tomorrow().IsMatch(text))
            return said.AddDays(1);
        if (Today().IsMatch(text))
            return said;
        if (Weekday().Match(text) is { Success: true } weekday)
        {
            var day = Enum.Parse<DayOfWeek>(weekday.Groups["d"].Value, ignoreCase: true);
            return weekday.Groups["next"].Success || weekday.Groups["week"].Success || NextWeek().IsMatch(text) ? Monday(said).AddDays(7 + Index(day)) : said.AddDays((Index(day) - Index(said.DayOfWeek) + 6) % 7 + 1);
        }
        if (InSpan().Match(text) is { Success: true } span)
        {
            var count = span.Groups["n"].Value.ToLowerInvariant() is "a" or "an" ? 1 : span.Groups["n"].Value.StartsWith("a couple", StringComparison.OrdinalIgnoreCase) ? 2 : Number(span.Groups["n"].Value);
            return span.Groups["u"].Value.ToLowerInvariant() switch
            {
                "day" or "days" => said.AddDays(count),
                "week" or "weeks" => said.AddDays(7 * count),
                _ => said.AddMonths(count),
            };
        }
        if (NextWeek().IsMatch(text))
            return Monday(said).AddDays(11);
        if (ThisWeek().IsMatch(text))
            return said.AddDays(((int)DayOfWeek.Friday - (int)said.DayOfWeek + 7) % 7);
        if (NextMonth().IsMatch(text))
            return EndOfMonth(said.AddMonths(1));
        if (Weekend().IsMatch(text))
            return said.AddDays((7 - (int)said.DayOfWeek) % 7);
        if (ThisMonth().IsMatch(text))
            return EndOfMonth(said);
        if (ThisYear().IsMatch(text))
            return new(said.Year, 12, 31);
        return DayOfMonth().Match(text) is { Success: true } date ? OnDay(said, Number(date.Groups["d"].Value), null) : null;
    }

    /// <summary>Whether a day is named at all.</summary>
    public static bool Names(string text) => In(text, new(2026, 11, 18)) is not null;

    private static DateOnly? OnDay(DateOnly said, int day, int? month)
    {
        if (month is { } m)
            return day < 1 || day > DateTime.DaysInMonth(said.Year, m) ? null : new DateOnly(said.Year, m, day) is var on && on < said ? on.AddYears(1) : on;
        for (var i = 0; i < 3; i++)
        {
            var first = new DateOnly(said.Year, said.Month, 1).AddMonths(i);
            if (day >= 1 && day <= DateTime.DaysInMonth(first.Year, first.Month) && first.AddDays(day - 1) > said)
                return first.AddDays(day - 1);
        }
        return null;
    }

    private static int Number(string text) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : Math.Max(0, Array.IndexOf(Numbers, text.ToLowerInvariant()));

    private static int Index(DayOfWeek day) => ((int)day + 6) % 7;

    private static DateOnly Monday(DateOnly day) => day.AddDays(-Index(day.DayOfWeek));

    private static DateOnly EndOfMonth(DateOnly day) => new(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month));

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b\d{4}-\d{2}-\d{2}\b")]
    private static partial Regex Iso();

    [GeneratedRegex(@"\b(?:the )?(?<d>\d{1,2})(?:st|nd|rd|th)?(?: of)? (?<m>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b|\b(?<m>january|february|march|april|may|june|july|august|september|october|november|december) (?:the )?(?<d>\d{1,2})(?:st|nd|rd|th)?\b", Loose)]
    private static partial Regex DayOfMonthName();

    [GeneratedRegex(@"\bday after tomorrow\b", Loose)]
    private static partial Regex DayAfterTomorrow();

    [GeneratedRegex(@"\b(?:tomorrow|(?<!every day |every )(?<!\d )in the morning|first thing)\b", Loose)]
    private static partial Regex Tomorrow();

    [GeneratedRegex(@"\b(?:today|tonight|this (?:morning|afternoon|evening|arvo)|(?:by )?(?:the )?end of (?:the )?day|(?:right |straight )?after (?:this|the|our) (?:call|session)|(?:right|straight|directly) after this|(?:as soon as|when|once|after|right after) we hang up|right now|right away|straight away|at lunch|over lunch|within the hour|before the day is over|before (?:the school run|dinner|bed)|on my way home)\b", Loose)]
    private static partial Regex Today();

    [GeneratedRegex(@"\b(?<!\b(?:every|last|past|each|since|until last) )(?:(?<next>next)|by|on|this|until|before|till|come|for)?(?: the)?(?: coming)? ?\b(?<d>monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b(?! feeling|s\b|'s\b)(?: (?<week>week)\b| of (?<week>next week)\b)?", Loose)]
    private static partial Regex Weekday();

    [GeneratedRegex(@"\b(?:in|within|over the next|in the next) (?<n>an?|\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a couple of) (?<u>days?|weeks?|months?)\b", Loose)]
    private static partial Regex InSpan();

    [GeneratedRegex(@"\bnext week\b", Loose)]
    private static partial Regex NextWeek();

    [GeneratedRegex(@"\b(?:this week|end of (?:the |this )?week|before the weekend|week is (?:over|out))\b", Loose)]
    private static partial Regex ThisWeek();

    [GeneratedRegex(@"\b(?:on|by|until|before|at|\w+day) the (?<d>(?:twenty|thirty)[- ](?:first|second|third|\w+th)|\w+(?:st|nd|rd|th))\b|^(?:so |okay,? )*(?:the )(?<d>(?:twenty|thirty)-\w+|\w+(?:th))\b", Loose)]
    private static partial Regex NamedDay();

    [GeneratedRegex(@"\bend of (?<m>january|february|march|april|may|june|july|august|september|october|november|december)\b", Loose)]
    private static partial Regex EndOfNamedMonth();

    [GeneratedRegex(@"\b(?:this|over the|at the|on the) weekend\b", Loose)]
    private static partial Regex Weekend();

    [GeneratedRegex(@"\b(?:next month|end of next month)\b", Loose)]
    private static partial Regex NextMonth();

    [GeneratedRegex(@"\b(?:this month|end of (?:the |this )?month|month'?s end)\b", Loose)]
    private static partial Regex ThisMonth();

    [GeneratedRegex(@"\b(?:this year|end of (?:the |this )?year|year'?s end)\b", Loose)]
    private static partial Regex ThisYear();

    [GeneratedRegex(@"\b(?:by|on|until|before|\w+day|it's|that's) the (?<d>\d{1,2})(?:st|nd|rd|th)\b", Loose)]
    private static partial Regex DayOfMonth();
}
