using Quartz;

namespace CoachingPortal.Calls.PostCall;

public sealed record PostCallInput(Guid CallId);

/// <summary>The work after one call. Stored by its name: never renamed.</summary>
public sealed class PostCallJob(PostCallRunner runner, PostCallQueue queue, IHostApplicationLifetime portal) : IJob<PostCallInput>
{
    public async ValueTask Execute(IJobExecutionContext context, PostCallInput input, CancellationToken cancellationToken = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, portal.ApplicationStopping);
        try
        {
            if (await runner.RunAsync(input.CallId, stop.Token) is { } wait)
                await queue.WakeAsync(input.CallId, wait, stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The rows say what is left to do.
        }
    }
}

/// <summary>Comes by now and then, and at the portal's start, for work that nobody is at. Stored by its name: never renamed.</summary>
[DisallowConcurrentExecution]
public sealed class PostCallWatch(PostCallQueue queue) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await queue.WakeDueAsync(cancellationToken);
}
