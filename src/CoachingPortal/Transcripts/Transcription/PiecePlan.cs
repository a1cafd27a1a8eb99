namespace CoachingPortal.Transcripts.Transcription;

/// <summary>Where a track is cut into pieces, by how loud it is. Counted in frames of <see cref="Frame"/>; ends are not included.</summary>
internal static class PiecePlan
{
    public static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(100);

    public const int FramesASecond = 10;

    /// <summary>A silence this long is not sent: recognisers make up words for it.</summary>
    public const int LongSilence = 15 * FramesASecond;

    /// <summary>Left of a silence on either side, so that no sound is cut into.</summary>
    private const int Margin = FramesASecond;

    /// <summary>A cut goes where the half second around it is quietest.</summary>
    private const int Around = 2;

    /// <param name="loudness">Of each frame of the track.</param>
    /// <param name="from">The first frame that may be sent.</param>
    /// <param name="to">The frame after the last that may be.</param>
    /// <param name="most">The longest piece, frames.</param>
    /// <param name="silent">Loudness at which a frame is still silence.</param>
    public static IEnumerable<(int From, int To)> Cut(IReadOnlyList<ushort> loudness, int from, int to, int most, int silent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2 * FramesASecond);
        to = Math.Min(to, loudness.Count);
        foreach (var (start, end) in Heard(loudness, Math.Max(from, 0), to, silent))
        {
            var at = start;
            while (end - at > most)
            {
                var cut = Quietest(loudness, at + most * 3 / 4, at + most);
                yield return (at, cut);
                at = cut;
            }
            if (end > at)
                yield return (at, end);
        }
    }

    /// <summary>The stretches between long silences, with a margin.</summary>
    private static IEnumerable<(int From, int To)> Heard(IReadOnlyList<ushort> loudness, int from, int to, int silent)
    {
        int? first = null;
        var last = from;
        for (var i = from; i < to; i++)
        {
            if (loudness[i] <= silent)
                continue;
            if (first is { } begun && i - last > LongSilence)
            {
                yield return (begun, Math.Min(last + 1 + Margin, to));
                first = null;
            }
            first ??= Math.Max(from, i - Margin);
            last = i;
        }
        if (first is { } open)
            yield return (open, Math.Min(last + 1 + Margin, to));
    }

    /// <summary>The latest of the quietest places.</summary>
    private static int Quietest(IReadOnlyList<ushort> loudness, int from, int to)
    {
        var (best, least) = (to, long.MaxValue);
        for (var i = from; i <= to; i++)
        {
            long sum = 0;
            for (var j = Math.Max(0, i - Around); j < Math.Min(loudness.Count, i + Around); j++)
                sum += loudness[j];
            if (sum <= least)
                (best, least) = (i, sum);
        }
        return best;
    }
}
