namespace CoachingPortal.Insights;

public static class InsightsSetup
{
    public static void AddInsights(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<InsightsReader>();
        services.AddSingleton<InsightSums>();
    }
}
