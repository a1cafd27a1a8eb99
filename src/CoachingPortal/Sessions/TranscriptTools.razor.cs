using CoachingPortal.Accounts;
using CoachingPortal.Shell;
using CoachingPortal.Transcripts;
using CoachingPortal.Transcripts.Corrections;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>Lets both people of a session correct its transcript, in the section that this stands in.</summary>
public sealed partial class TranscriptTools(IJSRuntime js, SpeakerNames names) : IAsyncDisposable
{
    private readonly JsModule module = new(js, "./js/session/correct.js");
    private ElementReference root;
    private IJSObjectReference? correcting;
    private IReadOnlyList<SpeakerChange> changes = [];
    private bool open;

    [Parameter, EditorRequired] public SessionMaterial Material { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            correcting = await module.InvokeAsync<IJSObjectReference>("correct", root, new
            {
                url = $"/api/coaching/sessions/{Material.Head.Id}/turns/",
                prefix = DraftKeys.Prefix(Caller, Material.Head.Id) + DraftKeys.Turn,
                longest = Turns.MaxText,
            });
        }
        catch (JSDisconnectedException)
        {
            // The next circuit attaches; what was typed is in the tab.
        }
    }

    private Task ToggleAsync()
    {
        open = !open;
        return open ? ReadAsync() : Task.CompletedTask;
    }

    private async Task ReadAsync() => changes = await names.ChangesAsync(Material.Head.Id, Caller);

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (correcting is not null)
            {
                await correcting.InvokeVoidAsync("dispose");
                await correcting.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or JSException or ObjectDisposedException)
        {
            // The page has gone, with its listeners.
        }
        await module.DisposeAsync();
    }
}
