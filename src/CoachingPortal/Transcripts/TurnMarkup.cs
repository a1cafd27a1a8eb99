using System.Buffers;
using System.Globalization;
using System.Text;
using CoachingPortal.Domain;
using CoachingPortal.Shell;

namespace CoachingPortal.Transcripts;

/// <summary>
/// A turn of a transcript as HTML, in one piece: two hours hold thousands, and to a page a piece costs the same whether
/// it is a word or a turn. Styled through the list, for white space and classes would be sent thousands of times.
/// </summary>
/// <param name="unsureBelow">Below this confidence (0 to 1) a turn is marked.</param>
/// <param name="zone">The viewer's.</param>
internal sealed class TurnMarkup(double unsureBelow, TimeZoneInfo zone)
{
    private static readonly SearchValues<char> Special = SearchValues.Create("&<>\"");
    private readonly StringBuilder html = new(1000);

    public string Of(TranscriptPart part, TurnLine turn)
    {
        html.Clear();
        html.Append(CultureInfo.InvariantCulture, $"<li id=\"turn-{turn.Id}\"{(turn.Role == Role.Founder ? " class=\"by-founder\"" : "")} data-testid=\"turn\" data-at=\"{turn.StartedAt.ToUnixTimeMilliseconds()}\">");
        var position = Position(part, turn);
        if (part.RecordingId is null)
            html.Append(CultureInfo.InvariantCulture, $"<span>{position}</span>");
        else
            html.Append(CultureInfo.InvariantCulture, $"<button type=\"button\" aria-label=\"Play from {position}\">{position}</button>");
        Append("<p><b>", turn.Speaker, "</b>");
        if (turn.Role is { } role)
            html.Append(role == Role.Founder ? " founder" : role == Role.Coach ? " coach" : "");
        if (turn.Confidence < unsureBelow)
            html.Append(CultureInfo.InvariantCulture, $"<span class=\"badge warn\" data-testid=\"turn-unsure\" title=\"The recogniser gave {turn.Confidence.Value:P0}\">may be misheard</span>");
        // The page's own language is not said again.
        if (turn.Language is { } language && !language.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            Append("</p><p lang=\"", language, "\">");
        else
            html.Append("</p><p>");
        Append("", turn.Text, "</p>");
        if (turn.Corrected is { } corrected)
            AppendCorrections(corrected);
        return html.Append("</li>").ToString();
    }

    private void AppendCorrections(CorrectionLine newest)
    {
        html.Append("<details class=\"corrected small no-print\" data-testid=\"turn-corrected\"><summary>corrected</summary>");
        for (var correction = newest; correction is not null; correction = correction.Earlier)
        {
            Append("<p>", correction.By, "");
            html.Append(CultureInfo.InvariantCulture, $", <time datetime=\"{correction.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\">{TimeZones.Show(correction.At, zone, "d MMM yyyy, HH:mm")}</time>. Before: ");
            Append("<q>", correction.Before, "</q></p>");
        }
        html.Append("</details>");
    }

    /// <summary>Such as <c>4:07</c> or <c>1:04:07</c>; before the start, <c>-0:12</c>.</summary>
    private static string Position(TranscriptPart part, TurnLine turn)
    {
        var position = turn.StartedAt - part.Start;
        var sign = position <= TimeSpan.FromSeconds(-1) ? "-" : "";
        return sign + position.Duration().ToString(position.Duration() >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }

    private void Append(string before, string text, string after)
    {
        html.Append(before);
        var rest = text.AsSpan();
        for (int at; (at = rest.IndexOfAny(Special)) >= 0; rest = rest[(at + 1)..])
            html.Append(rest[..at]).Append(rest[at] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => "&quot;" });
        html.Append(rest).Append(after);
    }
}
