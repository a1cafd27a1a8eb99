using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>Takes apart what a recogniser gives in one piece where it is too long for a turn.</summary>
internal static partial class SpokenSentences
{
    /// <summary>
    /// Its sentences, each from when its first word was said or, where nobody knows, with the share of the time that its
    /// length is of the text's; itself when it is short enough for a turn.
    /// </summary>
    public static IEnumerable<Utterance> Of(Utterance said)
    {
        if (said.Text.Length <= TurnRule.LongestText && said.EndedAt - said.StartedAt <= TurnRule.LongestTurn)
            return [said];
        var parts = End().Split(said.Text).SelectMany(Short).Where(p => p.Length > 0).ToList();
        var all = (double)parts.Sum(p => p.Length);
        var utterances = new List<Utterance>();
        var (from, before) = (0, 0);
        foreach (var part in parts)
        {
            from = said.Text.IndexOf(part, from, StringComparison.Ordinal);
            var start = said.StartedAt + (said.Pieces.Length > 0 ? TimeSpan.FromMilliseconds(TurnPieces.At(said.Pieces, from)) : (said.EndedAt - said.StartedAt) * (before / all));
            if (utterances.Count > 0)
                utterances[^1] = utterances[^1] with { EndedAt = start };
            utterances.Add(said with { Text = part, Pieces = TurnPieces.Within(said.Pieces, from, part.Length), StartedAt = start });
            from += part.Length;
            before += part.Length;
        }
        return utterances;
    }

    /// <summary>A sentence without an end is parted between words.</summary>
    private static IEnumerable<string> Short(string sentence)
    {
        var rest = sentence.Trim();
        while (rest.Length > TurnRule.LongestText)
        {
            var blank = rest.LastIndexOf(' ', TurnRule.LongestText);
            var end = blank > 0 ? blank : char.IsHighSurrogate(rest[TurnRule.LongestText - 1]) ? TurnRule.LongestText - 1 : TurnRule.LongestText;
            yield return rest[..end].TrimEnd();
            rest = rest[end..].TrimStart();
        }
        yield return rest;
    }

    [GeneratedRegex(@"(?<=[.!?…][""”’»)]*)\s+|(?<=[。！？])")]
    private static partial Regex End();
}
