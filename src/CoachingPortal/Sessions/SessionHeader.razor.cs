using CoachingPortal.Accounts;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>What a session is: title, people, date, length, tags; and what can be done with it as a whole.</summary>
public sealed partial class SessionHeader(SessionSummary summaries, SessionDeletion deletions, IJSRuntime js) : IAsyncDisposable
{
    private readonly KeptForm kept = new(js);
    private ElementReference form;
    private string tag = "";
    private string? problem;
    private bool adding;
    private bool focus;
    private bool busy;
    private bool opened;

    [Parameter, EditorRequired] public SessionHead Head { get; set; } = null!;

    [Parameter, EditorRequired] public SessionCourse Course { get; set; } = null!;

    [Parameter, EditorRequired] public SessionPhase Phase { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    /// <summary>The session is deleted: nothing can be done with it here.</summary>
    [Parameter] public bool Gone { get; set; }

    /// <summary>Drafts that wait in this tab, as <see cref="DraftKeys"/> names them.</summary>
    [Parameter] public IReadOnlySet<string> Waiting { get; set; } = new HashSet<string>();

    [Parameter] public EventCallback OnChanged { get; set; }

    [Parameter] public EventCallback OnDeleted { get; set; }

    protected override void OnParametersSet()
    {
        if (opened || Waiting.Count == 0)
            return;
        opened = true;
        if (Head.IsCoach && Waiting.Contains(DraftKeys.Tag))
            Open();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!focus)
            return;
        focus = false;
        await kept.AttachAsync(form, StorageKey);
    }

    private string StorageKey => DraftKeys.Prefix(Caller, Head.Id) + DraftKeys.Tag;

    private void Open() => adding = focus = true;

    private async Task CloseAsync()
    {
        tag = "";
        adding = false;
        problem = null;
        await kept.DropAsync(StorageKey);
    }

    private async Task AddAsync()
    {
        if (!string.IsNullOrWhiteSpace(tag))
            await SetAsync(Head.Tags.Append(tag));
        if (problem is null)
            await CloseAsync();
    }

    private async Task SetAsync(IEnumerable<string> tags)
    {
        problem = null;
        try
        {
            await summaries.SetTagsAsync(Head.Id, Caller, tags);
        }
        catch (ArgumentException e)
        {
            problem = e.Message;
        }
        await OnChanged.InvokeAsync();
    }

    private async Task DeleteAsync()
    {
        busy = true;
        if (await deletions.DeleteAsync(Head.Id, Caller) == Outcome.Done)
            await OnDeleted.InvokeAsync();
        busy = false;
    }

    public ValueTask DisposeAsync() => kept.DisposeAsync();
}
