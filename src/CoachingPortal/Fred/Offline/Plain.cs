using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

/// <summary>Plain English taken apart: sentences, words, the words that carry meaning.</summary>
internal static partial class Plain
{
    private static readonly HashSet<string> Common = new(
        """
        a about above after again against ago all also always am an and another any anything are aren't around as at away back be because been before being below
        between both but by can can't cannot come could couldn't day did didn't do does doesn't doing don't done down during each either else even ever every everything
        few for from further get gets getting give go goes going gonna good got had has have haven't having he her here hers him his hmm how however i i'd i'll i'm i've if in
        into is isn't it it's its itself just keep kind know last let let's like look lot made make many may maybe me mean might mine more most much must my myself need
        never next no nor not nothing now of off often oh ok okay on once one only or other our ours out over own people perhaps please put quite rather really right said same
        say see she should shouldn't since so some somebody someone something sometimes soon sort still stuff such sure take tell than thank thanks that that's the their them then there these
        they thing things think this those though three through thus time to today told too two under until up us use very wait want was wasn't way we we'd we'll we're
        we've week well went were what what's when where whether which while who whom whose why will with without won't would wouldn't yeah year yes yesterday yet you your yours
        hello hi hey fred
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);

    public static bool IsCommon(string word) => word.Length < 2 || Common.Contains(word.Replace('’', '\''));

    /// <summary>Sentences as they stand, trimmed; a line break ends one too.</summary>
    public static List<string> Sentences(string text) =>
        [.. SentenceEnd().Split(text).Select(s => s.Trim()).Where(s => s.Length > 0)];

    public static List<string> Words(string text) => [.. Word().Matches(text).Select(m => m.Value)];

    /// <summary>The stems of the words that carry meaning.</summary>
    public static HashSet<string> Stems(string text) => [.. Words(text).Where(w => !IsCommon(w) && w.Length > 2).Select(Stem)];

    /// <summary>Rough on purpose: enough to see that pricing, priced and prices are one matter.</summary>
    public static string Stem(string word)
    {
        word = word.ToLowerInvariant().Replace('’', '\'');
        if (word.EndsWith("'s", StringComparison.Ordinal))
            word = word[..^2];
        foreach (var ending in (string[])["ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "e", "y"])
            if (word.Length - ending.Length >= 3 && word.EndsWith(ending, StringComparison.Ordinal) && !word.EndsWith("ss", StringComparison.Ordinal))
            {
                word = word[..^ending.Length];
                break;
            }
        return word.Length > 3 && word[^1] == word[^2] ? word[..^1] : word;
    }

    public static string Capitalised(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    /// <summary>At most so many words, cut where the sentence takes a breath if it does so in the second half.</summary>
    public static string Shortened(string text, int words)
    {
        var matches = Token().Matches(text);
        if (matches.Count <= words)
            return text;
        var cut = text[..(matches[words - 1].Index + matches[words - 1].Length)];
        var breath = Breath().Matches(cut).LastOrDefault(m => m.Index > cut.Length / 2);
        return (breath is null ? cut.TrimEnd(',', ';', ':') + " …" : cut[..breath.Index]).Trim();
    }

    [GeneratedRegex(@"(?<=[.!?…])\s+(?=[\p{Lu}\p{N}""“'‘(])|(?<=[!?])\s+|\s*[\r\n]+\s*|(?<=;)\s+")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"[\p{L}\p{N}]+(?:['’\-][\p{L}\p{N}]+)*")]
    private static partial Regex Word();

    [GeneratedRegex(@"\S+")]
    private static partial Regex Token();

    [GeneratedRegex(@"[,;:]\s|\s(?:because|but|and|so|which|that|when|while|if)\s")]
    private static partial Regex Breath();
}
