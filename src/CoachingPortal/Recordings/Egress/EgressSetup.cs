using Quartz;

namespace CoachingPortal.Recordings.Egress;

public static class EgressSetup
{
    internal static void AddEgress(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton(new EgressTimes());
        services.AddSingleton<EgressGate>();
        services.AddSingleton<EgressUpdates>();
        services.AddSingleton<EgressLookup>();
        services.AddSingleton<EgressSilence>();
        services.AddSingleton<EgressSteps>();
        services.AddSingleton<EgressLevels>();
        services.AddSingleton<CollectEgress>();
        services.AddSingleton<EgressWorker>();
        services.AddSingleton<EgressVoices>();
        services.AddSingleton<EgressReconcile>();
        services.AddSingleton<Domain.ISpokenTracks, RecordedVoices>();
        services.AddSingleton<Domain.ISystemProbe, EgressProbe>();
        services.AddSingleton<Domain.ISystemProbe, EgressWorkerProbe>();
        services.AddHostedService(s => s.GetRequiredService<EgressWorker>());
        services.AddHostedService(s => s.GetRequiredService<EgressVoices>());
        services.AddQuartz(q => q.ScheduleJob<EgressReconcile>(t => t.WithIdentity("egress-reconcile").StartNow().WithSimpleSchedule(TimeSpan.FromSeconds(20))));
    }
}
