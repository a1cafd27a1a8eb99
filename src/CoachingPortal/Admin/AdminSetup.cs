namespace CoachingPortal.Admin;

public static class AdminSetup
{
    public static void AddAdmin(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PeopleAdmin>();
        builder.Services.AddSingleton<AgentAdmin>();
        builder.Services.AddSingleton<AdminOverview>();
    }
}
