using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace CoachingPortal.Recordings;

/// <summary>One recording: how it stands, and once it is complete its player and files. Made anew when its status changes.</summary>
public sealed partial class RecordingItem(RecordingLibrary library, Toasts toasts, IJSRuntime js) : IAsyncDisposable
{
    private static readonly string[] Speeds = ["0.5", "0.75", "1", "1.25", "1.5", "1.75", "2", "2.5", "3"];
    private static readonly string[] FileOrder = [RecordingKeys.Mixed, RecordingKeys.Incoming, RecordingKeys.Outgoing, RecordingKeys.Info];

    private readonly JsModule module = new(js, "./js/player.js");
    private ElementReference root;
    private readonly TaskCompletionSource<IJSObjectReference?> attached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IJSObjectReference? player;
    private Timeline? timeline;
    private PlayerScene? shown;
    private bool busy;

    [Parameter, EditorRequired] public required Recording Recording { get; set; }

    [Parameter, EditorRequired] public required CoachingSession Session { get; set; }

    [Parameter, EditorRequired] public required Caller Caller { get; set; }

    /// <summary>Why the recorder stopped in the middle of the call; null when it did not, or nobody knows.</summary>
    [Parameter] public string? Fault { get; set; }

    /// <summary>Then it says when it was.</summary>
    [Parameter] public bool IsOneOfSeveral { get; set; }

    /// <summary>What its outline shows besides the sound.</summary>
    [Parameter] public PlayerScene Scene { get; set; } = PlayerScene.Empty;

    /// <summary>It was deleted or brought back.</summary>
    [Parameter] public EventCallback OnChanged { get; set; }

    /// <summary>Its player hears what is pressed.</summary>
    [Parameter] public EventCallback OnReady { get; set; }

    internal bool IsGone { get; private set; }

    internal bool IsReady => player is not null;

    internal bool CanPlay => !IsGone && Status == "complete";

    private bool IsCoach => Session.CoachId == Caller.Id;

    private bool IsOfTheCall => IsCoach || Session.FounderId == Caller.Id;

    private string Status => Recording switch
    {
        { DeletedAt: not null } => "deleted",
        { Status: RecordingStatus.Active } when Recording.Segments.Exists(s => s.EndedAt is null) => "active",
        { HasStopped: true } => "stopped",
        { Status: RecordingStatus.Active or RecordingStatus.Paused } => "idle",
        { Status: RecordingStatus.Processing } => "processing",
        { Status: RecordingStatus.Failed } => "failed",
        _ => "complete",
    };

    /// <summary>The files that follow each other on the timeline; none where one file holds all of it.</summary>
    private IEnumerable<RecordingFile> Parts => Recording.Files.Where(f => f.StartedAt is not null).OrderBy(f => f.StartedAt);

    private string FirstSound => Url(Parts.FirstOrDefault()?.Name ?? RecordingKeys.Mixed);

    private string MaxSeconds => ((Recording.DurationMs ?? 0) / 1000.0).ToString(CultureInfo.InvariantCulture);

    /// <summary>How far a moment lies outside of this recording; zero inside.</summary>
    internal TimeSpan DistanceTo(DateTimeOffset at) =>
        at < Recording.StartedAt ? Recording.StartedAt - at : at > Recording.EndedAt ? at - Recording.EndedAt.Value : TimeSpan.Zero;

    /// <summary>Plays from a moment of the call.</summary>
    internal async Task<bool> SeekToAsync(DateTimeOffset at)
    {
        if (await attached.Task is not { } player)
            return false;
        await player.InvokeVoidAsync("seek", Math.Max(0, (at - Recording.StartedAt).TotalSeconds), true);
        return true;
    }

