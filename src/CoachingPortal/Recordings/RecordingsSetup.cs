using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using CoachingPortal.Recordings.Egress;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings;

public static class RecordingsSetup
{
    public static void AddRecordings(this WebApplicationBuilder builder)
    {
        builder.AddPortalOptions<RecordingOptions>(RecordingOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<RecordingOptions>, Validation>();
        builder.Services.AddSingleton<RecordingGate>();
        builder.Services.AddSingleton<RecorderIntake>();
        builder.AddEgress();
        builder.Services.AddSingleton<RecordingLibrary>();
        builder.Services.AddSingleton<AssembleRecording>();
        builder.Services.AddSingleton<IPostCallStep>(s => s.GetRequiredService<AssembleRecording>());
        builder.Services.AddSingleton<ISpokenTracks, RecordedTracks>();
        builder.Services.AddSingleton<ISystemProbe, RecordingProbe>();
        builder.Services.AddHostedService<RecordingPurge>();
    }

    public static void MapRecordings(this WebApplication app)
    {
        var recordings = app.MapGroup("/api/recordings").RequireAuthorization().WithTags("Recordings");
        recordings.MapPlayback();
        recordings.MapRecorder();
    }

    private sealed class Validation : IValidateOptions<RecordingOptions>
    {
        public ValidateOptionsResult Validate(string? name, RecordingOptions options) =>
            options.Faults().ToArray() is { Length: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
