namespace CoachingPortal.Storage;

/// <summary>
/// An object as a stream that can be positioned: whatever store it lies in, it is opened where reading begins and not
/// before. For HTTP ranges.
/// </summary>
/// <param name="length">Of the object, bytes.</param>
public sealed class ObjectStream(IObjectStore store, string key, long length) : Stream
{
    private Stream? open;
    private long at;
    private long position;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value;
    }

    public override long Seek(long offset, SeekOrigin origin) => position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => position + offset,
        _ => length + offset,
    };

    /// <exception cref="FileNotFoundException">The object is gone.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (position >= length)
            return 0;
        if (open is null || at != position)
        {
            if (open is not null)
                await open.DisposeAsync();
            open = await store.OpenAsync(key, position, cancellationToken) ?? throw new FileNotFoundException("The object is gone from the store.");
            at = position;
        }
        var read = await open.ReadAsync(buffer, cancellationToken);
        at = position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask DisposeAsync()
    {
        if (open is not null)
            await open.DisposeAsync();
        await base.DisposeAsync();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");
    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            open?.Dispose();
        base.Dispose(disposing);
    }
}
