using CoachingPortal.Domain;
using Quartz;

namespace CoachingPortal.Transcripts.Search;

public static class SearchSetup
{
    public static void AddSearch(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<TranscriptSearch>();
        services.AddSingleton<SearchPeople>();
        services.AddSingleton<SearchWords>();
        services.AddHostedService(s => s.GetRequiredService<SearchWords>());
        services.AddSingleton<ISystemProbe, SearchProbe>();
        services.AddQuartz(q => q.ScheduleJob<SearchWordsMend>(t => t.WithIdentity("search-words-mend").WithCronSchedule("0 40 2 * * ?")));
    }
}
