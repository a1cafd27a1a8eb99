using CoachingPortal.Data;

namespace CoachingPortal.Sessions;

/// <summary>Loads a list again when sessions change, at most a few times a second however much changes.</summary>
public sealed class LiveReload : IDisposable
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(300);

    private readonly IDisposable subscription;
    private readonly Func<Task> reload;
    private readonly CancellationTokenSource ended = new();
    private int waiting;

    /// <param name="reload">On the component's own dispatcher.</param>
    public LiveReload(SessionFeed feed, Func<Task> reload)
    {
        this.reload = reload;
        subscription = feed.Subscribe(null, (_, change) =>
            change is SessionChange.Presence or SessionChange.Session or SessionChange.PostCall or SessionChange.Resync ? SoonAsync() : Task.CompletedTask);
    }

    private async Task SoonAsync()
    {
        if (Interlocked.Exchange(ref waiting, 1) == 1)
            return;
        await Task.Delay(Rest, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Interlocked.Exchange(ref waiting, 0);
        if (!ended.IsCancellationRequested)
            await reload();
    }

    public void Dispose()
    {
        subscription.Dispose();
        ended.Cancel();
        ended.Dispose();
    }
}
