using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts;

/// <summary>
/// The one rule by which a caption gives way to what was heard on its speaker's own recording: where enough was heard in
/// its time, or the same words near it. A caption is timed by when its recogniser answered, not by when it was said.
/// </summary>
internal static partial class CaptionRule
{
    /// <summary>
    /// What a caption's beginning may be late: it is the recogniser's first guess, which has been to its server and back. What
    /// is said quicker than that is told by its words.
    /// </summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1);

    /// <summary>What all of it may be late, or by another clock: as much as <see cref="Turns"/> forgives a sender's.</summary>
    private static readonly TimeSpan Shift = Turns.ClockSlack;

    /// <summary>Characters a second of somebody who talks on.</summary>
    private const double Fluent = 15;

    /// <summary>Of its words: recognisers differ in some.</summary>
    private const double Same = 0.75;

    /// <param name="before">When the same person's caption before it ended: what was heard until then is that one's.</param>
    /// <param name="heard">Of the same person.</param>
    public static bool IsHeard(Turn caption, DateTimeOffset before, IReadOnlyList<Utterance> heard)
    {
        var (spoken, enough) = Spoken(caption.Text, new(caption.StartedAt, caption.EndedAt), before);
        var covered = Stretch.Common([spoken], [.. heard.Select(u => new Stretch(u.StartedAt, u.EndedAt))]).Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Length);
        return covered >= enough || Says(string.Join(' ', heard.Where(u => u.StartedAt < caption.EndedAt + Shift && u.EndedAt > caption.StartedAt - Shift).Select(u => u.Text)), caption.Text);
    }

    /// <summary>When a caption's words may have been said, and for how much of that something must be heard to say the same.</summary>
    /// <param name="timed">The caption's own times.</param>
    public static (Stretch Spoken, TimeSpan Enough) Spoken(string text, Stretch timed, DateTimeOffset before = default)
    {
        var length = TimeSpan.FromSeconds(text.Length / Fluent);
        // A recogniser without first guesses gives times that hold the end alone.
        var from = (timed.Length < length ? timed.To - length : timed.From) - Late;
        var notBefore = before < timed.From ? before : timed.From;
        return (new(from > notBefore ? from : notBefore, timed.To), length / 2);
    }

    /// <summary>Whether a text has the words of another, in their order.</summary>
    private static bool Says(string text, string words)
    {
        var (all, sought) = (WordsOf(text), WordsOf(words));
        // Of the longest common subsequence, by the last row.
        var common = new int[sought.Length + 1];
        foreach (var word in all)
            for (int i = 0, diagonal = 0; i < sought.Length; i++)
                (diagonal, common[i + 1]) = (common[i + 1], word == sought[i] ? diagonal + 1 : Math.Max(common[i], common[i + 1]));
        return sought.Length > 0 && common[^1] >= Same * sought.Length;
    }

    private static string[] WordsOf(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(m => m.Value)];

    [GeneratedRegex(@"[\p{L}\p{M}\p{Nd}]+")]
    private static partial Regex Word();
}
