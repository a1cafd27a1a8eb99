using System.Text.Json;
using System.Threading.Channels;
using CoachingPortal.Data;
using CoachingPortal.Hosting;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CoachingPortal.Calls;

/// <summary>
/// Carries a hub's message to the pages that are connected to other portals on the same database, so that the people of
/// one call need not sit on one node. The message lies in a table for a minute; NOTIFY tells the others that it is there.
/// </summary>
public sealed partial class CallRelay(NpgsqlDataSource database, IHubContext<CallHub> hub, IOptions<JsonHubProtocolOptions> json, ILogger<CallRelay> log)
    : NotificationListener(database, Topic, log)
{
    private const string Topic = "hub_message";

    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(1);

    private readonly Guid node = Guid.NewGuid();

    /// <summary>Ids of messages to hand on; null for "look what came while nobody listened".</summary>
    private readonly Channel<long?> heard = Channel.CreateUnbounded<long?>(new() { SingleReader = true });

    private long cleanedAt = Environment.TickCount64;

    /// <summary>Sends to a group of pages, here and on every other node.</summary>
    public async Task SendAsync(string group, string method, params object?[] arguments)
    {
        await hub.Clients.Group(group).SendCoreAsync(method, arguments);
        await SendElsewhereAsync(group, method, arguments);
    }

    /// <summary>Sends to a group of pages on other nodes alone.</summary>
    public async Task SendElsewhereAsync(string group, string method, params object?[] arguments)
    {
        await using var send = Database.CreateCommand(
            """
            with sent as (insert into hub_messages (node, audience, method, arguments) values ($1, $2, $3, $4) returning id, node)
            select pg_notify($5, node || ':' || id) from sent
            """);
        send.Parameters.Add(new() { Value = node });
        send.Parameters.Add(new() { Value = group });
        send.Parameters.Add(new() { Value = method });
        send.Parameters.Add(new() { Value = JsonSerializer.Serialize(arguments, json.Value.PayloadSerializerOptions), NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
        send.Parameters.Add(new() { Value = Topic });
        await send.ExecuteNonQueryAsync();
        Telemetry.RelayedMessages.Add(1);
        await CleanAsync();
    }

    protected override void OnListening() => heard.Writer.TryWrite(null);

    protected override void OnNotification(string payload)
    {
        if (payload.Split(':') is [var from, var id] && from != node.ToString() && long.TryParse(id, out var number))
            heard.Writer.TryWrite(number);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(base.ExecuteAsync(stoppingToken), HandOnAsync(stoppingToken));

    private async Task HandOnAsync(CancellationToken stopping)
    {
        // In the order in which they were sent: a session description before its candidates.
        long? last = null;
        try
        {
            await foreach (var id in heard.Reader.ReadAllAsync(stopping))
            {
                try
                {
                    if (id is null)
                        last = last is null ? await NewestAsync(stopping) : await DeliverAsync("id > $1 and node <> $2", last.Value, stopping) ?? last;
                    else
                        last = Math.Max(last ?? 0, await DeliverAsync("id = $1 and node <> $2", id.Value, stopping) ?? 0);
                }
                catch (Exception e) when (!stopping.IsCancellationRequested)
                {
                    LogNotHandedOn(e);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
    }

    private async Task<long?> DeliverAsync(string which, long id, CancellationToken cancellation)
    {
        var messages = new List<(long Id, string Group, string Method, JsonElement[] Arguments)>();
        await using (var read = Database.CreateCommand($"select id, audience, method, arguments from hub_messages where {which} order by id"))
        {
            read.Parameters.Add(new() { Value = id });
            read.Parameters.Add(new() { Value = node });
            await using var rows = await read.ExecuteReaderAsync(cancellation);
            while (await rows.ReadAsync(cancellation))
                messages.Add((rows.GetInt64(0), rows.GetString(1), rows.GetString(2), JsonSerializer.Deserialize<JsonElement[]>(rows.GetString(3))!));
        }
        foreach (var message in messages)
            await hub.Clients.Group(message.Group).SendCoreAsync(message.Method, [.. message.Arguments.Cast<object>()], cancellation);
        return messages.Count == 0 ? null : messages[^1].Id;
    }

    private async Task<long> NewestAsync(CancellationToken cancellation)
    {
        await using var read = Database.CreateCommand("select coalesce(max(id), 0) from hub_messages");
        return (long)(await read.ExecuteScalarAsync(cancellation))!;
    }

    private async Task CleanAsync()
    {
        var before = Interlocked.Read(ref cleanedAt);
        if (Environment.TickCount64 - before < KeptFor.TotalMilliseconds || Interlocked.CompareExchange(ref cleanedAt, Environment.TickCount64, before) != before)
            return;
        await using var clean = Database.CreateCommand("delete from hub_messages where created_at < now() - $1");
        clean.Parameters.Add(new() { Value = KeptFor });
        await clean.ExecuteNonQueryAsync();
    }

    [LoggerMessage(LogLevel.Warning, "A message of another portal's pages could not be handed on")]
    private partial void LogNotHandedOn(Exception exception);
}
