using System.Globalization;
using System.Text.Json;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>Reads what recognisers write: <c>verbose_json</c> of OpenAI-compatible servers, and one object a line of commands.</summary>
internal static class VerboseJson
{
    /// <summary>Whisper's own rule for what it made up out of noise.</summary>
    private const double SurelyNoSpeech = 0.6;
    private const double HardlyLikely = -1;

    /// <summary>Milliseconds between two words whose times are kept: between them a moment is as exact as anybody hears.</summary>
    private const int Apart = 400;

    /// <summary>Characters: a word that is found farther on was said another time.</summary>
    private const int Near = 40;

    private static readonly Lazy<Dictionary<string, string>> Languages = new(() => CultureInfo.GetCultures(CultureTypes.NeutralCultures)
        .Where(c => c.TwoLetterISOLanguageName.Length is 2 or 3).GroupBy(c => c.EnglishName, StringComparer.OrdinalIgnoreCase)
        .ToDictionary(g => g.Key, g => g.First().TwoLetterISOLanguageName, StringComparer.OrdinalIgnoreCase));

    /// <exception cref="JsonException">It is something else.</exception>
    public static HeardPiece Read(JsonElement answer, TimeSpan length)
    {
        if (answer.ValueKind != JsonValueKind.Object)
            throw new JsonException("Not an object.");
        var language = Text(answer, "language") is { } said ? Code(said) : null;
        if (answer.TryGetProperty("segments", out var segments) && segments.ValueKind == JsonValueKind.Array)
        {
            var words = Words(answer);
            return new([.. segments.EnumerateArray().Select(s => Segment(s, length, words)).OfType<Heard>()], language);
        }
        // Some servers only know the whole.
        var text = Text(answer, "text") ?? throw new JsonException("Neither segments nor text.");
        return new(text.Trim() is { Length: > 0 } all ? [new(TimeSpan.Zero, length, all, null)] : [], language);
    }

    /// <param name="words">Of the whole piece, where a segment does not have its own.</param>
    /// <returns>Null when it says nothing.</returns>
    /// <exception cref="JsonException">It has no times or no text.</exception>
    public static Heard? Segment(JsonElement segment, TimeSpan length, IReadOnlyList<(string Text, double Start)>? words = null)
    {
        if (segment.ValueKind != JsonValueKind.Object || Number(segment, "start") is not { } start || Number(segment, "end") is not { } end || Text(segment, "text") is not { } text)
            throw new JsonException("A segment has start, end and text.");
        var (likely, silence) = (Number(segment, "avg_logprob"), Number(segment, "no_speech_prob"));
        text = text.Replace('\0', ' ').ReplaceLineEndings(" ").Trim();
        if (text.Length == 0 || (silence > SurelyNoSpeech && likely < HardlyLikely))
            return null;
        var (from, to) = (Bounded(start), Bounded(end));
        var confidence = Number(segment, "confidence") ?? (likely is { } log ? Math.Exp(log) : OfWords(segment));
        var own = Words(segment) is { Count: > 0 } said ? said : (words ?? []).Where(w => w.Start >= start - 0.01 && w.Start < end);
        return new(from, to < from ? from : to, text, confidence is { } c ? Math.Clamp(c, 0, 1) : null) { Pieces = Pieces(text, own.Select(w => (w.Text, (int)(Bounded(w.Start) - from).TotalMilliseconds))) };

        TimeSpan Bounded(double seconds) => TimeSpan.FromMilliseconds(Math.Round(Math.Clamp(seconds, 0, length.TotalSeconds) * 1000));
    }

    private static List<(string Text, double Start)> Words(JsonElement of) =>
        of.TryGetProperty("words", out var words) && words.ValueKind == JsonValueKind.Array
            ? [.. words.EnumerateArray().Where(w => w.ValueKind == JsonValueKind.Object).Select(w => (Text: Text(w, "word")?.Trim(), Start: Number(w, "start"))).Where(w => w is { Text.Length: > 0, Start: not null }).Select(w => (w.Text!, w.Start!.Value))]
            : [];

    private static int[] Pieces(string text, IEnumerable<(string Text, int Ms)> words)
    {
        var pieces = new List<int>();
        var (at, last) = (0, 0);
        foreach (var (word, ms) in words)
        {
            // Where a word is written otherwise than in the text, the next one that is not leads on.
            var index = text.IndexOf(word, at, StringComparison.OrdinalIgnoreCase);
            if (index < 0 || index > at + Near)
                continue;
            at = index + word.Length;
            // whisper.cpp's words are parts of words, and stops.
            var begins = index > 0 && char.IsLetterOrDigit(text[index]) && !char.IsLetterOrDigit(text[index - 1]);
            if (!begins || ms < last + Apart)
                continue;
            pieces.AddRange([index, ms]);
            last = ms;
        }
        return [.. pieces];
    }

    /// <summary>Some servers are only sure of words.</summary>
    private static double? OfWords(JsonElement segment) =>
        segment.TryGetProperty("words", out var words) && words.ValueKind == JsonValueKind.Array
        && words.EnumerateArray().Where(w => w.ValueKind == JsonValueKind.Object).Select(w => Number(w, "probability")).OfType<double>().ToList() is { Count: > 0 } sure ? sure.Average() : null;

    /// <summary>Whisper says <c>english</c> where others say <c>en</c>.</summary>
    private static string? Code(string said) =>
        Languages.Value.TryGetValue(said, out var code) ? code
        : said.Length is >= 2 and <= 35 && said.Split('-')[0].Length is 2 or 3 && said.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? said : null;

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;
}
