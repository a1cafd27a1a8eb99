using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>A session's notes in order: what people wrote, each edited by its author, and what FRED's talks appended, folded.</summary>
public sealed partial class NotesEditor(IJSRuntime js) : IAsyncDisposable
{
    private readonly JsModule module = new(js, "./js/session/draft.js");
    private readonly HashSet<Guid> edited = [];

    /// <summary>Notes that are being written and are not saved yet, by the id they will have.</summary>
    private readonly List<Guid> added = [];
    private readonly HashSet<Guid> saved = [];
    private (Guid Id, string Text)? discarded;
    private bool opened;

    [Inject] public required SessionNotes Store { get; init; }

    [Parameter, EditorRequired] public SessionHead Head { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    /// <summary>Those the viewer may see, in order.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<NoteLine> Notes { get; set; } = [];

    /// <summary>Drafts that wait in this tab, as <see cref="DraftKeys"/> names them; their editors open by themselves, once.</summary>
    [Parameter] public IReadOnlySet<string> Waiting { get; set; } = new HashSet<string>();

    [Parameter] public EventCallback OnChanged { get; set; }

    protected override void OnParametersSet()
    {
        // Saved through another circuit, or by an answer that came late: the note itself stands there now.
        added.RemoveAll(id => saved.Contains(id) && Notes.Any(n => n.Id == id));
        if (opened || Waiting.Count == 0)
            return;
        opened = true;
        foreach (var key in Waiting.Where(k => k.StartsWith(DraftKeys.Note, StringComparison.Ordinal)))
            if (Guid.TryParse(key.AsSpan(DraftKeys.Note.Length), out var id))
                Open(id);
    }

    private void Open(Guid id)
    {
        if (added.Contains(id))
            return; // begun while the tab was asked what waits in it, and so among that
        var standing = Notes.FirstOrDefault(n => n.Id == id);
        if (standing is null)
            added.Add(id);
        else if (standing.AuthorId == Caller.Id && standing.Kind == NoteKind.Manual)
            edited.Add(id);
    }

    private void AddNew()
    {
        discarded = null;
        added.Add(Ids.New());
    }

    private async Task ClosedAsync(Guid id, DraftEnd end)
    {
        await OnChanged.InvokeAsync();
        if (end.Saved)
            saved.Add(id);
        edited.Remove(id);
        added.Remove(id);
        discarded = end.Discarded.Length > 0 ? (id, end.Discarded) : null;
    }

    /// <summary>The text goes back into the tab's storage, from where its editor takes it.</summary>
    private async Task BringBackAsync(Guid id, string text)
    {
        await module.InvokeVoidAsync("putBack", KeyOf(id), text, Notes.FirstOrDefault(n => n.Id == id)?.Version.ToString(CultureInfo.InvariantCulture));
        discarded = null;
        Open(id);
    }

    private string UrlOf(Guid noteId) => $"/api/coaching/sessions/{Head.Id}/notes/{noteId}";

    private string KeyOf(Guid noteId) => $"{DraftKeys.Prefix(Caller, Head.Id)}{DraftKeys.Note}{noteId:N}";

    private string AuthorOf(NoteLine note) =>
        note.AuthorId == Caller.Id ? "You" : note.AuthorId == Head.Coach.Id ? Head.Coach.Name : note.AuthorId == Head.Founder.Id ? Head.Founder.Name : "Someone";

    private static string RoleOf(NoteLine entry) => (entry.ChatRole ?? ChatRole.Fred).ToString().ToUpperInvariant();

    public ValueTask DisposeAsync() => module.DisposeAsync();
}

/// <summary>Entries that are shown as one: a written note, or the messages of one talk.</summary>
public sealed record NoteGroup(IReadOnlyList<NoteLine> Entries)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(30);

    /// <summary>A talk is what one person and FRED wrote to each other without a long pause and without a note between.</summary>
    public static IEnumerable<NoteGroup> Of(IEnumerable<NoteLine> notes)
    {
        var entries = new List<NoteLine>();
        foreach (var note in notes)
        {
            if (entries.Count > 0 && (note.Kind != NoteKind.Fred || entries[0].Kind != NoteKind.Fred || !Continues(entries[^1], note)))
            {
                yield return new([.. entries]);
                entries.Clear();
            }
            entries.Add(note);
        }
        if (entries.Count > 0)
            yield return new([.. entries]);
    }

    private static bool Continues(NoteLine last, NoteLine next) =>
        last.AuthorId == next.AuthorId && last.Visibility == next.Visibility && next.CreatedAt - last.CreatedAt < Pause;
}
