using CoachingPortal.Accounts;
using CoachingPortal.Recordings;
using CoachingPortal.Shell;
using CoachingPortal.Transcripts;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>What was written of a session, and its transcript, beside the player: each leads to the others.</summary>
public sealed partial class SaidAndHeard(IJSRuntime js) : IAsyncDisposable
{
    private readonly JsModule module = new(js, "./js/session/follow.js");
    private ElementReference root;
    private RecordingPlayer? player;
    private readonly TaskCompletionSource followed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJSObjectReference? following;
    private bool isPlayerReady;
    private SessionMaterial? drawn;
    private PlayerScene scene = PlayerScene.Empty;
    private IReadOnlyList<TranscriptPart> parts = [];

    [Parameter, EditorRequired] public SessionMaterial Material { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    [Parameter, EditorRequired] public SessionPhase Phase { get; set; } = null!;

    /// <summary>What stands before the transcript.</summary>
    [Parameter] public RenderFragment? ChildContent { get; set; }

    private bool HasRecording => Material.Course.Recordings.Count > 0;

    /// <summary>Before and during a call there is nothing to hear yet, unless there is a recording already.</summary>
    private bool ShowsPlayer => HasRecording || Material.Course.NoRecordingReason is not null;

    /// <summary>Shows a turn, and plays from it where there is a recording. Asked early, it waits for its scripts.</summary>
    public async Task ShowAsync(EvidenceLine turn)
    {
        await followed.Task;
        if (following is not null)
            await following.InvokeVoidAsync("show", turn.TurnId.ToString());
        if (player is not null)
            await player.SeekToAsync(turn.At, Material.OriginOf(turn.CallId, turn.At).Recording?.Id);
    }

    /// <summary>Plays a moment, where one was recorded.</summary>
    public async Task PlayAsync(DateTimeOffset at)
    {
        if (player is not null && Material.RecordingAt(at) is { } recording)
            await player.SeekToAsync(at, recording.Id);
    }

    protected override void OnParametersSet()
    {
        if (HasRecording && SessionScene.IsOther(drawn, Material))
            scene = SessionScene.Of(Material);
        drawn = Material;
        var read = TranscriptParts.Of(Material);
        // The list at hand while it still says the same: a long transcript is not drawn again for nothing.
        if (!TranscriptParts.AreSame(parts, read))
            parts = read;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            following = await module.InvokeAsync<IJSObjectReference>("follow", root);
            followed.TrySetResult();
            StateHasChanged();
        }
        catch (JSDisconnectedException)
        {
            // The page went before the transcript could follow.
        }
    }

    public async ValueTask DisposeAsync()
    {
        followed.TrySetResult();
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
}
