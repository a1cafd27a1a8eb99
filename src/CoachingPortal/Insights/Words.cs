using System.Globalization;

namespace CoachingPortal.Insights;

/// <summary>Takes text apart into words: letters and digits, with apostrophes and hyphens inside.</summary>
public static class Words
{
    private const int LeastLetters = 3;

    public static int Count(string text)
    {
        var (count, at) = (0, 0);
        while (Next(text, ref at).Length > 0)
            count++;
        return count;
    }

    /// <summary>Adds the words of a text that may be keywords, in lower case.</summary>
    public static void AddTo(Dictionary<string, int> counts, string text)
    {
        var known = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var common = Common.GetAlternateLookup<ReadOnlySpan<char>>();
        var lower = text.Replace('’', '\'').ToLowerInvariant();
        var at = 0;
        for (var word = Next(lower, ref at); word.Length > 0; word = Next(lower, ref at))
        {
            if (word.EndsWith("'s", StringComparison.Ordinal))
                word = word[..^2];
            if (word.Length >= LeastLetters && char.IsLetter(word[0]) && !common.Contains(word))
                known[word] = known.TryGetValue(word, out var count) ? count + 1 : 1;
        }
    }

    /// <returns>The next word from <paramref name="at"/> on; empty at the end.</returns>
    private static ReadOnlySpan<char> Next(string text, ref int at)
    {
        while (at < text.Length && !char.IsLetterOrDigit(text[at]))
            at++;
        var from = at;
        while (at < text.Length && (IsInside(text[at]) || (text[at] is '\'' or '’' or '-' && at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1]))))
            at++;
        return text.AsSpan(from, at - from);
    }

    /// <summary>An accent may be a character of its own.</summary>
    private static bool IsInside(char c) => char.IsLetterOrDigit(c) || (c > 0x2ff && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    /// <summary>English words that say nothing of the matter.</summary>
    private static readonly HashSet<string> Common =
    [
        .. """
        about above actually after again ago all almost already also although always and another any anybody anyone anything are aren't around ask away back because been before
        being better between both but came can can't cannot come could couldn't did didn't does doesn't doing don't done down each else enough even ever every everybody everyone
        everything far few find first for from get gets getting give given goes going gone gonna good got had has hasn't have haven't having he's hear hello her here hers him his how
        i'd i'll i'm i've into isn't it's its just keep kind know last least less let let's like little long look lot made make makes many may maybe mean means might more most much
        must myself need never new next nice nobody none not nothing now off okay old once one only other our ours out over own per perhaps please put quite rather really right said
        same saw say says see seem seen she she's should shouldn't since some somebody someone something sometimes sort still stuff such sure take tell than thank thanks that that's
        the their them then there there's these they they'll they're they've thing things think this those though thought three through till time times together told too took tried
        try two under until upon use used very want wanted wants was wasn't way we'd we'll we're we've well went were weren't what what's whatever when where whether which while who
        who's whole whom whose why will with without won't would wouldn't yeah year years yes yet you you'd you'll you're you've your yours yourself
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
    ];
}
