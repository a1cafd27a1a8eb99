using System.Net;
using System.Net.Sockets;
using System.Text;
using CoachingPortal.Storage;

namespace CoachingPortal.IntegrationTests.S3;

public sealed class S3ObjectStoreTests(S3Server server) : ObjectStoreContract
{
    private S3Options options = null!;

    protected override async Task<IObjectStore> NewStoreAsync() => new S3ObjectStore(options = await server.NewBucketAsync());

    protected override async Task<IReadOnlyList<string>> RemainsAsync()
    {
        using var client = S3Server.Client(options);
        var uploads = await client.ListMultipartUploadsAsync(new Amazon.S3.Model.ListMultipartUploadsRequest { BucketName = options.Bucket });
        return [.. (uploads.MultipartUploads ?? []).Select(u => u.Key)];
    }

    [Fact]
    public async Task List_MoreThanOnePage_GivesThemAll()
    {
        using var paged = new S3ObjectStore(options) { PageSize = 4 };
        for (var i = 0; i < 10; i++)
            await Store.PutAsync($"many/{i}", Text("x"));

        var found = new List<string>();
        await foreach (var o in paged.ListAsync("many/"))
            found.Add(o.Key);
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => $"many/{i}")], found);
    }

    [Theory]
    [InlineData("wrong", "bucket-1")]
    [InlineData("testing", "no-such-bucket")]
    public async Task Everything_StoreRefuses_IsAnIOExceptionWithItsReason(string secret, string bucket)
    {
        using var store = new S3ObjectStore(new() { AccessKey = options.AccessKey, Secret = secret, Bucket = bucket, Region = options.Region, Endpoint = options.Endpoint });

        var fault = await Assert.ThrowsAsync<IOException>(() => store.PutAsync("a", Text("x")));

        Assert.Contains("would not take an object", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_NobodyAnswers_IsAnIOExceptionWithinSeconds()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        using var store = new S3ObjectStore(new() { AccessKey = "a", Secret = "secret-words", Bucket = "bucket", Region = "us-east-1", Endpoint = $"http://127.0.0.1:{port}" });

        var began = DateTime.UtcNow;
        foreach (var ask in new Func<Task>[] { () => store.PutAsync("a", Text("x")), () => store.OpenAsync("a"), () => store.HeadAsync("a"), () => store.DeleteAsync("a") })
            Assert.Contains("could not be asked to", (await Assert.ThrowsAsync<IOException>(ask)).Message, StringComparison.Ordinal);
        Assert.InRange(DateTime.UtcNow - began, TimeSpan.Zero, TimeSpan.FromSeconds(40));
    }

    [Fact]
    public async Task Layered_WhatLayOnTheDiskBefore_IsReadReplacedListedAndDeleted()
    {
        var folder = Directory.CreateTempSubdirectory("objects-").FullName;
        try
        {
            var disk = new DiskObjectStore(folder);
            await disk.PutAsync("r/old", Text("from before"));
            await disk.PutAsync("r/both", Text("before"));
            var store = new LayeredObjectStore(Store, disk);

            await store.PutAsync("r/new", Text("new"));
            await store.PutAsync("r/both", Text("replaced"));

            Assert.Equal("from before", await TextAsync(store, "r/old"));
            Assert.Equal(11, (await store.HeadAsync("r/old"))!.Size);
            Assert.Equal("replaced", await TextAsync(store, "r/both"));
            Assert.Null(await disk.HeadAsync("r/new"));
            var listed = new List<string>();
            await foreach (var found in store.ListAsync("r/"))
                listed.Add($"{found.Key} {found.Size}");
            Assert.Equal(["r/both 8", "r/new 3", "r/old 11"], listed.Order(StringComparer.Ordinal));
            foreach (var key in new[] { "r/old", "r/both", "r/new" })
            {
                await store.DeleteAsync(key);
                Assert.Null(await store.HeadAsync(key));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> TextAsync(IObjectStore store, string key)
    {
        await using var stream = (await store.OpenAsync(key))!;
        return await new StreamReader(stream, Encoding.UTF8).ReadToEndAsync();
    }
}
