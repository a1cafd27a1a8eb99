using CoachingPortal.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.S3;

/// <summary>A portal whose objects lie in a bucket, told so by the environment's names.</summary>
public sealed class PortalOnS3(PostgresServer postgres, S3Server server) : Portal(postgres), IAsyncLifetime
{
    private readonly Dictionary<string, string> settings = [];

    public S3Options Bucket { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Settings => settings;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Bucket = await server.NewBucketAsync();
        settings["RECORDING_S3_ACCESS_KEY"] = Bucket.AccessKey!;
        settings["RECORDING_S3_SECRET"] = Bucket.Secret!;
        settings["RECORDING_S3_BUCKET"] = Bucket.Bucket!;
        settings["RECORDING_S3_REGION"] = Bucket.Region!;
        settings["RECORDING_S3_ENDPOINT"] = Bucket.Endpoint!;
        await InitializeAsync();
    }
}

public sealed class PortalOnS3Tests(PortalOnS3 portal) : IClassFixture<PortalOnS3>
{
    [Fact]
    public async Task Store_AllKeysAreSet_PutsIntoTheBucketAndReadsWhatLayOnTheDisk()
    {
        await portal.Get<DiskObjectStore>().PutAsync("recordings/old.txt", new MemoryStream("old"u8.ToArray()));

        var store = portal.Get<IObjectStore>();
        await store.PutAsync("recordings/new.txt", new MemoryStream("new"u8.ToArray()));

        using var bucket = S3Server.Client(portal.Bucket);
        Assert.Equal(3, (await bucket.GetObjectMetadataAsync(portal.Bucket.Bucket, "recordings/new.txt")).ContentLength);
        Assert.Null(await portal.Get<DiskObjectStore>().HeadAsync("recordings/new.txt"));
        await using var old = (await store.OpenAsync("recordings/old.txt"))!;
        Assert.Equal("old", await new StreamReader(old).ReadToEndAsync());
    }

    [Fact]
    public async Task Ready_BucketTakesObjects_IsHealthy()
    {
        using var client = portal.SignedIn(null);

        Assert.Contains("Healthy", await client.GetStringAsync("/health/ready"), StringComparison.Ordinal);
    }
}
