using Quartz;

namespace CoachingPortal.Calls.LiveKit;

internal static class LiveKitCallsSetup
{
    public static void AddLiveKitCalls(this IServiceCollection services)
    {
        services.AddSingleton<LiveKitTickets>();
        services.AddSingleton<LiveKitRooms>();
        services.AddSingleton<FredsAgent>();
        services.AddSingleton<RoomReconcile>();
        services.AddSingleton<LiveKitEventHandlers>();
        services.AddSingleton<LiveKitEvents>();
        services.AddHostedService(s => s.GetRequiredService<LiveKitEvents>());
        services.AddSingleton<WebhookEndpoint>();
        services.AddSingleton<Domain.ISystemProbe, WebhookProbe>();
        services.AddQuartz(q => q.ScheduleJob<RoomReconcile>(t => t.WithIdentity("room-reconcile").StartNow().WithSimpleSchedule(TimeSpan.FromSeconds(20))));
    }
}
