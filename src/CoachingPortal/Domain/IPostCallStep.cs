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
    Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation);

    /// <summary>It failed so often that only a person can have it tried again: says so where people look for its result.</summary>
    /// <param name="words">Why, for a person.</param>
    Task GiveUpAsync(Guid sessionId, Guid callId, string words, CancellationToken cancellation) => Task.CompletedTask;
}

/// <param name="message">In words for the coach.</param>
public sealed class StepFailedException(string message, Exception? inner = null) : Exception(message, inner);
