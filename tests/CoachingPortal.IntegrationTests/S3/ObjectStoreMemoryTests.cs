using CoachingPortal.Storage;

namespace CoachingPortal.IntegrationTests.S3;

/// <summary>What a store keeps in memory: only to be seen while nothing else runs in the process.</summary>
[Collection(Alone.Name)]
public sealed class ObjectStoreMemoryTests(S3Server server)
{
    [Fact]
    public async Task Put_BigStreamToS3_NeverLiesInMemoryWhole()
    {
        using var store = new S3ObjectStore(await server.NewBucketAsync());
        await NeverLiesInMemoryWholeAsync(store);
    }

    [Fact]
    public async Task Put_BigStreamToTheDisk_NeverLiesInMemoryWhole()
    {
        var folder = Directory.CreateTempSubdirectory("objects-").FullName;
        try
        {
            await NeverLiesInMemoryWholeAsync(new DiskObjectStore(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task NeverLiesInMemoryWholeAsync(IObjectStore store)
    {
        const int Length = 60_000_000;
        await store.PutAsync("warm", new ObjectStoreContract.Pattern(1000));
        GC.Collect();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var source = new ObjectStoreContract.Pattern(Length) { OnRead = () => GC.GetTotalMemory(false) };

        await store.PutAsync("big", source);

        Assert.Equal(Length, (await store.HeadAsync("big"))!.Size);
        Assert.InRange(source.Highest - before, long.MinValue, 40_000_000);
    }
}
