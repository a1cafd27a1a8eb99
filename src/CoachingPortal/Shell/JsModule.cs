using Microsoft.JSInterop;

namespace CoachingPortal.Shell;

/// <summary>
/// A JavaScript module of a component: imported at its first use (not before the first render), released with the
/// component. A circuit that has gone is no error: then there is nothing left to call or to release.
/// </summary>
/// <param name="path">From the root, such as <c>./js/dialog.js</c>.</param>
public sealed class JsModule(IJSRuntime js, string path) : IAsyncDisposable
{
    private Task<IJSObjectReference>? module;

    public Task<IJSObjectReference> ImportAsync() => module ??= js.InvokeAsync<IJSObjectReference>("import", path).AsTask();

    /// <exception cref="JSException">The function threw.</exception>
    public async Task<T> InvokeAsync<T>(string function, params object?[] arguments) =>
        await (await ImportAsync()).InvokeAsync<T>(function, arguments);

    /// <exception cref="JSException">The function threw.</exception>
    public async Task InvokeVoidAsync(string function, params object?[] arguments)
    {
        try
        {
            await (await ImportAsync()).InvokeVoidAsync(function, arguments);
        }
        catch (JSDisconnectedException)
        {
            // The page has gone, and what it should have done with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (module is null)
            return;
        try
        {
            await (await module).DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or JSException or OperationCanceledException or ObjectDisposedException)
        {
            // As above; or it never arrived.
        }
    }
}
