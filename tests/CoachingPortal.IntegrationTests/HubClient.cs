using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.TestHost;

namespace CoachingPortal.IntegrationTests;

/// <summary>What the hub refused, in its words; or the word "closed" when it hung up.</summary>
public sealed class HubRefusedException(string message) : Exception(message);

/// <summary>
/// SignalR's JSON protocol over a WebSocket, as much of it as the tests need: the .NET client cannot be restored here.
/// </summary>
public sealed class HubClient : IAsyncDisposable
{
    private const char End = '\u001e';
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebSocket socket;
    private readonly SemaphoreSlim sending = new(1);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonNode?>> answers = new();
    private readonly Channel<(string Target, JsonArray Arguments)> events = Channel.CreateUnbounded<(string, JsonArray)>();
    private readonly Task receiving;
    private int invocations;

    private HubClient(WebSocket socket)
    {
        this.socket = socket;
        receiving = ReceiveAsync();
    }

    /// <summary>Everything the hub sent that no wait has taken yet, in order.</summary>
    public ChannelReader<(string Target, JsonArray Arguments)> Events => events.Reader;

    public static async Task<HubClient> ConnectAsync(Portal portal, Person? person, string path = "/hubs/call", string? origin = null)
    {
        var client = portal.Server.CreateWebSocketClient();
        client.ConfigureRequest = r =>
        {
            if (person is not null)
                r.Headers.Cookie = portal.CookieOf(person);
            if (origin is not null)
                r.Headers.Origin = origin;
        };
        var socket = await client.ConnectAsync(new Uri("wss://localhost" + path), CancellationToken.None);
        var hub = new HubClient(socket);
        await hub.SendAsync("""{"protocol":"json","version":1}""");
        return hub;
    }

    /// <exception cref="HubRefusedException">The hub threw, or hung up.</exception>
    public async Task<JsonNode?> InvokeAsync(string method, params object?[] arguments)
    {
        var id = Interlocked.Increment(ref invocations).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var answer = answers[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (receiving.IsCompleted)
            throw new HubRefusedException("closed");
        await SendAsync(JsonSerializer.Serialize(new { type = 1, invocationId = id, target = method, arguments }));
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>Waits for an event of that name, dropping those before it.</summary>
    public async Task<JsonArray> NextAsync(string target, Func<JsonArray, bool>? when = null)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var (name, arguments) = await events.Reader.ReadAsync(patience.Token);
                if (name == target && (when is null || when(arguments)))
                    return arguments;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"No \"{target}\" came.");
        }
    }

    /// <summary>The next state that fits.</summary>
    public async Task<JsonNode> StateAsync(Func<JsonNode, bool> when) => (await NextAsync("state", a => when(a[0]!)))[0]!;

    /// <summary>Vanishes without a word, as a killed tab does.</summary>
    public void Drop() => socket.Abort();

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await receiving;
        socket.Dispose();
        sending.Dispose();
    }

    private async Task SendAsync(string json)
    {
        await sending.WaitAsync();
        try
        {
            await socket.SendAsync(Encoding.UTF8.GetBytes(json + End), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            throw new HubRefusedException("closed");
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        var text = new StringBuilder();
        var decoder = Encoding.UTF8.GetDecoder();
        var characters = new char[buffer.Length];
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None) is { MessageType: not WebSocketMessageType.Close } part)
            {
                text.Append(characters, 0, decoder.GetChars(buffer, 0, part.Count, characters, 0));
                for (var end = IndexOfEnd(text); end >= 0; end = IndexOfEnd(text))
                {
                    Take(JsonNode.Parse(text.ToString(0, end))!);
                    text.Remove(0, end + 1);
                }
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
        events.Writer.TryComplete(new HubRefusedException("closed"));
        foreach (var answer in answers.Values)
            answer.TrySetException(new HubRefusedException("closed"));
    }

    private void Take(JsonNode message)
    {
        switch ((int?)message["type"])
        {
            case 1:
                events.Writer.TryWrite(((string)message["target"]!, message["arguments"]!.AsArray()));
                break;
            case 3 when answers.TryRemove((string)message["invocationId"]!, out var answer):
                if (message["error"] is { } error)
                    answer.TrySetException(new HubRefusedException((string)error!));
                else
                    answer.TrySetResult(message["result"]);
                break;
        }
    }

    private static int IndexOfEnd(StringBuilder text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] == End)
                return i;
        return -1;
    }
}
