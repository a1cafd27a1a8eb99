using System.Globalization;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>Writes or rewrites a decision or an action; what is not saved yet is kept in the tab.</summary>
public sealed partial class ItemEditor(IJSRuntime js) : IAsyncDisposable
{
    private readonly string id = "item-" + Guid.NewGuid().ToString("N");
    private readonly KeptForm kept = new(js);
    private ElementReference form;
    private string text = "";
    private string owner = "";
    private DateOnly? dueOn;

    /// <summary>Of the item as the writer saw it; kept with the draft, so that a change meanwhile is noticed.</summary>
    private string version = "";

    [Parameter, EditorRequired] public ItemKind Kind { get; set; }

    [Parameter, EditorRequired] public SessionHead Head { get; set; } = null!;

    /// <summary>Names the draft in the tab's storage.</summary>
    [Parameter, EditorRequired] public string StorageKey { get; set; } = "";

    /// <summary>What to begin with; null for a new one.</summary>
    [Parameter] public ItemLine? Item { get; set; }

    /// <summary>Why it could not be saved.</summary>
    [Parameter] public string? Problem { get; set; }

    /// <summary>Tells whether it is saved.</summary>
    [Parameter, EditorRequired] public Func<ItemDraft, Task<bool>> OnSave { get; set; } = null!;

    [Parameter] public EventCallback OnCancel { get; set; }

    protected override void OnInitialized() =>
        (text, owner, dueOn, version) = (Item?.Text ?? "", Item?.Owner?.ToString() ?? "", Item?.DueOn, VersionOf(Item));

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
            await kept.AttachAsync(form, StorageKey, Item?.Text ?? "");
    }

    private async Task SaveAsync()
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        var draft = new ItemDraft(text, Enum.TryParse<Role>(owner, out var role) ? role : null, dueOn, uint.TryParse(version, CultureInfo.InvariantCulture, out var seen) ? seen : null);
        if (!await OnSave(draft))
            version = VersionOf(Item); // the problem tells the writer how it stands now
    }

    private static string VersionOf(ItemLine? item) => item?.Version.ToString(CultureInfo.InvariantCulture) ?? "";

    public ValueTask DisposeAsync() => kept.DisposeAsync();
}
