using CoachingPortal.Accounts;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.JSInterop;

namespace CoachingPortal.Calls;

/// <summary>
/// Who is coming and who agreed, live. Also the page's one link to <c>call.js</c>: it tells the module when a recording
/// has been asked for, and is told when the person is in the call, where the call itself shows all this.
/// </summary>
public sealed partial class LobbyPeople(
    IDbContextFactory<PortalDb> databases, SessionFeed feed, LiveKitTickets tickets, TimeProvider time, NavigationManager navigation, IJSRuntime js) : ComponentBase
{
    private readonly CancellationTokenSource gone = new();
    private LobbyView? view;
    private Caller? caller;
    private IDisposable? subscription;
    private readonly JsModule module = new(js, "/js/call/call.js");
    private DotNetObjectReference<CallCallbacks>? callbacks;
    private bool? toldAsks;
    private bool isInCall;

    [Parameter, EditorRequired]
    public Guid SessionId { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = null!;

    protected override async Task OnInitializedAsync()
    {
        caller = Caller.From((await Authentication).User);
        await ReadAsync();
        if (RendererInfo.IsInteractive)
            subscription = feed.Subscribe(SessionId, (_, change) => InvokeAsync(() => ChangedAsync(change)));
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            callbacks = DotNetObjectReference.Create(new CallCallbacks(InCallAsync));
            await module.InvokeVoidAsync("attach", callbacks);
        }
        if (view is not null && toldAsks != view.AsksRecording)
        {
            toldAsks = view.AsksRecording;
            await module.InvokeVoidAsync("recordingAsked", view.AsksRecording);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await gone.CancelAsync();
        subscription?.Dispose();
        await module.DisposeAsync();
        callbacks?.Dispose();
        gone.Dispose();
    }

    private async Task ChangedAsync(SessionChange change)
    {
        if (isInCall || gone.IsCancellationRequested || change is SessionChange.Turns or SessionChange.Chat or SessionChange.Notes or SessionChange.Comments)
            return;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task InCallAsync(bool inCall)
    {
        isInCall = inCall;
        if (!inCall)
            await InvokeAsync(() => ChangedAsync(SessionChange.Presence));
    }

    private async Task ReadAsync()
    {
        await using var db = await databases.CreateDbContextAsync();
        view = await db.LobbyAsync(SessionId, caller!, time.GetUtcNow(), gone.Token);
        if (view is null && RendererInfo.IsInteractive)
            navigation.Refresh(forceReload: true); // deleted under the page: let the server say so
    }

    private static string Initials(string name)
    {
        var words = name.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return string.Concat(words.Take(1).Concat(words.Skip(1).TakeLast(1)).Select(w => char.ToUpperInvariant(w[0])));
    }

    private string Presence(LobbyPerson person) =>
        person.IsPresent ? person == view!.Me ? "in the call in another window" : "already there" : person == view!.Me ? "in the lobby" : "not there yet";

    private static string Agreement(LobbyPerson person) => person.Recording switch
    {
        ConsentAnswer.Granted => "Agreed to recording",
        ConsentAnswer.Declined => "Did not agree to recording",
        ConsentAnswer.Withdrawn => "Took the agreement to recording back",
        _ => "Not asked about recording yet",
    };
}

/// <summary>What <c>call.js</c> tells Razor. An object of its own, so that the page can call nothing else of the component.</summary>
public sealed class CallCallbacks(Func<bool, Task> inCall)
{
    [JSInvokable]
    public Task JoinedAsync() => inCall(true);

    [JSInvokable]
    public Task LeftAsync() => inCall(false);
}
