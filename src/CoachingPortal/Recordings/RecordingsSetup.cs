namespace CoachingPortal.Recordings;

public static class RecordingsSetup
{
    public static void AddRecordings(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RecordingGate>();
    }

    public static void MapRecordings(this WebApplication app)
    {
    }
}
