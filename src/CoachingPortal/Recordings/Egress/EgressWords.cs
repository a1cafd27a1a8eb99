using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.Recordings.Egress;

/// <summary>Why there is no sound, for the people in the call and for the coach afterwards.</summary>
internal static class EgressWords
{
    public const string TookTooLong = "LiveKit's recorder did not begin in time.";
    public const string Lost = "LiveKit does not know this recording any more, and no file arrived.";
    public const string CutOff = "LiveKit's recorder was cut off, and no file arrived.";
    public const string TooShort = "LiveKit's recorder stopped by itself as soon as it had begun.";
    public const string NoFile = "LiveKit's recorder says that it is done, and its file is not in the store.";

    private const int Longest = 300;

    public static string Of(LiveKitException e) => e.Code switch
    {
        LiveKitCode.Unavailable when e.Status is null => "LiveKit could not be reached.",
        // Without a recorder LiveKit goes on looking for one, longer than the portal waits.
        LiveKitCode.DeadlineExceeded => "LiveKit did not answer in time: perhaps it has no recorder free.",
        LiveKitCode.ResourceExhausted or LiveKitCode.Unavailable => "LiveKit had no recorder free.",
        LiveKitCode.Unauthenticated or LiveKitCode.PermissionDenied => "LiveKit did not accept the portal's key.",
        LiveKitCode.NotFound => "LiveKit did not find the call.",
        _ => "LiveKit refused to record.",
    };

    /// <param name="error">What the egress itself reports; may be empty.</param>
    public static string Of(string error, bool wasAborted)
    {
        var words = new string([.. error.Where(c => !char.IsControl(c)).Take(Longest)]).Trim();
        return words.Length > 0 ? $"LiveKit's recorder reported: {words}" : wasAborted ? "LiveKit's recorder was stopped before it had recorded anything." : "LiveKit's recorder failed.";
    }
}
