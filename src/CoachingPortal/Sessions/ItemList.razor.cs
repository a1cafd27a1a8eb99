using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;

namespace CoachingPortal.Sessions;

/// <summary>The decisions or the next actions of a session: read by both, ticked off by both, edited by the coach.</summary>
public sealed partial class ItemList(SessionItems store, TimeProvider time, ViewerTimeZone zone)
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    private readonly string headingId = "items-" + Guid.NewGuid().ToString("N");

    /// <summary>The item in the editor; empty for a new one, null when none is.</summary>
    private Guid? edited;
    private uint editedVersion;
    private string? problem;
    private SessionItem? removed;

    [Parameter, EditorRequired] public ItemKind Kind { get; set; }

    [Parameter, EditorRequired] public SessionHead Head { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    /// <summary>Of <see cref="Kind"/>, in order.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<ItemLine> Items { get; set; } = [];

    /// <summary>What stands where there are none.</summary>
    [Parameter, EditorRequired] public string Missing { get; set; } = "";

    /// <summary>Position 0 of the transcript and the player.</summary>
    [Parameter] public DateTimeOffset Start { get; set; }

    [Parameter] public EventCallback OnChanged { get; set; }

    /// <summary>Somebody wants to see, and hear, where an item came from.</summary>
    [Parameter] public EventCallback<EvidenceLine> OnShow { get; set; }

    private DateOnly Today { get; set; }

    private bool IsAction => Kind == ItemKind.NextAction;

    private string Word => IsAction ? "action" : "decision";

    private bool CanAdd => Head.IsCoach || IsAction;

    protected override async Task OnInitializedAsync() =>
        Today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), await zone.GetAsync()).DateTime);

    private bool MayTick(ItemLine item) => Head.IsCoach || item.Owner != Role.Coach;

    private void Edit(Guid id)
    {
        edited = id;
        editedVersion = Items.FirstOrDefault(i => i.Id == id)?.Version ?? 0;
        problem = null;
    }

    private void Close() => edited = null;

    private async Task SaveAsync(ItemDraft draft)
    {
        var outcome = edited == Guid.Empty
            ? await store.AddAsync(Head.Id, Caller, Kind, draft.Text, draft.Owner, draft.DueOn)
            : await store.EditAsync(Head.Id, edited!.Value, Caller, draft.Text, draft.Owner, draft.DueOn, editedVersion);
        await OnChanged.InvokeAsync();
        if (outcome == Outcome.Conflict)
        {
            var standing = Items.FirstOrDefault(i => i.Id == edited);
            editedVersion = standing?.Version ?? 0;
            problem = $"Somebody changed this meanwhile. It now reads: “{standing?.Text}”. Save again to put yours in its place.";
            return;
        }
        problem = outcome == Outcome.NotFound ? "This is no longer there. Copy your words if you need them, then cancel." : null;
        if (problem is null)
            edited = null;
    }

    private async Task TickAsync(ItemLine item, bool done)
    {
        await store.TickAsync(Head.Id, item.Id, Caller, done);
        await OnChanged.InvokeAsync();
    }

    private async Task RemoveAsync(ItemLine item)
    {
        removed = await store.RemoveAsync(Head.Id, item.Id, Caller);
        await OnChanged.InvokeAsync();
    }

    private async Task UndoAsync()
    {
        if (removed is null)
            return;
        await store.PutBackAsync(removed, Caller);
        removed = null;
        await OnChanged.InvokeAsync();
    }
}
