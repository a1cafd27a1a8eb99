using System.Threading.Channels;

namespace CoachingPortal.Data;

/// <summary>
/// Takes up each session that changed, a moment later and once for all changes within that moment: for what follows a
/// session and need not be there at once. What a killed portal did not come to is for a nightly job.
/// </summary>
/// <param name="moment">How long changes are gathered.</param>
public abstract partial class SettledSessions(SessionFeed feed, TimeSpan moment, TimeProvider time, ILogger log) : BackgroundService
{
    private readonly Channel<Guid> changed = Channel.CreateUnbounded<Guid>(new() { SingleReader = true });

    /// <summary>Whether it has to be taken up for this change.</summary>
    protected abstract bool Matters(SessionChange change);

    /// <summary>Brings up to date what follows the session. It may run on several nodes at once.</summary>
    protected abstract Task FollowAsync(Guid sessionId, CancellationToken cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = feed.Subscribe(null, (id, change) =>
        {
            if (id != Guid.Empty && Matters(change))
                changed.Writer.TryWrite(id);
            return Task.CompletedTask;
        });
        try
        {
            while (await changed.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(moment, time, stoppingToken);
                var sessions = new HashSet<Guid>();
                while (changed.Reader.TryRead(out var id))
                    sessions.Add(id);
                foreach (var id in sessions)
                    await TryAsync(id, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }

    private async Task TryAsync(Guid sessionId, CancellationToken cancellation)
    {
        try
        {
            await FollowAsync(sessionId, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(e, GetType().Name, sessionId);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Follower} could not follow session {SessionId}; the nightly job will")]
    private partial void LogFailed(Exception exception, string follower, Guid sessionId);
}
