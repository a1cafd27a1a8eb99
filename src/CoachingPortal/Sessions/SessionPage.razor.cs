using CoachingPortal.Accounts;
using CoachingPortal.Calls.PostCall;
using CoachingPortal.Data;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using Npgsql;

namespace CoachingPortal.Sessions;

/// <summary>
/// The page of one session, for its founder and its coach. It holds what the viewer may see, reads again what the
/// session feed says has changed, and leaves what is being typed to the browser.
/// </summary>
public sealed partial class SessionPage(
    SessionReader reader, SessionHandoff handoff, SessionFeed feed, PostCallQueue work, PersistentComponentState state, NavigationManager navigation, TimeProvider time, IJSRuntime js)
    : IAsyncDisposable
{
    private const string StateKey = "session-page";
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(3);

    private readonly HashSet<SessionChange> news = [];
    private readonly JsModule drafts = new(js, "./js/session/draft.js");
    private readonly CancellationTokenSource away = new();
    private PersistingComponentStateSubscription persisting;
    private IDisposable? subscription;
    private Task? refreshing;
    private Caller caller = null!;
    private SessionMaterial? material;
    private SaidAndHeard? said;
    private HashSet<string> waiting = new HashSet<string>();
    private bool gone;
    private bool deletedHere;

    [Parameter] public Guid Id { get; set; }

    [CascadingParameter] public required Task<AuthenticationState> Authentication { get; set; }

    private SessionPhase Phase => SessionPhase.Of(material!, time.GetUtcNow());

    /// <summary>Whether a transcript stands between the page's head and what is below it.</summary>
    private bool ListsParts => !gone && material!.Turns.Count > 0;

    protected override async Task OnInitializedAsync()
    {
        caller = Caller.From((await Authentication).User);
        material = state.TryTakeFromJson<string>(StateKey, out var token) ? handoff.Take(token, caller, Id) : null;
        material ??= await reader.LoadAsync(Id, caller, away.Token);
        if (material is null)
            navigation.NotFound();
        else
            persisting = state.RegisterOnPersisting(() =>
            {
                if (!RendererInfo.IsInteractive)
                    state.PersistAsJson(StateKey, handoff.Leave(material, caller));
                return Task.CompletedTask;
            });
    }

    protected override void OnParametersSet()
    {
        if (material is not null && material.Head.Id != Id)
            navigation.Refresh(forceReload: true); // from one session to another: begin anew
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (subscription is not null || material is null)
            return; // the first rendering may come before the first reading
        // What changed between the page's first reading and this line went unheard: so everything is read once more.
        subscription = feed.Subscribe(Id, (_, change) => InvokeAsync(() => HearAsync(change)));
        await HearAsync(SessionChange.Resync);
        try
        {
            waiting = (await drafts.InvokeAsync<string[]>("waiting", DraftKeys.Prefix(caller, Id))).ToHashSet();
        }
        catch (JSDisconnectedException)
        {
            return;
        }
        if (waiting.Count > 0)
            StateHasChanged();
    }

    private async Task RetryAsync(StepLine step)
    {
        await work.RetryAsync(step.CallId, step.Name, caller, away.Token);
        await HearAsync(SessionChange.PostCall);
    }

    private Task ReloadAsync()
    {
        news.Add(SessionChange.Session);
        return HearAsync(SessionChange.Notes);
    }

    /// <summary>One reading at a time; what changes during one is read by the next, so the page ends up with the newest.</summary>
    internal async Task HearAsync(SessionChange change)
    {
        news.Add(change);
        await (refreshing ??= RefreshAsync());
    }

    private async Task RefreshAsync()
    {
        await Task.Yield(); // first the field, then the work
        try
        {
            while (news.Count > 0 && material is not null)
            {
                var changes = news.ToHashSet();
                news.Clear();
                var read = await reader.RefreshAsync(material, changes, caller, away.Token);
                gone = read is null;
                material = read ?? material;
                StateHasChanged();
            }
        }
        catch (OperationCanceledException) when (away.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e is NpgsqlException || e.InnerException is NpgsqlException)
        {
            // The database is away or slow: what is shown stays, and everything is read again in a while.
            _ = LaterAsync();
        }
        finally
        {
            refreshing = null;
        }
    }

    private async Task LaterAsync()
    {
        await Task.Delay(Again, time, away.Token).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        if (!away.IsCancellationRequested)
            await HearAsync(SessionChange.Resync);
    }

    private Task ShowAsync(EvidenceLine turn) => said?.ShowAsync(turn) ?? Task.CompletedTask;

    private Task PlayAsync(DateTimeOffset at) => said?.PlayAsync(at) ?? Task.CompletedTask;

    private void Deleted() => gone = deletedHere = true;

    private Task RestoredAsync()
    {
        deletedHere = false;
        return HearAsync(SessionChange.Resync);
    }

    public async ValueTask DisposeAsync()
    {
        subscription?.Dispose();
        persisting.Dispose();
        await away.CancelAsync();
        if (refreshing is { } last)
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        away.Dispose();
        await drafts.DisposeAsync();
    }
}
