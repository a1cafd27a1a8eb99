using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace CoachingPortal.Hosting;

/// <summary>
/// Sends logs, traces and metrics to an OpenTelemetry collector when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> names one, and
/// does nothing otherwise. The other <c>OTEL_*</c> variables of the specification count too, such as
/// <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> (grpc, http/protobuf), <c>OTEL_EXPORTER_OTLP_HEADERS</c> and <c>OTEL_RESOURCE_ATTRIBUTES</c>.
/// </summary>
internal static class TelemetrySetup
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";

    public static void AddPortalTelemetry(this WebApplicationBuilder builder)
    {
        if (builder.Configuration[EndpointKey] is not { Length: > 0 } address)
            return;
        if (!Uri.TryCreate(address, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw new StartupFaultException($"{EndpointKey} is '{address}', which is not an address such as http://127.0.0.1:4317.");
        var overHttp = builder.Configuration[ProtocolKey] switch
        {
            null or "" or "grpc" => false,
            "http/protobuf" => true,
            var other => throw new StartupFaultException($"{ProtocolKey} is '{other}'; it can be grpc or http/protobuf."),
        };
        // Without it the framework's own request activities say neither method nor path.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var version = typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3);
        var resource = ResourceBuilder.CreateDefault().AddService("coaching-portal", serviceVersion: version).AddEnvironmentVariableDetector();

        builder.Logging.AddOpenTelemetry(o => o.SetResourceBuilder(resource).AddOtlpExporter(e => Aim(e, "logs")));
        builder.Services.AddHostedService(_ => new Providers(
            () => Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource)
                .AddSource(Telemetry.Name, "Microsoft.AspNetCore", "Npgsql", "System.Net.Http")
                .AddProcessor(new SecretsOut())
                .AddOtlpExporter(e => Aim(e, "traces")).Build(),
            () => Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource)
                .AddMeter(
                    Telemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections",
                    "Microsoft.AspNetCore.Components.Server.Circuits", "Microsoft.AspNetCore.Authentication", "Npgsql", "System.Net.Http", "System.Runtime")
                .AddOtlpExporter(e => Aim(e, "metrics")).Build()));

        void Aim(OtlpExporterOptions exporter, string signal)
        {
            exporter.Protocol = overHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
            exporter.Endpoint = overHttp ? new Uri(endpoint.ToString().TrimEnd('/') + "/v1/" + signal) : endpoint;
        }
    }

    /// <summary>Lives as long as the host does, and sends what is left when it stops.</summary>
    private sealed class Providers(Func<TracerProvider> traces, Func<MeterProvider> metrics) : IHostedService, IDisposable
    {
        private TracerProvider? tracing;
        private MeterProvider? metering;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            (tracing, metering) = (traces(), metrics());
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Dispose();
            return Task.CompletedTask;
        }

        public void Dispose()
        {
            tracing?.Dispose();
            metering?.Dispose();
        }
    }

    /// <summary>An invitation's address is a way in, and what is asked for in a query may be words of a session.</summary>
    private sealed class SecretsOut : BaseProcessor<Activity>
    {
        private const string Path = "url.path";
        private const string Invitations = "/invitations/";

        public override void OnEnd(Activity data)
        {
            if (data.GetTagItem(Path) is string path && path.StartsWith(Invitations, StringComparison.OrdinalIgnoreCase))
                data.SetTag(Path, Invitations + "{token}");
            data.SetTag("url.query", null);
        }
    }
}
