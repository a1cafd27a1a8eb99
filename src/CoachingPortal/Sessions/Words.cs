using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;

namespace CoachingPortal.Sessions;

/// <summary>Names of the drafts in a tab's storage. The person is part of them: who signs in next finds nobody else's.</summary>
internal static class DraftKeys
{
    public const string Summary = "summary";
    public const string Note = "note:";
    public const string Tag = "tag";
    public const string Turn = "turn:";
    public const string Comment = "comment:";

    /// <summary>Begins the keys of one kind's items; their ids follow.</summary>
    public static string Items(ItemKind kind) => KindWords.Of(kind) + ":";

    public static string Prefix(Caller caller, Guid sessionId) => $"draft:{caller.Id:N}:{sessionId:N}:";
}

internal static class KindWords
{
    /// <summary>One of them, in a word: in keys, test ids and labels.</summary>
    public static string Of(ItemKind kind) => kind switch { ItemKind.Decision => "decision", ItemKind.NextAction => "action", _ => "question" };
}

internal static class SourceWords
{
    public static string Of(SummarySource? source) => source switch
    {
        SummarySource.Offline => "Drawn together by FRED, offline",
        SummarySource.Model => "Written by FRED",
        SummarySource.Agent => "Written by an agent",
        _ => "Written by hand",
    };
}

internal static class Paragraphs
{
    /// <summary>The text's paragraphs: what blank lines part.</summary>
    public static IEnumerable<string> Of(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

internal static class Spans
{
    /// <summary>A place in the call, such as <c>4:07</c> or <c>1:04:07</c>; before its start, <c>-0:12</c>.</summary>
    public static string Position(TimeSpan position) =>
        (position <= TimeSpan.FromSeconds(-1) ? "-" : "") + position.Duration().ToString(position.Duration() >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);

    /// <summary>Such as <c>47 min</c> or <c>1 h 5 min</c>, to the nearest minute; under a minute in seconds.</summary>
    public static string InWords(TimeSpan span)
    {
        if (span < TimeSpan.FromMinutes(1))
            return $"{(int)span.TotalSeconds} s";
        var minutes = (int)Math.Round(span.TotalMinutes, MidpointRounding.AwayFromZero);
        return minutes < 60 ? $"{minutes} min" : minutes % 60 == 0 ? $"{minutes / 60} h" : $"{minutes / 60} h {minutes % 60} min";
    }
}
