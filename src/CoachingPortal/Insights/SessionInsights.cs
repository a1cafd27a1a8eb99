using CoachingPortal.Domain;

namespace CoachingPortal.Insights;

/// <summary>All insights of one session.</summary>
/// <param name="Talk">Null when nothing was written down of founder or coach.</param>
/// <param name="ComparedWith">How many other sessions the keywords were held against.</param>
/// <param name="Connections">Of those whose page measured anything.</param>
/// <param name="Recorded">Null when nothing was recorded.</param>
public sealed record SessionInsights(
    InsightPerson Founder, InsightPerson Coach, Talk? Talk, IReadOnlyList<Keyword> Keywords, int ComparedWith, IReadOnlyList<PersonConnection> Connections, RecordedTime? Recorded)
{
    /// <summary>What the keywords were held against; null when there was nothing to hold against it.</summary>
    internal OtherWords? Others { get; init; }

    /// <summary>Of everything measured, 0 to 100; null when nothing was.</summary>
    public double? ConnectionScore => Connections.Sum(c => c.Samples) is var all and > 0 ? Connections.Sum(c => c.Score * c.Samples) / all : null;

    public bool IsEmpty => Talk is null && Connections.Count == 0 && Recorded is null;
}

/// <summary>The words of a founder's other sessions.</summary>
internal sealed record OtherWords(IReadOnlyDictionary<string, int> Counts, int Sessions);

public sealed record InsightPerson(Guid Id, string Name);

/// <summary>The means of what one person's page measured.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="RttMs">Null where the browser did not say.</param>
/// <param name="Loss">0 to 1.</param>
/// <param name="Poor">Share of the measurements with a poor score, 0 to 1.</param>
public sealed record PersonConnection(Guid PersonId, int Samples, double Score, double? RttMs, double Loss, double JitterMs, double Poor)
{
    public const string Formula = "Each page in the call measures every 5 seconds how the other's sound arrives there: round trip, lost packets, jitter. Shown are the means over the session, and the share of the measurements scored as poor.";
}

/// <summary>A stretch that was not recorded between two that were.</summary>
public sealed record RecordingGap(DateTimeOffset From, TimeSpan Length, SegmentEnd? Why);

/// <summary>How much of the calls was recorded.</summary>
/// <param name="InCalls">Length of the recorded calls.</param>
public sealed record RecordedTime(TimeSpan Recorded, TimeSpan InCalls, IReadOnlyList<RecordingGap> Gaps)
{
    public const string Formula = "Recorded is the length of all recorded stretches; a gap lies between the end of one and the beginning of the next within a call, over half a second. The call is counted from the first to join until the last left.";

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(500);

    /// <param name="calls">Recorded calls that have ended, each with its recorded stretches that have ended.</param>
    /// <returns>Null when nothing was recorded.</returns>
    public static RecordedTime? Of(IEnumerable<(DateTimeOffset StartedAt, DateTimeOffset EndedAt, IReadOnlyList<RecordingSegment> Segments)> calls)
    {
        var (recorded, inCalls, gaps) = (TimeSpan.Zero, TimeSpan.Zero, new List<RecordingGap>());
        foreach (var (startedAt, endedAt, segments) in calls.Where(c => c.Segments.Count > 0).OrderBy(c => c.StartedAt))
        {
            inCalls += endedAt - startedAt;
            var ordered = segments.OrderBy(s => s.StartedAt).ToList();
            recorded += TimeSpan.FromTicks(ordered.Sum(s => (s.EndedAt!.Value - s.StartedAt).Ticks));
            gaps.AddRange(ordered.Zip(ordered.Skip(1)).Where(p => p.Second.StartedAt - p.First.EndedAt!.Value > Least)
                .Select(p => new RecordingGap(p.First.EndedAt!.Value, p.Second.StartedAt - p.First.EndedAt!.Value, p.First.EndedBy)));
        }
        return recorded > TimeSpan.Zero ? new(recorded, inCalls, gaps) : null;
    }
}
