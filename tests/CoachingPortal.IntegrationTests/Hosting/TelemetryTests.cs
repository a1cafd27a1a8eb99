using System.Collections.Concurrent;
using System.Text;
using CoachingPortal.IntegrationTests.Calls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CoachingPortal.IntegrationTests.Hosting;

/// <summary>Against a collector that takes what OpenTelemetry's protocol sends by HTTP and keeps it as it came.</summary>
public sealed class TelemetryTests(PostgresServer postgres)
{
    [Fact]
    public async Task Collector_IsNamed_GetsTracesMetricsAndLogsAndNoSecret()
    {
        await using var collector = await Collector.StartAsync();
        var portal = new Observed(postgres, collector.Address);
        await portal.InitializeAsync();
        var session = await portal.ASessionAsync();
        await using (var founder = await portal.EntersAsync(portal.Founder, session.Id))
            await portal.LeavesAsync(portal.Founder, founder.Participation);
        using var nobody = portal.SignedIn(null);
        await nobody.GetAsync(new Uri("/invitations/a-very-secret-token?also=a-secret-query", UriKind.Relative));

        await portal.DisposeAsync();

        // The log's last batch goes with the last of the portal's services.
        await CallSteps.EventuallyAsync(() => Task.FromResult(collector.Received("logs").Contains("joined session", StringComparison.Ordinal)), "the log of the joining");
        Assert.Contains("coaching-portal", collector.Received("traces"), StringComparison.Ordinal);
        Assert.Contains("/api/livekit/token", collector.Received("traces"), StringComparison.Ordinal);
        Assert.Contains("portal.call.duration", collector.Received("metrics"), StringComparison.Ordinal);
        Assert.Contains("http.server.request.duration", collector.Received("metrics"), StringComparison.Ordinal);
        var everything = collector.Received("traces") + collector.Received("metrics") + collector.Received("logs");
        Assert.DoesNotContain("a-very-secret-token", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("a-secret-query", everything, StringComparison.Ordinal);
    }

    private sealed class Observed(PostgresServer postgres, string collector) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        };

        protected override void ConfigureLogging(ILoggingBuilder logging)
        {
            foreach (var console in logging.Services.Where(s => s.ImplementationType == typeof(ConsoleLoggerProvider)).ToList())
                logging.Services.Remove(console);
        }
    }

    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentDictionary<string, StringBuilder> received = new();

        public string Address => app.Urls.First();

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateEmptyBuilder(new());
            builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var collector = new Collector(app);
            app.Run(async http =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                // Texts lie in protobuf as they are.
                lock (collector.received)
                    collector.received.GetOrAdd(http.Request.Path.Value!.Split('/')[^1], _ => new()).Append(Encoding.Latin1.GetString(body.ToArray()));
            });
            await app.StartAsync();
            return collector;
        }

        public string Received(string signal)
        {
            lock (received)
                return received.TryGetValue(signal, out var text) ? text.ToString() : "";
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
