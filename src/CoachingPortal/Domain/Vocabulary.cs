namespace CoachingPortal.Domain;

/// <summary>Names and terms that a recogniser would not know, as people list them.</summary>
public static class Vocabulary
{
    public const int MostWords = 100;
    public const int LongestWord = 50;

    /// <summary>Reads a list: one a line or separated by commas, each once whatever its case.</summary>
    /// <exception cref="ArgumentException">Too many words, or one is too long or cannot be printed; the message says which.</exception>
    public static string[] Read(string? text)
    {
        string[] words = [.. (text ?? "").Split(['\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
        if (words.Length > MostWords)
            throw new ArgumentException($"At most {MostWords} words; these are {words.Length}.");
        if (Array.Find(words, w => w.Length > LongestWord) is { } longest)
            throw new ArgumentException($"A word has at most {LongestWord} characters; “{longest[..20]}…” has {longest.Length}.");
        return Array.Exists(words, w => w.Any(char.IsControl)) ? throw new ArgumentException("Words have printable characters only.") : words;
    }
}
