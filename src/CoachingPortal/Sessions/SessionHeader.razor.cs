using CoachingPortal.Accounts;
using Microsoft.AspNetCore.Components;

namespace CoachingPortal.Sessions;

/// <summary>What a session is: title, people, date, length, tags; and what can be done with it as a whole.</summary>
public sealed partial class SessionHeader(SessionSummary summaries, SessionDeletion deletions)
{
    private ElementReference input;
    private string tag = "";
    private string? problem;
    private bool adding;
    private bool focus;
    private bool busy;

    [Parameter, EditorRequired] public SessionHead Head { get; set; } = null!;

    [Parameter, EditorRequired] public SessionCourse Course { get; set; } = null!;

    [Parameter, EditorRequired] public SessionPhase Phase { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    /// <summary>The session is deleted: nothing can be done with it here.</summary>
    [Parameter] public bool Gone { get; set; }

    [Parameter] public EventCallback OnChanged { get; set; }

    [Parameter] public EventCallback OnDeleted { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!focus)
            return;
        focus = false;
        await input.FocusAsync();
    }

    private void OpenAsync() => adding = focus = true;

    private async Task AddAsync()
    {
        if (!string.IsNullOrWhiteSpace(tag))
            await SetAsync(Head.Tags.Append(tag));
        if (problem is not null)
            return;
        tag = "";
        adding = false;
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
}
