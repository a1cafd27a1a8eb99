using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts;

public static class TranscriptsSetup
{
    public static void AddTranscripts(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Turns>();
        builder.Services.AddSingleton<ISystemProbe, TranscriptProbe>();
    }
}
