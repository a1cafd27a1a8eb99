using Google.Protobuf;

namespace CoachingPortal.MediaServer;

/// <summary>How patient the portal is with LiveKit. Not a setting; tests have less time.</summary>
internal sealed record LiveKitPatience
{
    /// <summary>Of one call, repetitions included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a call that changes nothing is made while LiveKit cannot be reached.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Before the second time; doubled before each one more.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>
/// Asks LiveKit through the SDK, with what the SDK has not: an end in time, cancellation, repetition of what only reads.
/// Each call has an <see cref="HttpClient"/> of its own: the community package writes each call's token into its client's
/// defaults, where one call would take another's.
/// </summary>
/// <param name="http">A new client over <see cref="LiveKitWire"/>.</param>
internal sealed class LiveKitLine(Func<HttpClient> http, LiveKitPatience patience)
{
    /// <param name="ask">One call of the SDK's, over the given client.</param>
    /// <param name="reads">Whether it changes nothing, so that it may be repeated.</param>
    /// <exception cref="LiveKitException">LiveKit refuses, cannot be reached or takes too long.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> ended it.</exception>
    public async Task<T> AskAsync<T>(Func<HttpClient, Task<T>> ask, bool reads, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(patience.Timeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                try
                {
                    return await OnceAsync(ask, both.Token);
                }
                catch (LiveKitException e) when (reads && e.Code == LiveKitCode.Unavailable && attempt < patience.Attempts)
                {
                    await Task.Delay(patience.RetryDelay * Math.Pow(2, attempt - 1), both.Token);
                }
            }
            catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
            {
                throw new LiveKitException(LiveKitCode.DeadlineExceeded, $"LiveKit took longer than {patience.Timeout.TotalSeconds:0.#} s.", inner: e);
            }
        }
    }

    private async Task<T> OnceAsync<T>(Func<HttpClient, Task<T>> ask, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var client = http();
        using var end = cancellation.Register(client.CancelPendingRequests);
        try
        {
            return await ask(client).WaitAsync(cancellation);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new LiveKitException(LiveKitCode.Internal, "The answer cannot be read.", inner: e);
        }
    }
}
