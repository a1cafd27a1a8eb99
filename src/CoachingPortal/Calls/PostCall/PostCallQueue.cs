namespace CoachingPortal.Calls.PostCall;

/// <summary>Has the work after a call begun soon.</summary>
public sealed class PostCallQueue
{
    public Task WakeAsync(Guid callId, CancellationToken cancellation = default)
    {
        _ = callId;
        return cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation) : Task.CompletedTask;
    }
}
