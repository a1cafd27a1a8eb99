using CoachingPortal.Domain;
using CoachingPortal.Recordings;

namespace CoachingPortal.Tests.Recordings;

public sealed class RecordingRuleTests
{
    private static readonly ConsentAnswer?[] Answers = [null, ConsentAnswer.Granted, ConsentAnswer.Declined, ConsentAnswer.Withdrawn];

    /// <summary>All 2 × 3 × 2 × 4 × 2 × 4 situations.</summary>
    private static IEnumerable<RecordingRule> Every() =>
        from requested in new[] { true, false }
        from tier in Enum.GetValues<Tier>()
        from founderHere in new[] { true, false }
        from founderSays in Answers
        from coachHere in new[] { true, false }
        from coachSays in Answers
        select new RecordingRule(requested, tier, new(Guid.NewGuid(), "Fiona", founderHere, founderSays), new(Guid.NewGuid(), "Carla", coachHere, coachSays));

    [Fact]
    public void Start_OfAllSituations_OnlyTheOneWithEverything()
    {
        Assert.Equal(384, Every().Count());

        var one = Assert.Single(Every(), r => r.WhyNotStart() is null);

        Assert.True(one is
        {
            IsRequested: true, FoundersTier: Tier.Studio,
            Founder: { IsPresent: true, Answer: ConsentAnswer.Granted }, Coach: { IsPresent: true, Answer: ConsentAnswer.Granted },
        });
    }

    [Fact]
    public void Stop_OfAllSituations_WheneverTheRequestOrAConsentIsGone()
    {
        foreach (var rule in Every())
        {
            var goesOn = rule.IsRequested && rule.Founder.Answer == ConsentAnswer.Granted && rule.Coach.Answer == ConsentAnswer.Granted;
            Assert.Equal(goesOn, rule.WhoStops() is null);
        }
    }

    [Theory]
    [InlineData(false, Tier.Studio, true, ConsentAnswer.Granted, true, ConsentAnswer.Granted, "Fiona has not asked for a recording")]
    [InlineData(true, Tier.Pro, true, ConsentAnswer.Granted, true, ConsentAnswer.Granted, "The plan of Fiona does not include recording any more")]
    [InlineData(true, Tier.Studio, true, ConsentAnswer.Granted, false, null, "Waiting for Carla to join")]
    [InlineData(true, Tier.Studio, false, null, false, null, "Waiting for Fiona and Carla to join")]
    [InlineData(true, Tier.Studio, true, ConsentAnswer.Granted, true, null, "Waiting for Carla to agree to recording")]
    [InlineData(true, Tier.Studio, true, ConsentAnswer.Granted, true, ConsentAnswer.Declined, "Carla does not want this call recorded")]
    [InlineData(true, Tier.Studio, true, ConsentAnswer.Withdrawn, true, ConsentAnswer.Granted, "Fiona no longer agrees to recording")]
    public void WhyNotStart_NamesWhoIsMissing(bool requested, Tier tier, bool founderHere, ConsentAnswer? founderSays, bool coachHere, ConsentAnswer? coachSays, string expected)
    {
        var rule = new RecordingRule(requested, tier, new(Guid.NewGuid(), "Fiona", founderHere, founderSays), new(Guid.NewGuid(), "Carla", coachHere, coachSays));

        Assert.Equal(expected, rule.WhyNotStart());
    }

    [Fact]
    public void Options_Faults_AreAllReportedByKey()
    {
        var faults = new RecordingOptions { SampleRate = 44100, LateChunks = TimeSpan.FromHours(1) }.Faults().ToArray();

        Assert.Equal(2, faults.Length);
        Assert.Contains("Recording:SampleRate", faults[0], StringComparison.Ordinal);
        Assert.Contains("Recording:LateChunks", faults[1], StringComparison.Ordinal);
        Assert.Empty(new RecordingOptions().Faults());
    }
}
