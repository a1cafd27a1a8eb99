using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace CoachingPortal.Recordings;

/// <summary>
/// Plays a session's recordings, and says how they stand while there is nothing to play. The sound is driven in the
/// browser (<c>player.js</c>) and goes on while the circuit is away. That script also tells the page where it is, by
/// the event <c>recording-position</c> with <c>detail: { at, playing }</c> (milliseconds since 1970), and hears
/// <c>recording-seek</c> with <c>detail: { at, recording }</c> on the document.
/// </summary>
public sealed partial class RecordingPlayer(RecordingLibrary library, SessionFeed feed) : IDisposable
{
    private readonly string headingId = "recording-" + Guid.NewGuid().ToString("N");
    private readonly List<RecordingItem> items = [];
    private readonly CancellationTokenSource gone = new();
    private readonly TaskCompletionSource shown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool toldReady;
    private IReadOnlyList<Recording>? recordings;
    private IReadOnlyDictionary<Guid, string> faults = new Dictionary<Guid, string>();
    private CoachingSession? session;
    private Caller? caller;
    private IDisposable? subscription;

    /// <summary>The same for as long as the component lives.</summary>
    [Parameter, EditorRequired] public Guid SessionId { get; set; }

    /// <summary>What to say when there is no recording, where the page knows better than the player why.</summary>
    [Parameter] public string? NoneReason { get; set; }

    /// <summary>What is known of the session besides its sound.</summary>
    [Parameter] public PlayerScene Scene { get; set; } = PlayerScene.Empty;

    /// <summary>From now on a press on it, and the event <c>recording-seek</c>, are heard. Told once.</summary>
    [Parameter] public EventCallback OnReady { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    private RecordingItem Item
    {
        set => items.Add(value);
    }

    /// <summary>Plays from a moment of the call, as soon as there is a player.</summary>
    /// <param name="recordingId">The recording it lies in; null for the one nearest to it.</param>
    /// <returns>False when there is nothing to play.</returns>
    public async Task<bool> SeekToAsync(DateTimeOffset at, Guid? recordingId = null)
    {
        await shown.Task;
        items.RemoveAll(i => i.IsGone);
        var item = items.Where(i => i.CanPlay && (recordingId is null || i.Recording.Id == recordingId)).OrderBy(i => i.DistanceTo(at)).FirstOrDefault();
        return item is not null && await item.SeekToAsync(at);
    }

    protected override async Task OnInitializedAsync()
    {
        // Nothing plays before the page is alive: until then its outline is shown, and nothing is loaded twice.
        if (!RendererInfo.IsInteractive)
            return;
        caller = Caller.From((await Authentication).User);
        await LoadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            subscription = feed.Subscribe(SessionId, (_, change) =>
                change is SessionChange.Recording or SessionChange.Session or SessionChange.Resync ? InvokeAsync(ReloadAsync) : Task.CompletedTask);
        if (recordings is null)
            return;
        shown.TrySetResult();
        await TellReadyAsync();
    }

    private async Task TellReadyAsync()
    {
        if (toldReady || items.Exists(i => i is { CanPlay: true, IsReady: false }))
            return;
        toldReady = true;
        await OnReady.InvokeAsync();
    }

    public void Dispose()
    {
        shown.TrySetResult();
        subscription?.Dispose();
        gone.Cancel();
        gone.Dispose();
    }

    private async Task ReloadAsync()
    {
        if (gone.IsCancellationRequested)
            return;
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        // Only who could bring a deleted one back is shown that it was there.
        var found = await library.ListAsync(caller!, SessionId, deleted: caller!.Role == Role.Coach, gone.Token);
        faults = await library.FaultsAsync(found.Select(f => f.Recording), gone.Token);
        session = found.Count > 0 ? found[0].Session : null;
        recordings = [.. found.Select(f => f.Recording).OrderBy(r => r.StartedAt)];
    }
}
