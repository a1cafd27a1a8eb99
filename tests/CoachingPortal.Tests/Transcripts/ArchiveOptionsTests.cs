using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Archive;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Tests.Transcripts;

public sealed class ArchiveOptionsTests
{
    private static readonly S3Options Recordings = new() { AccessKey = "key", Secret = "secret", Bucket = "recordings", Region = "eu-central-1", Endpoint = "https://s3.example.org" };

    private static List<string> Faults(ArchiveOptions options, S3Options? recordings = null) =>
        [.. new ArchiveOptions.Validator(Options.Create(recordings ?? new())).Validate(null, options).Failures ?? []];

    [Fact]
    public void Bucket_WithTheRecordingsKey_IsBesideTheirs()
    {
        Assert.Null(new ArchiveOptions().BucketBeside(Recordings));
        var bucket = new ArchiveOptions { Bucket = "analytics" }.BucketBeside(Recordings)!;

        Assert.Equal(("analytics", "key", "secret", "eu-central-1", "https://s3.example.org"), (bucket.Bucket, bucket.AccessKey, bucket.Secret, bucket.Region, bucket.Endpoint));
    }

    [Fact]
    public void Bucket_WithAKeyOfItsOwn_TakesNothingFromTheRecordings()
    {
        var bucket = new ArchiveOptions { Bucket = "analytics", AccessKey = "other", Secret = "hidden", Region = "us-east-1" }.BucketBeside(Recordings)!;

        Assert.Equal(("other", "us-east-1", null), (bucket.AccessKey, bucket.Region, bucket.Endpoint));
    }

    [Fact]
    public void Faults_OfWhatIsMissingOrWrong_NameTheirKeys()
    {
        Assert.Empty(Faults(new()));
        Assert.Empty(Faults(new() { Bucket = "analytics" }, Recordings));
        Assert.StartsWith("Archive:Bucket needs a key", Assert.Single(Faults(new() { Bucket = "analytics" })), StringComparison.Ordinal);
        Assert.StartsWith("Archive:Bucket is missing", Assert.Single(Faults(new() { Region = "eu-1" })), StringComparison.Ordinal);
        Assert.StartsWith("Archive:Bucket must have", Assert.Single(Faults(new() { Bucket = "Not A Bucket" }, Recordings)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sessions/year=2026/month=03/day=01/018f2f6e-0000-7000-8000-000000000001.json.gz", true)]
    [InlineData("sessions/year=2026/month=03/day=01/notes.json.gz", false)]
    [InlineData("sessions/2026/03/01/018f2f6e-0000-7000-8000-000000000001.json.gz", false)]
    [InlineData("recordings/year=2026/month=03/day=01/018f2f6e-0000-7000-8000-000000000001.json.gz", false)]
    public void SessionOf_AnObject_IsKnownByItsKeyAlone(string key, bool isOurs) => Assert.Equal(isOurs, ArchiveKeys.SessionOf(key) is not null);

    [Fact]
    public void Key_OfALateEvening_IsTheDayInUtc() =>
        Assert.Equal(
            "sessions/year=2026/month=03/day=01/018f2f6e-0000-7000-8000-000000000001.json.gz",
            ArchiveKeys.Of(new("018f2f6e-0000-7000-8000-000000000001"), new(2026, 2, 28, 23, 30, 0, TimeSpan.FromHours(-1))));
}
