using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts;

/// <summary>Something said without a pause, as a recogniser gave it.</summary>
/// <param name="PersonId">Null for a voice that is nobody's.</param>
/// <param name="Turn">The row it is already, if it is one.</param>
/// <param name="IsFixed">Stays as it is, a turn of its own.</param>
public sealed record Utterance(
    Guid? PersonId, string Speaker, Role? Role, string Text, DateTimeOffset StartedAt, DateTimeOffset EndedAt, double? Confidence, string? Language, Turn? Turn = null, bool IsFixed = false)
{
    /// <summary>See <see cref="TurnPieces"/>.</summary>
    public int[] Pieces { get; init; } = [];

    public static Utterance Of(Turn turn, bool isFixed) =>
        new(turn.PersonId, turn.Speaker, turn.Role, turn.Text, turn.StartedAt, turn.EndedAt, turn.Confidence, turn.Language, turn, isFixed) { Pieces = turn.Pieces };
}

/// <summary>
/// The one rule by which words become turns: what the same speaker says with short gaps, and nobody else in between,
/// is one turn, up to a length that can still be read and sought in.
/// </summary>
public static class TurnRule
{
    /// <summary>Breathing, not the end of a turn.</summary>
    public static readonly TimeSpan LongestGap = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(60);

    /// <summary>Characters.</summary>
    public const int LongestText = 1000;

    /// <summary>Puts together what makes a turn, all in order of time.</summary>
    public static IReadOnlyList<IReadOnlyList<Utterance>> Group(IEnumerable<Utterance> said)
    {
        var turns = new List<IReadOnlyList<Utterance>>();
        var open = new List<Utterance>();
        foreach (var next in said.OrderBy(u => u.StartedAt).ThenBy(u => u.EndedAt))
        {
            if (open.Count > 0 && !Continues(open, next))
                Close();
            open.Add(next);
        }
        Close();
        return turns;

        void Close()
        {
            if (open.Count > 0)
                turns.Add([.. open]);
            open.Clear();
        }
    }

    /// <summary>What a group says as one. Its confidence is the mean over its characters, null when no part has one.</summary>
    public static Utterance Join(IReadOnlyList<Utterance> group)
    {
        if (group is [var only])
            return only;
        var sure = group.Where(u => u.Confidence is not null).ToList();
        return group[0] with
        {
            Text = string.Join(' ', group.Select(u => u.Text)),
            EndedAt = group.Max(u => u.EndedAt),
            Confidence = sure.Count == 0 ? null : Math.Clamp(sure.Sum(u => u.Confidence!.Value * u.Text.Length) / sure.Sum(u => u.Text.Length), 0, 1),
            Language = group.Select(u => u.Language).FirstOrDefault(l => l is not null),
            Turn = null,
            Pieces = [.. PiecesOf(group)],
        };
    }

    private static IEnumerable<int> PiecesOf(IReadOnlyList<Utterance> group)
    {
        var character = 0;
        foreach (var part in group)
        {
            var later = (int)(part.StartedAt - group[0].StartedAt).TotalMilliseconds;
            if (character > 0)
            {
                yield return character;
                yield return later;
            }
            for (var i = 0; i + 1 < part.Pieces.Length; i += 2)
            {
                yield return character + part.Pieces[i];
                yield return later + part.Pieces[i + 1];
            }
            character += part.Text.Length + 1;
        }
    }

    private static bool Continues(List<Utterance> open, Utterance next) =>
        !open[0].IsFixed && !next.IsFixed && open[0].PersonId is not null && open[0].PersonId == next.PersonId
        && next.StartedAt - open.Max(u => u.EndedAt) <= LongestGap
        && next.EndedAt - open[0].StartedAt <= LongestTurn
        && open.Sum(u => u.Text.Length + 1) + next.Text.Length <= LongestText
        && (open[0].Language is null || next.Language is null || open[0].Language == next.Language);
}
