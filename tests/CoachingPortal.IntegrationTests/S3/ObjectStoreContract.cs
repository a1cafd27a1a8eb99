using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CoachingPortal.Storage;

namespace CoachingPortal.IntegrationTests.S3;

/// <summary>What every object store does, whatever lies behind it.</summary>
public abstract class ObjectStoreContract : IAsyncLifetime
{
    protected IObjectStore Store { get; private set; } = null!;

    protected abstract Task<IObjectStore> NewStoreAsync();

    public async ValueTask InitializeAsync() => Store = await NewStoreAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Put_ThenOpenAndHead_GivesTheSameBytesFromAnyOffset()
    {
        var before = DateTimeOffset.UtcNow.AddSeconds(-2);
        var size = await Store.PutAsync("a/b/c.txt", Text("hello world"));

        Assert.Equal(11, size);
        Assert.Equal("hello world", await ReadAsync("a/b/c.txt"));
        Assert.Equal("world", await ReadAsync("a/b/c.txt", 6));
        Assert.Equal("", await ReadAsync("a/b/c.txt", 11));
        var head = (await Store.HeadAsync("a/b/c.txt"))!;
        Assert.Equal(("a/b/c.txt", 11), (head.Key, head.Size));
        Assert.InRange(head.ModifiedAt, before, DateTimeOffset.UtcNow.AddSeconds(2));
    }

    [Fact]
    public async Task Put_NothingAtAll_IsAnEmptyObject()
    {
        Assert.Equal(0, await Store.PutAsync("empty", new MemoryStream()));

        Assert.Equal("", await ReadAsync("empty"));
        Assert.Equal(0, (await Store.HeadAsync("empty"))!.Size);
    }

    [Fact]
    public async Task Put_OverAnother_ReplacesIt()
    {
        await Store.PutAsync("a", Text("one, and long"));
        await Store.PutAsync("a", Text("two!"));

        Assert.Equal("two!", await ReadAsync("a"));
    }

    [Theory]
    [InlineData(S3ObjectStore.PartSize - 1)]
    [InlineData(S3ObjectStore.PartSize)]
    [InlineData(S3ObjectStore.PartSize + 1)]
    [InlineData(21_000_003)]
    public async Task Put_BigStreamOfUnknownLength_ComesBackByteForByteFromAnyOffset(int length)
    {
        Assert.Equal(length, await Store.PutAsync("big", new Pattern(length)));

        Assert.Equal(length, (await Store.HeadAsync("big"))!.Size);
        Assert.Equal(await HashAsync(new Pattern(length)), await HashAsync((await Store.OpenAsync("big"))!));
        var offset = length - 1_000_001;
        await using var rest = (await Store.OpenAsync("big", offset))!;
        Assert.Equal(await HashAsync(new Pattern(length, offset)), await HashAsync(rest));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(20_000_000)]
    public async Task Put_SourceFailsHalfWay_LeavesTheOldObjectAndNothingElse(int after)
    {
        await Store.PutAsync("a", Text("old"));

        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync("a", new Pattern(after) { Fails = true }));
        await Assert.ThrowsAsync<IOException>(() => Store.PutAsync("b", new Pattern(after) { Fails = true }));

        Assert.Equal("old", await ReadAsync("a"));
        Assert.Equal(["a"], await ListAsync(""));
        Assert.Empty(await RemainsAsync());
    }

    [Fact]
    public async Task Put_CancelledHalfWay_LeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        var source = new Pattern(40_000_000) { OnRead = () => { if (cancel.Token.CanBeCanceled) cancel.CancelAfter(1); return 0; } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutAsync("a", source, cancel.Token));

        Assert.Null(await Store.HeadAsync("a"));
        Assert.Empty(await RemainsAsync());
    }

    [Fact]
    public async Task Missing_IsNullAndDeletingItIsNoError()
    {
        Assert.Null(await Store.OpenAsync("no/such"));
        Assert.Null(await Store.OpenAsync("no/such", 5));
        Assert.Null(await Store.HeadAsync("no/such"));
        await Store.DeleteAsync("no/such");
    }

    [Fact]
    public async Task Delete_IsGone_AndItsNeighboursAreNot()
    {
        await Store.PutAsync("a/b/1", Text("1"));
        await Store.PutAsync("a/2", Text("2"));

        await Store.DeleteAsync("a/b/1");

        Assert.Null(await Store.HeadAsync("a/b/1"));
        Assert.Equal("2", await ReadAsync("a/2"));
    }

    [Fact]
    public async Task List_Prefix_GivesWhatBeginsWithItAlone()
    {
        foreach (var key in new[] { "r/1/a", "r/1/b", "r/12/c", "s/1/a" })
            await Store.PutAsync(key, Text(key));

        Assert.Equal(["r/1/a", "r/1/b"], await ListAsync("r/1/"));
        Assert.Equal(["r/1/a", "r/1/b", "r/12/c"], await ListAsync("r/1"));
        Assert.Equal(4, (await ListAsync("")).Length);
        Assert.Empty(await ListAsync("nothing/here/"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/a")]
    [InlineData("../a")]
    [InlineData("a//b")]
    [InlineData("a/b c")]
    [InlineData("a/\0")]
    public async Task Key_ThatIsNone_IsRefusedEverywhere(string key)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutAsync(key, Text("x")));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.OpenAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.HeadAsync(key));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DeleteAsync(key));
    }

    /// <summary>What a failed put left behind, in the store's own words.</summary>
    protected abstract Task<IReadOnlyList<string>> RemainsAsync();

    protected static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    protected async Task<string> ReadAsync(string key, long offset = 0)
    {
        await using var stream = await Store.OpenAsync(key, offset);
        return await new StreamReader(stream!).ReadToEndAsync();
    }

    protected async Task<string[]> ListAsync(string prefix)
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync(prefix))
            keys.Add(found.Key);
        return [.. keys.Order(StringComparer.Ordinal)];
    }

    private static async Task<string> HashAsync(Stream stream)
    {
        await using (stream)
            return Convert.ToHexString(await SHA256.HashDataAsync(stream));
    }

    /// <summary>Bytes that say where they are, read forward only and of a length that nobody is told.</summary>
    internal sealed class Pattern(int length, int from = 0) : Stream
    {
        private int at = from;

        /// <summary>At its end it breaks.</summary>
        public bool Fails { get; init; }

        public Func<long>? OnRead { get; init; }

        public long Highest { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (OnRead is not null)
                Highest = Math.Max(Highest, OnRead());
            if (at >= length)
                return Fails ? throw new IOException("lost") : 0;
            var count = Math.Min(Math.Min(buffer.Length, length - at), 70_000);
            Span<byte> word = stackalloc byte[4];
            for (var i = 0; i < count; i++, at++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(word, at >> 2);
                buffer[i] = word[at & 3];
            }
            return count;
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));
        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));
        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));
        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

public sealed class DiskObjectStoreContractTests : ObjectStoreContract
{
    private readonly string folder = Directory.CreateTempSubdirectory("objects-").FullName;

    protected override Task<IObjectStore> NewStoreAsync() => Task.FromResult<IObjectStore>(new DiskObjectStore(folder));

    protected override Task<IReadOnlyList<string>> RemainsAsync() =>
        Task.FromResult<IReadOnlyList<string>>([.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "a")]);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
