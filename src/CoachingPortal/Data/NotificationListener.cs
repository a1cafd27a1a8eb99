using Npgsql;

namespace CoachingPortal.Data;

/// <summary>
/// Hears what is sent by PostgreSQL's NOTIFY over one channel, on a connection of its own that it makes again whenever
/// it breaks. What is sent while it is away is lost: <see cref="OnListening"/> is the place to look for it.
/// </summary>
public abstract partial class NotificationListener(NpgsqlDataSource database, string channel, ILogger log) : BackgroundService
{
    protected NpgsqlDataSource Database => database;

    /// <summary>Listening has begun, for the first time or again.</summary>
    protected abstract void OnListening();

    /// <summary>Called on the listening connection's own loop, one at a time and in the order sent: must not block.</summary>
    protected abstract void OnNotification(string payload);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var wait = TimeSpan.FromMilliseconds(100); !stoppingToken.IsCancellationRequested; )
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(stoppingToken);
                connection.Notification += (_, e) => OnNotification(e.Payload);
                await using (var listen = new NpgsqlCommand($"listen {channel}", connection))
                    await listen.ExecuteNonQueryAsync(stoppingToken);
                wait = TimeSpan.FromMilliseconds(100);
                OnListening();
                while (true)
                {
                    if (await connection.WaitAsync(TimeSpan.FromSeconds(15), stoppingToken))
                        continue;
                    await using var ping = new NpgsqlCommand("select 1", connection) { CommandTimeout = 5 };
                    await ping.ExecuteScalarAsync(stoppingToken);
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogLost(log, wait, e.Message);
                await Task.Delay(wait, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                wait = TimeSpan.FromSeconds(Math.Min(wait.TotalSeconds * 2, 5));
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Listening to the database was interrupted ({Reason}); again in {Wait}")]
    private static partial void LogLost(ILogger log, TimeSpan wait, string reason);
}
