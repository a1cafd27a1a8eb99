using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.JSInterop;

namespace CoachingPortal.Fred;

/// <summary>
/// The conversation with FRED, in the call or on its own. Everything it shows lies in the database or in
/// <see cref="FredChat"/>; what is being typed lies in the browser, so that a lost circuit loses nothing.
/// </summary>
public sealed partial class FredSidebar(
    FredChat chat, SessionFeed feed, IDbContextFactory<PortalDb> databases, AuthenticationStateProvider authentication, IJSRuntime js) : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource gone = new();
    private FredConversation? view;
    private JsModule? module;
    private IJSObjectReference? composer;
    private DotNetObjectReference<Composer>? composerTarget;
    private IDisposable? subscription;
    private Caller? caller;
    private List<ChatMessage>? messages;
    private RunningAnswer? running;
    private string? notice;
    private string founderName = "the founder";
    private bool isCoach;
    private bool isReady;
    private int renderPending;

    [Parameter, EditorRequired]
    public Guid SessionId { get; set; }

    protected override async Task OnInitializedAsync()
    {
        caller = Caller.From((await authentication.GetAuthenticationStateAsync()).User);
        await using (var db = await databases.CreateDbContextAsync(gone.Token))
        {
            var session = await db.Sessions.VisibleTo(caller).AsNoTracking().Where(s => s.Id == SessionId)
                .Select(s => new { s.CoachId, Founder = s.Founder!.Name }).SingleOrDefaultAsync(gone.Token);
            if (session is null)
            {
                caller = null;
                messages = [];
                return;
            }
            isCoach = session.CoachId == caller.Id;
            founderName = session.Founder.Split(' ')[0];
        }
        await LoadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender || caller is null)
            return;
        subscription = feed.Subscribe(SessionId, (_, change) => change is SessionChange.Chat or SessionChange.Resync ? InvokeAsync(RefreshAsync) : Task.CompletedTask);
        try
        {
            module = new(js, "./" + Assets["js/fred.js"]);
            composerTarget = DotNetObjectReference.Create(new Composer(this));
            composer = await module.InvokeAsync<IJSObjectReference>("compose", view!.Form, view.Scroll, composerTarget, $"fred-draft:{caller.Id:N}:{SessionId:N}");
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException)
        {
            return;
        }
        isReady = true;
        await RefreshAsync();
    }

    public async ValueTask DisposeAsync()
    {
        subscription?.Dispose();
        Follow(null);
        await gone.CancelAsync();
        try
        {
            if (composer is not null)
            {
                await composer.InvokeVoidAsync("dispose");
                await composer.DisposeAsync();
            }
        }
        catch (Exception e) when (e is JSDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone, and its module with it.
        }
        if (module is not null)
            await module.DisposeAsync();
        composerTarget?.Dispose();
        gone.Dispose();
    }

    /// <returns>Whether the question was taken, so that the browser may forget its draft.</returns>
    internal async Task<bool> AskAsync(string text, Guid clientId)
    {
        if (caller is null)
            return false;
        var result = await chat.AskAsync(SessionId, caller, text, clientId, gone.Token);
        notice = result.Outcome switch
        {
            AskOutcome.NotFound => "This session is no longer there.",
            AskOutcome.Refused => result.Message,
            _ => null,
        };
        if (result.Answer is not null)
            Follow(result.Answer);
        await RefreshAsync();
        return result.Outcome is AskOutcome.Asked or AskOutcome.Answered;
    }

    private async Task RefreshAsync()
    {
        if (gone.IsCancellationRequested)
            return;
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        try
        {
            // Looked at before the database: an answer that ends in between then shows as stored, not as missing.
            var current = chat.Running(SessionId, caller!.Id);
            messages = await chat.HistoryAsync(SessionId, caller, gone.Token);
            Follow(current is { Finished.IsCompleted: false } ? current : null);
        }
        catch (OperationCanceledException)
        {
            // The page went.
        }
    }

    private void Follow(RunningAnswer? answer)
    {
        if (running == answer)
            return;
        running?.Changed -= OnAnswerChanged;
        running = answer;
        running?.Changed += OnAnswerChanged;
    }

    /// <summary>Pieces that arrive while a render is on its way ride with it.</summary>
    private void OnAnswerChanged()
    {
        if (gone.IsCancellationRequested || Interlocked.Exchange(ref renderPending, 1) == 1)
            return;
        _ = InvokeAsync(async () =>
        {
            Interlocked.Exchange(ref renderPending, 0);
            if (running is { Finished.IsCompleted: true })
                await RefreshAsync();
            else
                StateHasChanged();
        });
    }

    /// <summary>What the browser may call.</summary>
    public sealed class Composer(FredSidebar sidebar)
    {
        [JSInvokable]
        public Task<bool> SendAsync(string text, Guid clientId)
        {
            var sent = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            _ = sidebar.InvokeAsync(async () =>
            {
                try
                {
                    sent.SetResult(await sidebar.AskAsync(text, clientId));
                }
                catch (Exception e)
                {
                    sent.SetException(e);
                }
            });
            return sent.Task;
        }
    }
}
