using System.Text.Json;
using System.Text.Json.Serialization;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Calls.OnDemand;
using CoachingPortal.Calls.PostCall;
using CoachingPortal.Hosting;
using CoachingPortal.Transcripts;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Calls;

public static class CallsSetup
{
    public static void AddCalls(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddPortalOptions<CallsOptions>("Calls");
        services.AddSingleton<IValidateOptions<CallsOptions>, CallsOptionsValidator>();
        services.AddSignalR()
            .AddJsonProtocol(o => o.PayloadSerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)))
            .AddHubOptions<CallHub>(o =>
            {
                o.MaximumReceiveMessageSize = CallHub.MaxMessage;
                o.AddFilter<CallHubFaults>();
            });
        services.AddSingleton<CallHubFaults>();
        services.AddSingleton<CallModules>();
        // It calls every refusal an error; CallHubFaults logs those that are.
        builder.Logging.AddFilter("Microsoft.AspNetCore.SignalR.Internal.DefaultHubDispatcher", LogLevel.None);
        services.TryAddSingleton<Turns>();
        services.AddSingleton<IceServers>();
        services.AddLiveKitCalls();
        services.AddSingleton<JoinCall>();
        services.AddSingleton<FredCall>();
        services.AddSingleton<CallLifecycle>();
        services.AddSingleton<CallConnections>();
        services.AddSingleton<ConnectionLog>();
        services.AddSingleton<CallRelay>();
        services.AddHostedService(s => s.GetRequiredService<CallRelay>());
        services.AddSingleton<CallStates>();
        services.AddSingleton<CallBroadcast>();
        services.AddHostedService(s => s.GetRequiredService<CallBroadcast>());
        services.AddSingleton<CallSweep>();
        services.AddHostedService(s => s.GetRequiredService<CallSweep>());
        builder.AddPostCall();
    }

    public static void MapCalls(this WebApplication app)
    {
        CallEndpoints.Map(app);
        WebhookEndpoint.Map(app);
        FredCallEndpoint.Map(app);
        app.MapHub<CallHub>("/hubs/call");
    }
}
