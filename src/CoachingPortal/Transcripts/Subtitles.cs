using System.Globalization;
using System.Text;

namespace CoachingPortal.Transcripts;

/// <summary>Something to be shown while its moment plays.</summary>
/// <param name="From">From the recording's start.</param>
public sealed record Cue(TimeSpan From, TimeSpan To, string Speaker, string Text);

/// <summary>A transcript in the forms that players and people keep: WebVTT, SubRip, plain text.</summary>
public static class Subtitles
{
    /// <summary>In plain words, at the end of what the recogniser was not sure of.</summary>
    public const string Unsure = "[may be misheard]";

    /// <summary>Characters of a cue: two or three lines under a picture.</summary>
    public const int LongestCue = 120;

    private static readonly string[] SentenceEnds = [". ", "? ", "! "];
    private static readonly TimeSpan ShortestCue = TimeSpan.FromMilliseconds(500);

    /// <summary>A turn as cues that can be read in passing; each has its share of the turn's time by its length. What ended before the start has none.</summary>
    /// <param name="start">Position 0.</param>
    /// <param name="unsureBelow">Confidence, 0 to 1.</param>
    public static IEnumerable<Cue> Cues(TurnLine turn, DateTimeOffset start, double unsureBelow)
    {
        var (from, to) = (turn.StartedAt - start, turn.EndedAt - start);
        if (to - from < ShortestCue)
            to = from + ShortestCue;
        if (to <= TimeSpan.Zero)
            yield break;
        var parts = Parts(OneLine(turn.Text) + (turn.Confidence < unsureBelow ? " " + Unsure : "")).ToList();
        double all = parts.Sum(p => p.Length), before = 0;
        foreach (var part in parts)
        {
            var (begins, ends) = (from + (to - from) * (before / all), from + (to - from) * ((before + part.Length) / all));
            before += part.Length;
            if (ends > TimeSpan.Zero)
                yield return new(begins < TimeSpan.Zero ? TimeSpan.Zero : begins, ends, OneLine(turn.Speaker), part);
        }
    }

    /// <summary>WebVTT (W3C): the speaker is the cue's voice.</summary>
    public static string Vtt(IEnumerable<Cue> cues)
    {
        var text = new StringBuilder("WEBVTT\n");
        foreach (var cue in InOrder(cues))
            text.Append(CultureInfo.InvariantCulture, $"\n{Time(cue.From, '.')} --> {Time(cue.To, '.')}\n<v {Escaped(cue.Speaker)}>{Escaped(cue.Text)}</v>\n");
        return text.ToString();
    }

    /// <summary>SubRip has no escapes: what a player would take for a mark of its own is kept from it by a joiner that nobody sees.</summary>
    public static string Srt(IEnumerable<Cue> cues)
    {
        var text = new StringBuilder();
        foreach (var (cue, i) in InOrder(cues).Select((c, i) => (c, i)))
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : "\n")}{i + 1}\n{Time(cue.From, ',')} --> {Time(cue.To, ',')}\n{Plain($"{cue.Speaker}: {cue.Text}")}\n");
        return text.ToString();
    }

    private static IEnumerable<Cue> InOrder(IEnumerable<Cue> cues) => cues.OrderBy(c => c.From).ThenBy(c => c.To);

    private static string Time(TimeSpan at, char comma)
    {
        var ms = (long)Math.Round(at.TotalMilliseconds);
        return string.Create(CultureInfo.InvariantCulture, $"{ms / 3_600_000:00}:{ms / 60_000 % 60:00}:{ms / 1000 % 60:00}{comma}{ms % 1000:000}");
    }

    private static string Escaped(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Plain(string text) =>
        text.Replace("<", "<\u2060", StringComparison.Ordinal).Replace("{\\", "{\u2060\\", StringComparison.Ordinal).Replace("-->", "-\u2060->", StringComparison.Ordinal);

    /// <summary>An empty line would end a cue.</summary>
    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Cut between words, nowhere else but in a word that is longer than a cue.</summary>
    private static IEnumerable<string> Parts(string text)
    {
        while (text.Length > LongestCue)
        {
            var sentence = SentenceEnds.Max(e => text.LastIndexOf(e, LongestCue - 1, StringComparison.Ordinal));
            var space = text.LastIndexOf(' ', LongestCue);
            var cut = sentence > LongestCue / 2 ? sentence + 1 : space > 0 ? space : LongestCue;
            yield return text[..cut].TrimEnd();
            text = text[cut..].TrimStart();
        }
        if (text.Length > 0)
            yield return text;
    }
}
