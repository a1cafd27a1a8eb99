using System.Text.RegularExpressions;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>Takes apart what a recogniser gives in one piece where it is too long for a turn.</summary>
internal static partial class SpokenSentences
{
    /// <summary>Its sentences, each with the share of the time that its length is of the text's; itself when it is short enough for a turn.</summary>
    public static IEnumerable<Utterance> Of(Utterance said)
    {
        if (said.Text.Length <= TurnRule.LongestText && said.EndedAt - said.StartedAt <= TurnRule.LongestTurn)
            return [said];
        var parts = End().Split(said.Text).SelectMany(Short).Where(p => p.Length > 0).ToList();
        var (all, before) = ((double)parts.Sum(p => p.Length), 0);
        return parts.ConvertAll(p => said with { Text = p, Pieces = [], StartedAt = At(before), EndedAt = At(before += p.Length) });

        DateTimeOffset At(int length) => said.StartedAt + (said.EndedAt - said.StartedAt) * (length / all);
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
