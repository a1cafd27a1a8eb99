using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Sessions;

/// <summary>What the founder and the coach say about moments of their session, each with its answers.</summary>
public sealed partial class CommentList(IJSRuntime js) : IAsyncDisposable
{
    private readonly JsModule drafts = new(js, "./js/session/draft.js");
    private readonly JsModule moments = new(js, "./js/session/moment.js");
    private readonly HashSet<Guid> edited = [];

    /// <summary>Comments that are being written and are not saved yet.</summary>
    private readonly List<CommentDraft> added = [];
    private readonly HashSet<Guid> saved = [];
    private IJSObjectReference? following;
    private (CommentDraft Draft, string Text)? discarded;
    private Guid? removed;
    private bool opened;

    [Inject] public required SessionComments Store { get; init; }

    [Parameter, EditorRequired] public SessionHead Head { get; set; } = null!;

    [Parameter, EditorRequired] public Caller Caller { get; set; } = null!;

    /// <summary>By moment, answers in the order in which they were written.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<CommentLine> Comments { get; set; } = [];

    /// <summary>Position 0 of the player, or of the transcript, in which a moment lies.</summary>
    [Parameter, EditorRequired] public Func<DateTimeOffset, DateTimeOffset> StartOf { get; set; } = at => at;

    /// <summary>Whether a moment can be heard.</summary>
    [Parameter] public Func<DateTimeOffset, bool> CanPlay { get; set; } = _ => false;

    /// <summary>What a comment is about when nobody has played or clicked anything yet.</summary>
    [Parameter, EditorRequired] public DateTimeOffset FirstMoment { get; set; }

    [Parameter] public EventCallback<DateTimeOffset> OnPlay { get; set; }

    /// <summary>Drafts that wait in this tab, as <see cref="DraftKeys"/> names them; their editors open by themselves, once.</summary>
    [Parameter] public IReadOnlySet<string> Waiting { get; set; } = new HashSet<string>();

    [Parameter] public EventCallback OnChanged { get; set; }

    private string Other => Head.IsCoach ? Head.Founder.Name : Head.Coach.Name;

    /// <summary>They stand in the list already, and their editors are about to close: not twice.</summary>
    private HashSet<Guid> Fresh => [.. added.Select(d => d.Id)];

    protected override void OnParametersSet()
    {
        added.RemoveAll(d => saved.Contains(d.Id) && Comments.Any(c => c.Id == d.Id));
        if (opened || Waiting.Count == 0)
            return;
        opened = true;
        foreach (var key in Waiting)
            if (CommentDraft.TryParse(key, out var draft))
                Open(draft);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        try
        {
            following = await moments.InvokeAsync<IJSObjectReference>("follow");
        }
        catch (JSDisconnectedException)
        {
            // The page went before anything was clicked.
        }
    }

    private async Task AddAsync()
    {
        discarded = null;
        var at = await moments.InvokeAsync<double?>("last");
        added.Add(new(Ids.New(), at is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds((long)ms) : FirstMoment, null));
    }

    private void Answer(CommentLine comment)
    {
        if (!added.Exists(d => d.ReplyToId == comment.Id))
            added.Add(new(Ids.New(), comment.At, comment.Id));
    }

    private void Open(CommentDraft draft)
    {
        if (added.Exists(d => d.Id == draft.Id))
            return; // begun while the tab was asked what waits in it, and so among that
        if (Comments.FirstOrDefault(c => c.Id == draft.Id) is not { } standing)
            added.Add(draft.ReplyToId is { } answered && Comments.All(c => c.Id != answered) ? draft with { ReplyToId = null } : draft);
        else if (standing.AuthorId == Caller.Id && !standing.IsDeleted)
            edited.Add(draft.Id);
    }

    private async Task ClosedAsync(CommentDraft draft, DraftEnd end)
    {
        await OnChanged.InvokeAsync();
        if (end.Saved)
            saved.Add(draft.Id);
        edited.Remove(draft.Id);
        added.RemoveAll(d => d.Id == draft.Id);
        discarded = end.Discarded.Length > 0 ? (draft, end.Discarded) : null;
    }

    private async Task DeleteAsync(Guid id, bool deleted)
    {
        removed = await Store.DeleteAsync(Head.Id, id, Caller, deleted) == Outcome.Done && deleted ? id : null;
        await OnChanged.InvokeAsync();
    }

    private async Task BringBackAsync(CommentDraft draft, string text)
    {
        await drafts.InvokeVoidAsync("putBack", KeyOf(draft), text, VersionOf(draft.Id));
        discarded = null;
        Open(draft);
    }

    private string UrlOf(CommentDraft draft) =>
        $"/api/coaching/sessions/{Head.Id}/comments/{draft.Id}?at={draft.At.ToUnixTimeMilliseconds()}" + (draft.ReplyToId is { } answered ? $"&replyTo={answered}" : "");

    private string KeyOf(CommentDraft draft) => DraftKeys.Prefix(Caller, Head.Id) + draft.Key;

    private string TextOf(Guid id) => Comments.FirstOrDefault(c => c.Id == id)?.Text ?? "";

    private string? VersionOf(Guid id) => Comments.FirstOrDefault(c => c.Id == id)?.Version.ToString(CultureInfo.InvariantCulture);

    private string AuthorOf(CommentLine comment) => comment.AuthorId == Caller.Id ? "You" : comment.AuthorId == Head.Coach.Id ? Head.Coach.Name : comment.AuthorId == Head.Founder.Id ? Head.Founder.Name : "Someone";

    private string Position(DateTimeOffset at) => Spans.Position(at - StartOf(at));

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
        await moments.DisposeAsync();
        await drafts.DisposeAsync();
    }
}

/// <summary>A comment in its editor. All that it needs to be written elsewhere is in the name of its draft.</summary>
/// <param name="At">The moment that it is about.</param>
public sealed record CommentDraft(Guid Id, DateTimeOffset At, Guid? ReplyToId)
{
    /// <summary>Below <see cref="DraftKeys.Prefix"/>.</summary>
    internal string Key => string.Create(CultureInfo.InvariantCulture, $"{DraftKeys.Comment}{Id:N}:{At.ToUnixTimeMilliseconds()}:{ReplyToId:N}");

    internal static bool TryParse(string key, out CommentDraft draft)
    {
        draft = null!;
        if (!key.StartsWith(DraftKeys.Comment, StringComparison.Ordinal) || key[DraftKeys.Comment.Length..].Split(':') is not [var id, var at, var answered])
            return false;
        if (!Guid.TryParse(id, out var own) || !long.TryParse(at, CultureInfo.InvariantCulture, out var ms) || ms is < 0 or > 253_402_300_799_000)
            return false;
        draft = new(own, DateTimeOffset.FromUnixTimeMilliseconds(ms), Guid.TryParse(answered, out var to) ? to : null);
        return true;
    }
}
