namespace Livekit.Server.Sdk.Dotnet;

internal static class Credentials
{
    /// <returns>What was given, else what the environment says.</returns>
    /// <exception cref="ArgumentException">One of the two is nowhere.</exception>
    public static (string Key, string Secret) Of(string? apiKey, string? apiSecret)
    {
        apiKey ??= Environment.GetEnvironmentVariable("LIVEKIT_API_KEY");
        apiSecret ??= Environment.GetEnvironmentVariable("LIVEKIT_API_SECRET");
        return string.IsNullOrEmpty(apiKey) || string.IsNullOrEmpty(apiSecret)
            ? throw new ArgumentException("LiveKit's API key and secret must be given, or set as LIVEKIT_API_KEY and LIVEKIT_API_SECRET.")
            : (apiKey, apiSecret);
    }
}
