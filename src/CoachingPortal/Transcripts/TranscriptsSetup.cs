using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using CoachingPortal.Transcripts.Corrections;
using CoachingPortal.Transcripts.Transcription;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts;

public static class TranscriptsSetup
{
    public static void AddTranscripts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<Turns>();
        services.AddSingleton<TurnCorrections>();
        services.AddSingleton<SpeakerNames>();
        services.AddSingleton<ISystemProbe, TranscriptProbe>();
        services.AddSingleton<IValidateOptions<TranscriptionOptions>, TranscriptionValidator>();
        builder.AddPortalOptions<TranscriptionOptions>(TranscriptionOptions.Section);
        services.AddHttpClient(EndpointTranscriber.HttpClientName, c => (c.Timeout, c.MaxResponseContentBufferSize) = (Timeout.InfiniteTimeSpan, EndpointTranscriber.LargestAnswer))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectTimeout = TimeSpan.FromSeconds(10),
                AllowAutoRedirect = false,
                UseCookies = false,
            })
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        services.AddSingleton<EndpointTranscriber>();
        services.AddSingleton<CommandTranscriber>();
        services.AddSingleton<SpokenSound>();
        services.AddSingleton<IPostCallStep, TranscribeCall>();
    }
}
