using Quartz;

namespace CoachingPortal.Calls.PostCall;

public static class PostCallSetup
{
    /// <summary>The work after a call, and the scheduler that all durable jobs of the portal share.</summary>
    public static void AddPostCall(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<PostCallSteps>();
        services.AddSingleton<PostCallQueue>();
        services.AddSingleton<PostCallRunner>();
        services.AddSingleton<Domain.ISystemProbe, PostCallProbe>();

        // A recurring trigger is stored; without this every start would collide with its own row.
        services.Configure<QuartzOptions>(o => o.Scheduling.IgnoreDuplicates = true);
        services.AddQuartz(q =>
        {
            q.ConfigureScheduler(o =>
            {
                o.InstanceName = "portal";
                o.GenerateInstanceId = true;
                o.MaxBatchSize = 4;
            });
            q.UseDefaultThreadPool(4);
            q.UsePersistentStore(s =>
            {
                s.UsePostgres(d => d.UseRegisteredDataSource = true);
                s.UseClustering(c => c.CheckinInterval = TimeSpan.FromSeconds(10));
                s.ConfigureStore(o =>
                {
                    o.TablePrefix = "scheduling.qrtz_";
                    o.SchemaProvisioning = SchemaProvisioning.CreateIfMissing;
                });
            });
            q.ScheduleJob<PostCallWatch>(t => t.WithIdentity("post-call-watch").StartNow().WithSimpleSchedule(TimeSpan.FromSeconds(20)));
        });
        services.AddQuartzHostedService(o =>
        {
            o.AwaitApplicationStarted = true;
            o.WaitForJobsToComplete = true;
        });
        services.AddHostedService<SchedulerFarewell>();
    }
}
