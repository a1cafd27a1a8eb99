using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings;

public static class RecordingsSetup
{
    public static void AddRecordings(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RecordingOptions>().BindConfiguration(RecordingOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RecordingOptions>, Validation>();
        builder.Services.AddSingleton<RecordingGate>();
    }

    public static void MapRecordings(this WebApplication app)
    {
    }

    private sealed class Validation : IValidateOptions<RecordingOptions>
    {
        public ValidateOptionsResult Validate(string? name, RecordingOptions options) =>
            options.Faults().ToArray() is { Length: > 0 } faults ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
