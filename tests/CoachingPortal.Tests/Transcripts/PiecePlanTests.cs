using CoachingPortal.Transcripts.Transcription;

namespace CoachingPortal.Tests.Transcripts;

public sealed class PiecePlanTests
{
    private const int Most = 300;

    [Fact]
    public void Cut_ShortTrack_IsOnePieceWithoutTheSilenceAround() =>
        Assert.Equal([(90, 210)], Pieces(Track((100, 0), (100, 900), (100, 0))));

    [Fact]
    public void Cut_NothingHeard_IsNoPiece() => Assert.Empty(Pieces(Track((1000, 20))));

    [Fact]
    public void Cut_LongSilence_IsLeftOut() =>
        Assert.Equal([(0, 60), (240, 300)], Pieces(Track((50, 900), (200, 0), (50, 900))));

    [Fact]
    public void Cut_ShorterSilence_StaysInThePiece() =>
        Assert.Equal([(0, 240)], Pieces(Track((50, 900), (140, 0), (50, 900))));

    [Fact]
    public void Cut_TooLong_CutsWhereItIsQuietAndLosesNothing()
    {
        var pieces = Pieces(Track((250, 900), (10, 5), (500, 900)));

        Assert.InRange(pieces[0].To, 250, 260);
        Assert.All(pieces, p => Assert.InRange(p.To - p.From, 1, Most));
        Assert.Equal((0, 760), (pieces[0].From, pieces[^1].To));
        Assert.All(pieces.Zip(pieces.Skip(1)), p => Assert.Equal(p.First.To, p.Second.From));
    }

    [Fact]
    public void Cut_Span_NeverLeavesIt() =>
        Assert.Equal([(100, 200)], PiecePlan.Cut(Track((1000, 900)), 100, 200, Most, 33));

    private static List<(int From, int To)> Pieces(List<ushort> loudness) => [.. PiecePlan.Cut(loudness, 0, loudness.Count, Most, 33)];

    private static List<ushort> Track(params (int Frames, ushort Loudness)[] parts) => [.. parts.SelectMany(p => Enumerable.Repeat(p.Loudness, p.Frames))];
}
