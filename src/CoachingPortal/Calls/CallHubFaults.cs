using Microsoft.AspNetCore.SignalR;

namespace CoachingPortal.Calls;

/// <summary>Logs what went wrong in a hub method on our side. A <see cref="HubException"/> is a refusal, meant for the page.</summary>
public sealed partial class CallHubFaults(ILogger<CallHub> log) : IHubFilter
{
    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        try
        {
            return await next(invocationContext);
        }
        catch (Exception e) when (e is not HubException && !invocationContext.Context.ConnectionAborted.IsCancellationRequested)
        {
            LogFault(e, invocationContext.HubMethodName);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "Hub method {Method} failed")]
    private partial void LogFault(Exception exception, string method);
}
