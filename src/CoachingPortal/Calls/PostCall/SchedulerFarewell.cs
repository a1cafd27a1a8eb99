using Npgsql;
using Quartz;

namespace CoachingPortal.Calls.PostCall;

/// <summary>
/// Takes this node off the scheduler's list once it has stopped in order. Quartz leaves it there, and the next start would
/// warn of a node that failed. A node that still had jobs in hand stays, so that another one takes them over.
/// </summary>
internal sealed partial class SchedulerFarewell(ISchedulerFactory schedulers, NpgsqlDataSource database, ILogger<SchedulerFarewell> log) : IHostedLifecycleService
{
    private string? node;

    public async Task StoppingAsync(CancellationToken cancellationToken) =>
        node = (await schedulers.GetScheduler(cancellationToken)).SchedulerInstanceId;

    public async Task StoppedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.CreateCommand("""
                delete from scheduling.qrtz_scheduler_state s
                where s.instance_name = $1
                  and not exists (select 1 from scheduling.qrtz_fired_triggers f where f.instance_name = s.instance_name)
                """);
            command.Parameters.Add(new() { Value = node });
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException)
        {
            // Politeness, not duty: the next start would only warn of this node.
            LogStayed(e);
        }
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "The database could not be told that this node has stopped")]
    private partial void LogStayed(Exception fault);
}
