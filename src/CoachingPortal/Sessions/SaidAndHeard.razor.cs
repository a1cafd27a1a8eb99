using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>The transcript beside the player: either leads to the other.</summary>
public sealed partial class SaidAndHeard(IJSRuntime js) : IAsyncDisposable
{
    private readonly JsModule module = new(js, "./js/session/follow.js");
    private ElementReference root;
    private RecordingPlayer? player;
    private IJSObjectReference? following;

    [Parameter, EditorRequired] public SessionMaterial Material { get; set; } = null!;

    [Parameter, EditorRequired] public SessionPhase Phase { get; set; } = null!;

    private bool HasRecording => Material.Course.Recording is not null;

    /// <summary>Before and during a call there is nothing to hear yet, unless there is a recording already.</summary>
    private bool ShowsPlayer => HasRecording || Material.Course.NoRecordingReason is not null;

    private bool CanSeek => Material.Course.Recording?.Status == RecordingStatus.Complete;

    /// <summary>Turns that came without a call count from the first of them.</summary>
    private DateTimeOffset Start => Material.Course.Start is var start && start != default ? start : Material.Turns[0].StartedAt;

    /// <summary>Shows a turn, and plays from it where there is a recording.</summary>
    public async Task ShowAsync(Guid turnId, DateTimeOffset at)
    {
        if (following is not null)
            await following.InvokeVoidAsync("show", turnId.ToString());
        await SeekAsync(at);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            following = await module.InvokeAsync<IJSObjectReference>("follow", root);
        }
        catch (JSDisconnectedException)
        {
            // The page went before the transcript could follow.
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (following is not null)
            {
                await following.InvokeVoidAsync("dispose");
                await following.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or JSException or ObjectDisposedException)
        {
            // The page has gone, and its listeners with it.
        }
        await module.DisposeAsync();
    }

    private Task SeekAsync(DateTimeOffset at) => player?.SeekToAsync(at) ?? Task.CompletedTask;
}
