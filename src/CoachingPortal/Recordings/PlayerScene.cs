using CoachingPortal.Domain;

namespace CoachingPortal.Recordings;

/// <summary>What a page knows of a session besides its sound: shown on the outline of its recordings. The same instance means the same.</summary>
/// <param name="Voices">Who spoke when, in order.</param>
/// <param name="Marks">Moments worth finding, in order.</param>
public sealed record PlayerScene(IReadOnlyList<Voice> Voices, IReadOnlyList<Mark> Marks)
{
    /// <summary>Of one speaker, two turns less apart than this are drawn as one.</summary>
    private const double Joined = 1;

    public static PlayerScene Empty { get; } = new([], []);

    /// <summary>The marks that lie in a recording.</summary>
    /// <param name="recording">Complete.</param>
    public IReadOnlyList<Mark> MarksIn(Recording recording) => [.. Marks.Where(m => recording.StartedAt <= m.At && m.At <= EndOf(recording))];

    /// <summary>Who is heard in a recording: the coach, the founder, others, each with the name that most turns give.</summary>
    public IReadOnlyList<(Role? Role, string Name)> SpeakersIn(Recording recording) =>
        [.. Voices.Where(v => v.To > recording.StartedAt && v.From < EndOf(recording)).GroupBy(v => v.Role).OrderBy(g => Number(g.Key))
            .Select(g => (g.Key, g.Key is null ? string.Join(", ", g.Select(v => v.Name).Distinct()) : g.GroupBy(v => v.Name).MaxBy(n => n.Count())!.Key))];

    /// <summary>As the script takes it: threes of from, to (seconds) and who (0 coach, 1 founder, 2 another).</summary>
    public IReadOnlyList<double> VoicesIn(Recording recording)
    {
        var length = (recording.DurationMs ?? 0) / 1000.0;
        var threes = new List<double>();
        foreach (var voice in Voices)
        {
            var (from, to, who) = (Seconds(voice.From - recording.StartedAt), Seconds(voice.To - recording.StartedAt), Number(voice.Role));
            if (to <= 0 || from >= length || to <= from)
                continue;
            if (threes.Count > 0 && (int)threes[^1] == who && from - threes[^2] < Joined)
                threes[^2] = Math.Max(threes[^2], Math.Min(to, length));
            else
                threes.AddRange([Math.Max(from, 0), Math.Min(to, length), who]);
        }
        return threes;
    }

    private static DateTimeOffset EndOf(Recording recording) => recording.StartedAt.AddMilliseconds(recording.DurationMs ?? 0);

    private static double Seconds(TimeSpan span) => Math.Round(span.TotalSeconds, 2);

    private static int Number(Role? role) => role switch { Role.Coach => 0, Role.Founder => 1, _ => 2 };
}

/// <param name="Role">Null for a voice that is neither the founder nor the coach.</param>
public sealed record Voice(DateTimeOffset From, DateTimeOffset To, Role? Role, string Name);

public enum MarkKind
{
    Decision,
    Action,
    Question,
    Fred,
    Comment,
}

/// <param name="Text">What it is, short.</param>
public sealed record Mark(DateTimeOffset At, MarkKind Kind, string Text);
