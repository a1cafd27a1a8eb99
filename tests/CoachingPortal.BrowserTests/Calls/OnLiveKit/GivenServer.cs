namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>
/// The LiveKit server that a run is given: LIVEKIT_TEST_URL (ws://127.0.0.1:7880), LIVEKIT_TEST_KEY, LIVEKIT_TEST_SECRET.
/// Without one, what needs it is reported as skipped.
/// </summary>
public static class GivenServer
{
    public const string Category = "LiveKit";

    public static readonly string? Url = Environment.GetEnvironmentVariable("LIVEKIT_TEST_URL");
    public static readonly string? Key = Environment.GetEnvironmentVariable("LIVEKIT_TEST_KEY");
    public static readonly string? Secret = Environment.GetEnvironmentVariable("LIVEKIT_TEST_SECRET");

    public static bool IsSet => !string.IsNullOrEmpty(Url) && !string.IsNullOrEmpty(Key) && !string.IsNullOrEmpty(Secret);

    /// <summary>What a portal is told of it.</summary>
    public static string[] Settings => [$"LiveKit:Url={Url}", $"LiveKit:ApiKey={Key}", $"LiveKit:ApiSecret={Secret}"];

    /// <summary>The same for a test, which is skipped when there is no server.</summary>
    public static string[] SettingsOrSkip
    {
        get
        {
            Assert.SkipUnless(IsSet, "No LiveKit server: LIVEKIT_TEST_URL, _KEY and _SECRET are not set.");
            return Settings;
        }
    }
}
