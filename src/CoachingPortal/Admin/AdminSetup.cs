using Quartz;

namespace CoachingPortal.Admin;

public static class AdminSetup
{
    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PeopleAdmin>();
        builder.Services.AddSingleton<AgentAdmin>();
        builder.Services.AddSingleton<AdminOverview>();
        builder.Services.AddSingleton<SystemChecks>();
        builder.Services.AddQuartz(q => q.ScheduleJob<SystemCheckJob>(t => t.WithIdentity("system-check")
            .StartAt(DateTimeOffset.UtcNow.AddMinutes(1)).WithSimpleSchedule(TimeSpan.FromMinutes(15))));
    }
}
