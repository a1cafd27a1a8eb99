namespace CoachingPortal.Recordings;

/// <summary>A stretch of sound on the timeline of a file.</summary>
/// <param name="Position">Of its first sample, in samples from the file's start.</param>
/// <param name="Key">The object that holds it, s16le.</param>
public readonly record struct Piece(long Position, int Samples, string Key);

/// <summary>
/// One side of a call as one file: its pieces at their places, silence between them. Where pieces overlap, the earlier
/// one is heard; what lies before the start or past the end is left out.
/// </summary>
/// <param name="pieces">In order of position.</param>
/// <param name="open">Opens a piece's object; null when it is lost, which is heard as silence.</param>
public sealed class SideWav(IAsyncEnumerable<Piece> pieces, Func<string, CancellationToken, Task<Stream?>> open, long samples, int sampleRate)
    : WavStream(samples, sampleRate)
{
    private readonly IAsyncEnumerator<Piece> order = pieces.GetAsyncEnumerator();
    private readonly byte[] skip = new byte[4096];
    private long cursor;
    private Piece? next;
    private Stream? sound;
    private bool ended;

    public override async ValueTask DisposeAsync()
    {
        if (sound is not null)
            await sound.DisposeAsync();
        await order.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async ValueTask FillAsync(Memory<byte> pcm, CancellationToken cancellation)
    {
        while (!pcm.IsEmpty)
        {
            var wanted = (long)pcm.Length / 2;
            if (next is null && !ended)
                await NextPieceAsync();
            if (next is not { } piece)
                Silence(ref pcm, wanted);
            else if (piece.Position > cursor)
                Silence(ref pcm, Math.Min(wanted, piece.Position - cursor));
            else if (piece.Position + piece.Samples <= cursor)
                await EndPieceAsync();
            else
            {
                wanted = Math.Min(wanted, piece.Position + piece.Samples - cursor);
                await ReadAsync(piece, pcm[..(int)(wanted * 2)], cancellation);
                Advance(ref pcm, wanted);
            }
        }
    }

    private async ValueTask NextPieceAsync()
    {
        if (await order.MoveNextAsync())
            next = order.Current;
        else
            ended = true;
    }

    private void Silence(ref Memory<byte> pcm, long count)
    {
        pcm.Span[..(int)(count * 2)].Clear();
        Advance(ref pcm, count);
    }

    private void Advance(ref Memory<byte> pcm, long count)
    {
        pcm = pcm[(int)(count * 2)..];
        cursor += count;
    }

    private async ValueTask ReadAsync(Piece piece, Memory<byte> pcm, CancellationToken cancellation)
    {
        if (sound is null)
        {
            sound = await open(piece.Key, cancellation) ?? Stream.Null;
            for (var over = (cursor - piece.Position) * 2; over > 0;)
            {
                var read = await sound.ReadAsync(skip.AsMemory(0, (int)Math.Min(over, skip.Length)), cancellation);
                if (read == 0)
                    break;
                over -= read;
            }
        }
        var count = await sound.ReadAtLeastAsync(pcm, pcm.Length, throwOnEndOfStream: false, cancellation);
        pcm.Span[count..].Clear();
    }

    private async ValueTask EndPieceAsync()
    {
        if (sound is not null)
            await sound.DisposeAsync();
        sound = null;
        next = null;
    }
}
