namespace CoachingPortal.Domain;

public enum ConnectionLevel
{
    /// <summary>80 and more: people talk without thinking of it.</summary>
    Good,

    /// <summary>From 60 on.</summary>
    Fair,

    /// <summary>Under 60: words get lost, or people talk over each other.</summary>
    Poor,
}

/// <summary>One number for a connection, from 0 to 100.</summary>
public static class ConnectionScore
{
    /// <summary>What a perfect line reaches in the model.</summary>
    private const double Best = 93.2;

    private const double Buffer = 10;
    private const double PerPercentLost = 4;

    /// <summary>A lower score is a poor one.</summary>
    public const int PoorUnder = 60;

    private const int GoodFrom = 80;

    /// <summary>The formula for a person to read.</summary>
    public const string Formula =
        "Delay = half the round trip + twice the jitter + 10 ms. A delay under 160 ms costs a point for each 40 ms, a longer one a point for each 10 ms over 120 ms; "
        + "each percent of lost packets costs 4 points. What is left of 93.2 points, as a percentage of them, is the score (after the E-model of ITU-T G.107, simplified; the weight of loss is ours). "
        + "80 and more is good, 60 to 79 fair, less is poor.";

    /// <param name="rttMs">Round trip; null when it is not known, which costs nothing.</param>
    /// <param name="loss">0 to 1.</param>
    /// <returns>0 to 100.</returns>
    public static int Of(double? rttMs, double loss, double jitterMs)
    {
        var delay = (rttMs ?? 0) / 2 + 2 * jitterMs + Buffer;
        var forDelay = delay < 160 ? delay / 40 : (delay - 120) / 10;
        var left = Best - forDelay - 100 * loss * PerPercentLost;
        return (int)Math.Round(100 * Math.Clamp(left, 0, Best) / Best, MidpointRounding.AwayFromZero);
    }

    public static ConnectionLevel LevelOf(double score) => score >= GoodFrom ? ConnectionLevel.Good : score >= PoorUnder ? ConnectionLevel.Fair : ConnectionLevel.Poor;
}
