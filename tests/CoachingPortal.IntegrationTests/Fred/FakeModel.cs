using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests.Fred;

/// <summary>An OpenAI-compatible server on a port of its own: chat completions, streamed as server-sent events. It misbehaves on demand.</summary>
public sealed class FakeModel : IAsyncDisposable
{
    private WebApplication? app;

    /// <summary>The bodies it was sent.</summary>
    public ConcurrentQueue<JsonElement> Requests { get; } = new();

    /// <summary>What the last user message makes it do; else it answers with <see cref="Words"/>.</summary>
    public string[] Words { get; set; } = ["What ", "would ", "help?"];

    /// <summary>How many requests it turns away before the next that it answers.</summary>
    public int Busy { get; set; }

    public bool Refuses { get; set; }

    /// <summary>What goes on elsewhere while it thinks.</summary>
    public Func<Task>? Meanwhile { get; set; }

    public string Endpoint { get; private set; } = "";

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.MapPost("/v1/chat/completions", AnswerAsync);
        await app.StartAsync();
        Endpoint = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/v1";
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null)
        {
            using var now = new CancellationTokenSource(TimeSpan.Zero);
            await app.StopAsync(now.Token);
            await app.DisposeAsync();
        }
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var body = (await JsonDocument.ParseAsync(http.Request.Body)).RootElement;
        Requests.Enqueue(body);
        var asked = body.GetProperty("messages").EnumerateArray().Last().GetProperty("content") is { ValueKind: JsonValueKind.String } text
            ? text.GetString()! : body.GetProperty("messages").EnumerateArray().Last().GetProperty("content")[0].GetProperty("text").GetString()!;
        if (Meanwhile is { } meanwhile)
            await meanwhile();
        if (Refuses)
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsync("""{"error":{"message":"no such key","type":"invalid_request_error"}}""");
            return;
        }
        if (asked.Contains("FAIL", StringComparison.Ordinal) || Busy-- > 0)
        {
            http.Response.StatusCode = asked.Contains("FAIL", StringComparison.Ordinal) ? 500 : 429;
            await http.Response.WriteAsync("""{"error":{"message":"boom","type":"server_error"}}""");
            return;
        }
        http.Response.ContentType = "text/event-stream";
        if (asked.Contains("SILENT", StringComparison.Ordinal))
        {
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }
        if (asked.Contains("SLOW", StringComparison.Ordinal))
            await Task.Delay(300, http.RequestAborted);
        foreach (var (word, i) in Words.Select((w, i) => (w, i)))
        {
            if (i == 1 && asked.Contains("MALFORMED", StringComparison.Ordinal))
            {
                await http.Response.WriteAsync("data: {\"choices\": [{\n\n");
                return;
            }
            if (i == 1 && asked.Contains("STALL", StringComparison.Ordinal))
            {
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return;
            }
            if (i == 1 && asked.Contains("CUT", StringComparison.Ordinal))
            {
                await Task.Delay(1000, CancellationToken.None); // an abort takes away what the client has not read yet
                http.Abort();
                return;
            }
            await EventAsync(http, new { role = "assistant", content = word }, null);
        }
        await EventAsync(http, new { }, "stop");
        if (body.TryGetProperty("stream_options", out var wishes) && wishes.GetProperty("include_usage").GetBoolean())
            await http.Response.WriteAsync("data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1790000000,\"model\":\"fake\",\"choices\":[],\"usage\":{\"prompt_tokens\":123,\"completion_tokens\":45,\"total_tokens\":168}}\n\n");
        await http.Response.WriteAsync("data: [DONE]\n\n");
    }

    private static async Task EventAsync(HttpContext http, object delta, string? finish)
    {
        var chunk = new { id = "c1", @object = "chat.completion.chunk", created = 1_790_000_000, model = "fake", choices = new[] { new { index = 0, delta, finish_reason = finish } } };
        await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n");
        await http.Response.Body.FlushAsync();
    }
}
