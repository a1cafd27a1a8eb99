using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts;

/// <summary>What was said in a session, growing while it is said. Shows nothing to whom the session is not visible.</summary>
public sealed partial class TranscriptView(IDbContextFactory<PortalDb> databases, SessionFeed feed, AuthenticationStateProvider authentication) : ComponentBase, IDisposable
{
    /// <summary>Below this confidence (0 to 1) a turn is marked.</summary>
    public const double UnsureBelow = 0.6;

    private List<Turn>? turns;
    private DateTimeOffset start;
    private Caller? caller;
    private Guid loaded;
    private IDisposable? subscription;
    private bool isDisposed;

    [Parameter, EditorRequired]
    public Guid SessionId { get; set; }

    /// <summary>A time was clicked. Without a listener the times are plain text.</summary>
    [Parameter]
    public EventCallback<Turn> OnSeek { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (loaded == SessionId)
            return;
        loaded = SessionId;
        subscription?.Dispose();
        caller = Caller.From((await authentication.GetAuthenticationStateAsync()).User);
        await LoadAsync();
        if (!isDisposed && RendererInfo.IsInteractive)
            subscription = feed.Subscribe(SessionId, (_, change) =>
                change is SessionChange.Turns or SessionChange.Recording or SessionChange.Resync ? InvokeAsync(RefreshAsync) : Task.CompletedTask);
    }

    public void Dispose()
    {
        isDisposed = true;
        subscription?.Dispose();
    }

    private async Task RefreshAsync()
    {
        if (isDisposed)
            return;
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        await using var db = await databases.CreateDbContextAsync();
        var all = await db.Turns.AsNoTracking()
            .Where(t => t.SessionId == SessionId && db.Sessions.VisibleTo(caller!).Any(s => s.Id == SessionId))
            .OrderBy(t => t.StartedAt).ThenBy(t => t.Id).ToListAsync();
        // Position 0 is where the player's 0 is: the recording's start, else the call's, else the first word.
        DateTimeOffset? recorded = all.Count == 0 ? null
            : await db.Recordings.Where(r => r.SessionId == SessionId && r.DeletedAt == null).OrderBy(r => r.StartedAt).Select(r => (DateTimeOffset?)r.StartedAt).FirstOrDefaultAsync();
        DateTimeOffset? called = recorded is not null || all.Count == 0 ? null
            : await db.Calls.Where(c => c.SessionId == SessionId).OrderBy(c => c.StartedAt).Select(c => (DateTimeOffset?)c.StartedAt).FirstOrDefaultAsync();
        start = recorded ?? called ?? all.FirstOrDefault()?.StartedAt ?? default;
        turns = all;
    }

    /// <summary>Such as <c>4:07</c> or <c>1:04:07</c>; before the start, <c>-0:12</c>.</summary>
    private string Position(Turn turn)
    {
        var position = turn.StartedAt - start;
        var sign = position <= TimeSpan.FromSeconds(-1) ? "-" : "";
        return sign + position.Duration().ToString(position.Duration() >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }

    private static string RoleClass(Turn turn) => turn.Role switch
    {
        Role.Founder => "by-founder",
        Role.Coach => "by-coach",
        _ => "by-other",
    };
}
