using CoachingPortal.Domain;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Archive;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.S3;

/// <summary>A portal whose objects lie in a bucket, told so by the environment's names.</summary>
public sealed class PortalOnS3(PostgresServer postgres, S3Server server) : Portal(postgres), IAsyncLifetime
{
    private readonly Dictionary<string, string> settings = [];

    public S3Options Bucket { get; private set; } = null!;

    /// <summary>Of the archive alone.</summary>
    public S3Options Sessions { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Settings => settings;

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Bucket = await server.NewBucketAsync();
        settings["RECORDING_S3_ACCESS_KEY"] = Bucket.AccessKey!;
        settings["RECORDING_S3_SECRET"] = Bucket.Secret!;
        settings["RECORDING_S3_BUCKET"] = Bucket.Bucket!;
        settings["RECORDING_S3_REGION"] = Bucket.Region!;
        settings["RECORDING_S3_ENDPOINT"] = Bucket.Endpoint!;
        Sessions = await server.NewBucketAsync();
        settings["ANALYTICS_S3_BUCKET"] = Sessions.Bucket!;
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

    [Fact]
    public async Task Archive_ItsOwnBucketIsNamed_LiesThereAlone()
    {
        var session = await portal.ASessionAsync(change: s => s.StartsAt = new(2026, 3, 1, 0, 30, 0, TimeSpan.Zero));
        await portal.InDbAsync(db =>
        {
            db.Add(new Call { SessionId = session.Id, StartedAt = session.StartsAt, EndedAt = session.EndsAt, Transport = CallTransport.Direct });
            return db.SaveChangesAsync();
        });

        var check = await portal.Get<ArchiveMend>().RunAsync();

        Assert.Equal((1, 0), (check.Written, check.Failed));
        var key = $"sessions/year=2026/month=03/day=01/{session.Id}.json.gz";
        using var client = S3Server.Client(portal.Sessions);
        Assert.Equal([key], (await client.ListObjectsV2Async(new() { BucketName = portal.Sessions.Bucket })).S3Objects.Select(o => o.Key));
        Assert.Null(await portal.Get<IObjectStore>().HeadAsync(key));
        Assert.Equal(0, (await portal.Get<ArchiveMend>().RunAsync()).Written);
        var size = (int)(await client.GetObjectMetadataAsync(portal.Sessions.Bucket, key)).ContentLength;
        await client.PutObjectAsync(new() { BucketName = portal.Sessions.Bucket, Key = key, InputStream = new MemoryStream(new byte[size]), UseChunkEncoding = false });
        var again = await portal.Get<ArchiveMend>().RunAsync();
        Assert.Equal((1, 0), (again.Written, again.Failed));
    }
}
