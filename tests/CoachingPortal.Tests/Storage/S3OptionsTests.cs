using CoachingPortal.Hosting;
using CoachingPortal.Storage;
using Microsoft.Extensions.Configuration;

namespace CoachingPortal.Tests.Storage;

public sealed class S3OptionsTests
{
    [Fact]
    public void Faults_NothingOrEverythingSet_AreNone()
    {
        Assert.Empty(Faults(new()));
        Assert.Empty(Faults(Whole()));
        var amazon = Whole();
        amazon.Endpoint = null;
        Assert.Empty(Faults(amazon));
        Assert.True(amazon.IsSet);
        Assert.False(new S3Options().IsSet);
    }

    [Fact]
    public void Faults_SomeMissingAndSomeWrong_AreAllNamedAtOnce()
    {
        var faults = Faults(new() { AccessKey = "key", Endpoint = "s3.example.org", Bucket = "Not A Bucket" });

        Assert.Equal(3, faults.Count);
        Assert.StartsWith("Recording:S3:Secret, Recording:S3:Region missing", faults[0], StringComparison.Ordinal);
        Assert.Contains("Recording:S3:Endpoint", faults[1], StringComparison.Ordinal);
        Assert.Contains("Recording:S3:Bucket", faults[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_EndpointAlone_IsOne() => Assert.Single(Faults(new() { Endpoint = "https://s3.example.org" }));

    [Fact]
    public void Variables_BesideASettingOfTheSameThing_GiveWayToIt()
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["RECORDING_S3_BUCKET"] = "theirs", ["RECORDING_S3_REGION"] = "eu-1", ["Recording:S3:Bucket"] = "ours" });

        configuration.AcceptVariables(S3Options.Variables);

        Assert.Equal(("ours", "eu-1", null), (configuration["Recording:S3:Bucket"], configuration["Recording:S3:Region"], configuration["Recording:S3:Secret"]));
    }

    private static S3Options Whole() => new() { AccessKey = "key", Secret = "secret", Bucket = "recordings.example", Region = "eu-central-1", Endpoint = "https://s3.example.org" };

    private static List<string> Faults(S3Options options) => [.. new S3Options.Validator().Validate(null, options).Failures ?? []];
}
