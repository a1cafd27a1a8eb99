namespace CoachingPortal.Recordings;

/// <summary>
/// A WAVE file that comes into being while it is read, front to back: however long it is, one block of it is in memory.
/// </summary>
/// <param name="samples">Of the whole file.</param>
/// <param name="sampleRate">Hz.</param>
public abstract class WavStream(long samples, int sampleRate) : Stream
{
    private const int BlockBytes = 1 << 16;

    private readonly byte[] block = new byte[BlockBytes];
    private ReadOnlyMemory<byte> ready = Wav.Header(samples, sampleRate);
    private long left = samples * 2;

    public long Samples { get; } = samples;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (ready.IsEmpty && left > 0)
        {
            var next = block.AsMemory(0, (int)Math.Min(left, BlockBytes));
            await FillAsync(next, cancellationToken);
            left -= next.Length;
            ready = next;
        }
        var count = Math.Min(buffer.Length, ready.Length);
        ready[..count].CopyTo(buffer);
        ready = ready[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Fills the whole of <paramref name="pcm"/>, an even number of bytes, with the samples that come next.</summary>
    protected abstract ValueTask FillAsync(Memory<byte> pcm, CancellationToken cancellation);
}
