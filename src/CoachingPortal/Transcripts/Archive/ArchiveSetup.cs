using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Microsoft.Extensions.Options;
using Quartz;

namespace CoachingPortal.Transcripts.Archive;

public static class ArchiveSetup
{
    public static void AddArchive(this WebApplicationBuilder builder)
    {
        builder.Configuration.AcceptVariables(ArchiveOptions.Variables);
        builder.AddPortalOptions<ArchiveOptions>(ArchiveOptions.Section);
        var services = builder.Services;
        services.AddSingleton<IValidateOptions<ArchiveOptions>, ArchiveOptions.Validator>();
        services.AddSingleton<ArchiveStore>();
        services.AddSingleton<SessionArchive>();
        services.AddSingleton<IPostCallStep, ArchiveSession>();
        services.AddHostedService<ArchiveFollower>();
        services.AddSingleton<ArchiveMend>();
        services.AddSingleton<ISystemProbe, ArchiveProbe>();
        services.AddQuartz(q => q.ScheduleJob<ArchiveMendJob>(t => t.WithIdentity("archive-mend").WithCronSchedule("0 10 3 * * ?")));
    }
}
