using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Shell;

/// <summary>The page's side of <c>keep-form.js</c>: a form whose unsaved fields outlive a reload and a lost circuit.</summary>
public sealed class KeptForm(IJSRuntime js) : IAsyncDisposable
{
    private readonly JsModule module = new(js, "./js/session/keep-form.js");
    private IJSObjectReference? form;

    /// <summary>Counts attaching and detaching: what comes to its end after the next of them came too late.</summary>
    private int turn;

    /// <summary>Puts what the tab kept into the form, keeps from now on, and lets its reader write in the first field.</summary>
    /// <param name="key">Names the draft in the tab's storage.</param>
    /// <param name="text">What its first field began with.</param>
    public async Task AttachAsync(ElementReference element, string key, string text = "")
    {
        await DetachAsync();
        var mine = turn;
        try
        {
            var attached = await module.InvokeAsync<IJSObjectReference>("attach", element, key, text);
            if (mine == turn)
                form = attached;
            else
                await LetGoAsync(attached);
        }
        catch (JSDisconnectedException)
        {
            // The next circuit attaches; the words are in the tab.
        }
        catch (Exception e) when (mine != turn && (e is JSException or OperationCanceledException or ObjectDisposedException))
        {
            // Who is quick has sent the form before the script could have it.
        }
    }

    /// <summary>Forgets what the tab kept: it is saved, or not wanted.</summary>
    /// <param name="key">As it was attached with, be it by another circuit.</param>
    public async Task DropAsync(string key)
    {
        await DetachAsync();
        await module.InvokeVoidAsync("drop", key);
    }

    public async ValueTask DisposeAsync()
    {
        await DetachAsync();
        await module.DisposeAsync();
    }

    private async Task DetachAsync()
    {
        turn++;
        if (form is not { } attached)
            return;
        form = null;
        await LetGoAsync(attached);
    }

    private static async Task LetGoAsync(IJSObjectReference attached)
    {
        try
        {
            await attached.InvokeVoidAsync("detach");
            await attached.DisposeAsync();
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or ObjectDisposedException or JSException)
        {
            // The page has gone, with its listeners.
        }
    }
}