    protected override void OnInitialized()
    {
        if (CanPlay)
            timeline = Timeline.Of(Recording);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!CanPlay)
            return;
        if (!firstRender)
        {
            await ShowAsync();
            return;
        }
        shown = Scene;
        var parts = Parts.Select(f => new { url = Url(f.Name), from = (f.StartedAt!.Value - Recording.StartedAt).TotalSeconds, length = (f.DurationMs ?? 0) / 1000.0 });
        var gaps = timeline!.NotRecorded.Select(n => new { from = n.FromMs / 1000.0, to = n.ToMs / 1000.0 });
        try
        {
            player = await module.InvokeAsync<IJSObjectReference>(
                "attach", root, new { id = Recording.Id, peaksUrl = Url(RecordingKeys.Peaks), startedAt = Recording.StartedAt.ToUnixTimeMilliseconds(), duration = (Recording.DurationMs ?? 0) / 1000.0, gaps, parts, scene = Drawn(shown) });
            attached.TrySetResult(player);
            StateHasChanged();
            await OnReady.InvokeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page went before its player was ready.
        }
    }

    /// <summary>What changed since the player was told: a correction, a comment.</summary>
    private async Task ShowAsync()
    {
        if (player is null || shown == Scene)
            return;
        shown = Scene;
        try
        {
            await player.InvokeVoidAsync("show", Drawn(shown));
        }
        catch (JSDisconnectedException)
        {
            // The page has gone, and the player with it.
        }
    }

    private object Drawn(PlayerScene scene) => new
    {
        voices = scene.VoicesIn(Recording),
        marks = scene.MarksIn(Recording).Select(m => new
        {
            at = Math.Round((m.At - Recording.StartedAt).TotalSeconds, 2),
            kind = PlayerMarks.Word(m.Kind),
            text = $"{Clock((long)(m.At - Recording.StartedAt).TotalMilliseconds)} {PlayerMarks.Title(m.Kind)}: {m.Text}",
        }),
    };

    public async ValueTask DisposeAsync()
    {
        IsGone = true;
        attached.TrySetResult(null);
        try
        {
            if (player is not null)
            {
                await player.InvokeVoidAsync("dispose");
                await player.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            // The page has gone, and the player with it.
        }
        await module.DisposeAsync();
    }

    private async Task DeleteAsync()
    {
        busy = true;
        var (id, caller, recordings) = (Recording.Id, Caller, library);
        if (await library.DeleteAsync(caller, id) == LibraryOutcome.Done)
            toasts.Show("The recording is deleted.", () => recordings.RestoreAsync(caller, id));
        busy = false;
        await OnChanged.InvokeAsync();
    }

    private async Task RestoreAsync()
    {
        busy = true;
        await library.RestoreAsync(Caller, Recording.Id);
        busy = false;
        await OnChanged.InvokeAsync();
    }

    private async Task LookAgainAsync()
    {
        busy = true;
        await library.LookAgainAsync(Caller, Recording.Id);
        busy = false;
        await OnChanged.InvokeAsync();
    }

    private string Url(string name) => PlaybackEndpoints.UrlOf(Recording.Id, name);

    private string About(string name) => name switch
    {
        RecordingKeys.Mixed => "both voices",
        _ when name.EndsWith(".mp4", StringComparison.Ordinal) => "both voices",
        RecordingKeys.Incoming => Session.Founder!.Name,
        RecordingKeys.Outgoing => Session.Coach!.Name,
        _ => "people, times and spans, for programs",
    };

    private string Gap((RecordingSegment After, long FromMs, long ToMs) gap)
    {
        var who = gap.After.EndedById == Session.CoachId ? Session.Coach!.Name : gap.After.EndedById == Session.FounderId ? Session.Founder!.Name : null;
        var why = gap.After.EndedBy switch
        {
            SegmentEnd.Paused when who is not null => $", paused by {who}",
            SegmentEnd.Withdrawn when who is not null => $", stopped by {who}",
            _ => "",
        };
        return $"{Clock(gap.FromMs)} to {Clock(gap.ToMs)}{why}";
    }

    /// <summary>Such as <c>4:07</c> or <c>1:02:33</c>.</summary>
    internal static string Clock(long ms) =>
        TimeSpan.FromMilliseconds(ms) is var t && t.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)t.TotalHours}:{t.Minutes:00}:{t.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{t.Minutes}:{t.Seconds:00}");

    internal static string Size(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
    };
}
