namespace CoachingPortal.Calls;

/// <summary>Lets a burst through at once, and so many a second in the long run. For one caller at a time.</summary>
public sealed class TokenBucket
{
    private readonly double perSecond;
    private readonly double burst;
    private readonly TimeProvider time;
    private double tokens;
    private long last;

    public TokenBucket(double perSecond, double burst, TimeProvider time)
    {
        (this.perSecond, this.burst, this.time) = (perSecond, burst, time);
        tokens = burst;
        last = time.GetTimestamp();
    }

    public bool TryTake()
    {
        var now = time.GetTimestamp();
        tokens = Math.Min(burst, tokens + time.GetElapsedTime(last, now).TotalSeconds * perSecond);
        last = now;
        if (tokens < 1)
            return false;
        tokens--;
        return true;
    }
}
