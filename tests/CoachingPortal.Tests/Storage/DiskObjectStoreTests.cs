using System.Text;
using CoachingPortal.Storage;

namespace CoachingPortal.Tests.Storage;

public sealed class DiskObjectStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("objects-").FullName;
    private readonly DiskObjectStore store;

    public DiskObjectStoreTests() => store = new(folder);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Put_ThenOpen_GivesTheSameBytesFromAnyOffset()
    {
        var size = await store.PutAsync("a/b/c.txt", Text("hello world"));

        Assert.Equal(11, size);
        Assert.Equal("hello world", await ReadAsync("a/b/c.txt"));
        Assert.Equal("world", await ReadAsync("a/b/c.txt", 6));
        Assert.Equal(11, (await store.HeadAsync("a/b/c.txt"))!.Size);
    }

    [Fact]
    public async Task Put_OverAnother_ReplacesIt()
    {
        await store.PutAsync("a", Text("one"));
        await store.PutAsync("a", Text("two!"));

        Assert.Equal("two!", await ReadAsync("a"));
    }

    [Fact]
    public async Task Put_SourceFailsHalfWay_LeavesTheOldObjectAndNothingElse()
    {
        await store.PutAsync("a", Text("old"));

        await Assert.ThrowsAsync<IOException>(() => store.PutAsync("a", new Failing()));

        Assert.Equal("old", await ReadAsync("a"));
        Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Missing_IsNullAndDeletingItIsNoError()
    {
        Assert.Null(await store.OpenAsync("no/such"));
        Assert.Null(await store.HeadAsync("no/such"));
        await store.DeleteAsync("no/such");
    }

    [Fact]
    public async Task Delete_LastObjectOfAFolder_RemovesTheFolderButNotItsNeighbours()
    {
        await store.PutAsync("a/b/1", Text("1"));
        await store.PutAsync("a/2", Text("2"));

        await store.DeleteAsync("a/b/1");

        Assert.False(Directory.Exists(Path.Combine(folder, "a", "b")));
        Assert.Equal("2", await ReadAsync("a/2"));
    }

    [Fact]
    public async Task List_Prefix_GivesWhatBeginsWithItAlone()
    {
        foreach (var key in new[] { "r/1/a", "r/1/b", "r/12/c", "s/1/a" })
            await store.PutAsync(key, Text(key));

        Assert.Equal(["r/1/a", "r/1/b"], await ListAsync("r/1/"));
        Assert.Equal(["r/1/a", "r/1/b", "r/12/c"], await ListAsync("r/1"));
        Assert.Equal(4, (await ListAsync("")).Length);
        Assert.Empty(await ListAsync("nothing/here/"));
    }

    [Fact]
    public async Task PutAndDelete_SideBySideInOneFolder_LoseNothing()
    {
        await Parallel.ForAsync(0, 200, async (i, cancellation) =>
        {
            await store.PutAsync($"x/y/{i}", Text("x"), cancellation);
            if (i % 2 == 0)
                await store.DeleteAsync($"x/y/{i}", cancellation);
        });

        Assert.Equal(100, (await ListAsync("x/")).Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("../a")]
    [InlineData("a/../../b")]
    [InlineData("a/.")]
    [InlineData(".writing/a")]
    [InlineData("a\\..\\b")]
    [InlineData("a/b c")]
    [InlineData("a/\0")]
    public async Task Key_ThatCouldLeaveTheFolder_IsRefused(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => store.PutAsync(key, Text("x")));
        await Assert.ThrowsAsync<ArgumentException>(() => store.OpenAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => store.DeleteAsync(key));
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private async Task<string> ReadAsync(string key, long offset = 0)
    {
        await using var stream = await store.OpenAsync(key, offset);
        return await new StreamReader(stream!).ReadToEndAsync();
    }

    private async Task<string[]> ListAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in store.ListAsync(prefix))
            keys.Add(found.Key);
        return [.. keys.Order(StringComparer.Ordinal)];
    }

    private sealed class Failing : MemoryStream
    {
        private int reads;

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) => throw new IOException("lost");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            reads++ == 0 ? new(buffer.Length) : throw new IOException("lost");
    }
}
