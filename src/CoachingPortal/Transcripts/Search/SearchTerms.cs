using System.Text;

namespace CoachingPortal.Transcripts.Search;

internal enum TermKind
{
    Word,

    /// <summary><c>pric*</c>: every word that begins so.</summary>
    Prefix,

    /// <summary><c>"first hire"</c>: these words in this order.</summary>
    Phrase,
}

/// <param name="Text">Without its quotes or star; holds a letter or a digit.</param>
internal sealed record SearchTerm(TermKind Kind, string Text);

/// <summary>Reads what a person typed into the search box: words, <c>"phrases"</c> and <c>beginnings*</c>. All of them must occur.</summary>
internal static class SearchTerms
{
    /// <summary>Characters of a search.</summary>
    public const int Longest = 200;

    public const int Most = 12;

    /// <summary>Letters before a star: a single one begins half of what is ever said.</summary>
    public const int ShortestPrefix = 2;

    private const string Quotes = "\"“”„«»";

    /// <exception cref="ArgumentException">Nothing to look for, or too much; the message says it to the person.</exception>
    public static IReadOnlyList<SearchTerm> Read(string? text)
    {
        text = text?.Trim() ?? "";
        if (text.Length > Longest)
            throw new ArgumentException($"A search may have at most {Longest} characters.");
        if (text.Any(c => c == '\0') || !IsWhole(text))
            throw new ArgumentException("There is a character in it that no text holds.");
        var terms = Split(text).Where(t => t.Text.Any(char.IsLetterOrDigit)).ToList();
        if (terms.Count == 0)
            throw new ArgumentException("Type a word to look for.");
        if (terms.Count > Most)
            throw new ArgumentException($"A search may have at most {Most} words; put words that belong together in quotes.");
        if (terms.Exists(t => t.Kind == TermKind.Prefix && t.Text.Count(char.IsLetterOrDigit) < ShortestPrefix))
            throw new ArgumentException($"That is too broad: type at least {ShortestPrefix} letters before a *.");
        return terms;
    }

    private static IEnumerable<SearchTerm> Split(string text)
    {
        var word = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (Quotes.Contains(text[i], StringComparison.Ordinal))
            {
                if (Take() is { } before)
                    yield return before;
                var end = text.IndexOfAny(Quotes.ToCharArray(), i + 1);
                end = end < 0 ? text.Length : end;
                yield return new(TermKind.Phrase, text[(i + 1)..end]);
                i = end;
            }
            else if (char.IsWhiteSpace(text[i]))
            {
                if (Take() is { } word1)
                    yield return word1;
            }
            else
            {
                word.Append(text[i]);
            }
        }
        if (Take() is { } last)
            yield return last;

        SearchTerm? Take()
        {
            var taken = word.ToString();
            word.Clear();
            return taken.Length == 0 ? null : taken.EndsWith('*') ? new(TermKind.Prefix, taken.TrimEnd('*')) : new(TermKind.Word, taken);
        }
    }

    /// <summary>Whether no half of a character stands alone.</summary>
    private static bool IsWhole(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
                return false;
        return true;
    }
}
