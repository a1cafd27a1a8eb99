using CoachingPortal.Domain;

namespace CoachingPortal.Recordings;

/// <summary>One of the two people whom a call of the session expects.</summary>
/// <param name="IsPresent">Joined, and not left, in the call that is running.</param>
/// <param name="Answer">Their newest answer to the recording; null while they have never been asked.</param>
public sealed record ExpectedPerson(Guid Id, string Name, bool IsPresent, ConsentAnswer? Answer)
{
    public bool Agrees => Answer == ConsentAnswer.Granted;

    public bool Refuses => Answer is ConsentAnswer.Declined or ConsentAnswer.Withdrawn;
}

/// <summary>Whether a session may be recorded now, and if not, why, in words for the people in the call.</summary>
/// <param name="IsRequested">The founder asked, and has not taken it back.</param>
/// <param name="FoundersTier">As it is now.</param>
/// <param name="IsOnDemand">A call with FRED, in which the founder alone is expected.</param>
public sealed record RecordingRule(bool IsRequested, Tier FoundersTier, ExpectedPerson Founder, ExpectedPerson Coach, bool IsOnDemand = false)
{
    // A coach who looks in on a call with FRED is asked like anybody.
    private ExpectedPerson[] Everyone => IsOnDemand && !Coach.IsPresent && !Coach.Refuses ? [Founder] : [Founder, Coach];

    /// <summary>What keeps a span from beginning; null when nothing does.</summary>
    public string? WhyNotStart()
    {
        if (!IsRequested)
            return $"{Founder.Name} has not asked for a recording";
        if (FoundersTier != Tier.Studio)
            return $"The plan of {Founder.Name} does not include recording any more";
        if (Everyone.FirstOrDefault(p => p.Refuses) is { } no)
            return no.Answer == ConsentAnswer.Withdrawn ? $"{no.Name} no longer agrees to recording" : $"{no.Name} does not want this call recorded";
        if (Names(p => !p.IsPresent) is { } absent)
            return $"Waiting for {absent} to join";
        if (Names(p => !p.Agrees) is { } undecided)
            return $"Waiting for {undecided} to agree to recording";
        return null;
    }

    /// <summary>
    /// Who ends a span that is running; null when nobody does. Leaving is no reason: whoever left had agreed, and is
    /// asked again on the way back in. Nor is a changed tier: it counts when a span begins.
    /// </summary>
    public ExpectedPerson? WhoStops() =>
        !IsRequested ? Founder : Everyone.FirstOrDefault(p => !p.Agrees);

    private string? Names(Func<ExpectedPerson, bool> which)
    {
        var names = Everyone.Where(which).Select(p => p.Name).ToArray();
        return names.Length == 0 ? null : string.Join(" and ", names);
    }
}
