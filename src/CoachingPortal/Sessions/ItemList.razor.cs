using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>The decisions, next actions or open questions of a session: read by both, actions ticked off by both, edited by the coach.</summary>
public sealed partial class ItemList(SessionItems store, TimeProvider time, ViewerTimeZone zone, IJSRuntime js) : IAsyncDisposable
{
    private readonly KeptForm kept = new(js);
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    /// <summary>The item in the editor, or the id that a new one will have; null when none is.</summary>
    private Guid? edited;
    private bool opened;
    private string? problem;
    private SessionItem? removed;

    [Parameter, EditorRequired] public ItemKind Kind { get; set; }

    [Parameter, EditorRequired] public SessionHead Head { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    /// <summary>Of <see cref="Kind"/>, in order.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<ItemLine> Items { get; set; } = [];

    /// <summary>What stands where there are none.</summary>
    [Parameter, EditorRequired] public string Missing { get; set; } = "";

    /// <summary>As <see cref="EvidenceLinks.StartOf"/>.</summary>
    [Parameter, EditorRequired] public Func<EvidenceLine, DateTimeOffset> StartOf { get; set; } = turn => turn.At;

    /// <summary>Drafts that wait in this tab, as <see cref="DraftKeys"/> names them; the editor opens by itself, once.</summary>
    [Parameter] public IReadOnlySet<string> Waiting { get; set; } = new HashSet<string>();

    [Parameter] public EventCallback OnChanged { get; set; }

    /// <summary>Somebody wants to see, and hear, where an item came from.</summary>
    [Parameter] public EventCallback<EvidenceLine> OnShow { get; set; }

    private DateOnly Today { get; set; }

    private bool IsAction => Kind == ItemKind.NextAction;

    private string Word => KindWords.Of(Kind);

    /// <summary>Links lead to it: each list stands once on a page.</summary>
    private string HeadingId => Kind switch { ItemKind.Decision => "items-decisions", ItemKind.NextAction => "items-actions", _ => "items-questions" };

    private bool CanAdd => Head.IsCoach || IsAction;

    protected override async Task OnInitializedAsync() =>
        Today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time.GetUtcNow(), await zone.GetAsync()).DateTime);

    private bool MayTick(ItemLine item) => Head.IsCoach || item.Owner != Role.Coach;

    protected override void OnParametersSet()
    {
        if (opened || Waiting.Count == 0)
            return;
        opened = true;
        var prefix = DraftKeys.Items(Kind);
        if (edited is null && CanAdd && Waiting.FirstOrDefault(k => k.StartsWith(prefix, StringComparison.Ordinal)) is { } key && Guid.TryParse(key.AsSpan(prefix.Length), out var id))
            Edit(id);
    }

    private string KeyOf(Guid itemId) => $"{DraftKeys.Prefix(Caller, Head.Id)}{DraftKeys.Items(Kind)}{itemId:N}";

    private void Edit(Guid id)
    {
        edited = id;
        problem = null;
    }

    private async Task CloseAsync()
    {
        var id = edited!.Value;
        edited = null;
        await kept.DropAsync(KeyOf(id));
    }

    private async Task<bool> SaveAsync(ItemDraft draft)
    {
        var id = edited!.Value;
        var outcome = draft.Version is { } version
            ? await store.EditAsync(Head.Id, id, Caller, draft.Text, draft.Owner, draft.DueOn, version)
            : await store.AddAsync(Head.Id, Caller, Kind, draft.Text, draft.Owner, draft.DueOn, id);
        if (outcome == Outcome.Done)
            await CloseAsync();
        await OnChanged.InvokeAsync();
        problem = outcome switch
        {
            Outcome.Conflict => $"Somebody changed this meanwhile. It now reads: “{Items.FirstOrDefault(i => i.Id == id)?.Text}”. Save again to put yours in its place.",
            Outcome.NotFound => "This is no longer there. Copy your words if you need them, then cancel.",
            _ => null,
        };
        StateHasChanged();
        return outcome == Outcome.Done;
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

    public ValueTask DisposeAsync() => kept.DisposeAsync();
}
