using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>
/// Edits one text that is saved by HTTP with a version. What is typed lives in the browser and is never rendered from
/// here, so no news that reaches the page disturbs it.
/// </summary>
public sealed partial class DraftEditor(IJSRuntime js) : IAsyncDisposable
{
    private readonly string areaId = "draft-" + Guid.NewGuid().ToString("N");
    private readonly JsModule module = new(js, "./js/session/draft.js");
    private DotNetObjectReference<Listener>? listener;
    private IJSObjectReference? draft;
    private ElementReference root;
    private TextSaved? theirs;
    private bool closed;

    /// <summary>Rendered once and never again: from then on the textarea is the writer's.</summary>
    private string initial = "";

    /// <summary>Where the text is put.</summary>
    [Parameter, EditorRequired] public string Url { get; set; } = "";

    /// <summary>Names the draft in the tab's storage.</summary>
    [Parameter, EditorRequired] public string StorageKey { get; set; } = "";

    [Parameter, EditorRequired] public string Label { get; set; } = "";

    [Parameter] public string? Placeholder { get; set; }

    /// <summary>The text to begin with, unless the tab holds a draft; later values are not taken over.</summary>
    [Parameter] public string Text { get; set; } = "";

    /// <summary>Of <see cref="Text"/>; null for a new one.</summary>
    [Parameter] public string? Version { get; set; }

    [Parameter] public int MaxLength { get; set; } = SessionNotes.Longest;

    /// <summary>Whether the writer may keep the text to the coach.</summary>
    [Parameter] public bool AllowPrivate { get; set; }

    [Parameter] public string? TestId { get; set; }

    [Parameter] public string TextTestId { get; set; } = "note-text";

    [Parameter] public string SaveTestId { get; set; } = "note-save";

    /// <summary>Reads the text that stands on the server, when two met.</summary>
    [Parameter, EditorRequired] public Func<Task<TextSaved>> Standing { get; set; } = null!;

    /// <summary>The text is saved, or put away: the editor can close.</summary>
    [Parameter] public EventCallback<DraftEnd> OnClosed { get; set; }

    protected override void OnInitialized() => initial = Text;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        listener = DotNetObjectReference.Create(new Listener(this));
        try
        {
            draft = await module.InvokeAsync<IJSObjectReference>("attach", root, new { url = Url, key = StorageKey, text = initial, version = Version }, listener);
        }
        catch (JSDisconnectedException)
        {
            // The next circuit attaches; the text is in the tab.
        }
        catch (Exception e) when (closed && (e is JSException or OperationCanceledException or ObjectDisposedException))
        {
            // Put away before the script had come.
        }
    }

    private async Task ResolveAsync(string choice)
    {
        if (draft is null || theirs is null)
            return;
        var met = theirs;
        theirs = null;
        await draft.InvokeVoidAsync("resolve", choice, met.Text ?? "", met.Version);
    }

    private async Task DropAsync()
    {
        var held = draft is null ? "" : await draft.InvokeAsync<string>("drop");
        await OnClosed.InvokeAsync(new(Saved: false, held == initial ? "" : held));
    }

    private Task SavedAsync() => InvokeAsync(() => OnClosed.InvokeAsync(new(Saved: true, "")));

    private Task ConflictedAsync() => InvokeAsync(async () =>
    {
        var standing = await Standing();
        theirs = standing.Outcome == Outcome.Done ? standing : null;
        StateHasChanged();
    });

    public async ValueTask DisposeAsync()
    {
        closed = true;
        try
        {
            if (draft is not null)
            {
                await draft.InvokeVoidAsync("detach");
                await draft.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or ObjectDisposedException or JSException)
        {
            // The page has gone, with its listeners.
        }
        await module.DisposeAsync();
        listener?.Dispose();
    }

    private sealed class Listener(DraftEditor editor)
    {
        [JSInvokable]
        public Task Saved() => editor.SavedAsync();

        [JSInvokable]
        public Task Conflicted() => editor.ConflictedAsync();
    }
}

/// <param name="Discarded">What was put away unsaved, if it was anything.</param>
public sealed record DraftEnd(bool Saved, string Discarded);
