namespace CoachingPortal.Recordings;

/// <summary>Once an hour, removes for good what was deleted and can no longer be brought back.</summary>
public sealed partial class RecordingPurge(RecordingLibrary library, TimeProvider time, ILogger<RecordingPurge> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromHours(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await PurgeAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }

    private async Task PurgeAsync(CancellationToken cancellation)
    {
        try
        {
            if (await library.PurgeAsync(cancellation) is var count and > 0)
                LogPurged(count);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(LogLevel.Information, "Removed {Count} deleted recordings for good")]
    private partial void LogPurged(int count);

    [LoggerMessage(LogLevel.Error, "Deleted recordings could not be removed; trying again in an hour")]
    private partial void LogFailed(Exception exception);
}
