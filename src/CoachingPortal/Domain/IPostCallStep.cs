namespace CoachingPortal.Domain;

/// <summary>
/// A step of the work after a call. Idempotent: it may run again after a crash between its end and the note of it.
/// </summary>
public interface IPostCallStep
{
    /// <summary>Such as <c>assemble-recording</c>; stored, so never renamed.</summary>
    string Name { get; }

    /// <summary>What a person reads on the session page, such as <c>Writing the recording</c>.</summary>
    string Title { get; }

    /// <exception cref="StepFailedException">It did not work, in words for a person; any other exception is a fault of ours. Both are retried.</exception>
    /// <exception cref="StepWaitsException">It cannot be done yet.</exception>
    Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation);

    /// <summary>It failed so often that only a person can have it tried again: says so where people look for its result.</summary>
    /// <param name="words">Why, for a person.</param>
    Task GiveUpAsync(Guid sessionId, Guid callId, string words, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>It cannot be done yet, through nobody's fault: it is taken up again, and that was no failure.</summary>
/// <param name="message">What it waits for.</param>
/// <param name="after">When to look again.</param>
public sealed class StepWaitsException(string message, TimeSpan after) : Exception(message)
{
    public TimeSpan After { get; } = after;
}

/// <param name="message">In words for the coach.</param>
public sealed class StepFailedException(string message, Exception? inner = null) : Exception(message, inner);
