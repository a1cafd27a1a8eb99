namespace CoachingPortal.IntegrationTests;

/// <summary>For tests that hold the portal to a time: they run when all others are done, one after the other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
