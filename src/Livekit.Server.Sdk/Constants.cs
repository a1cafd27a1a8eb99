namespace Livekit.Server.Sdk.Dotnet;

/// <summary>What holds where nothing else is asked for.</summary>
public static class Constants
{
    /// <summary>How long a token is good for. A browser uses it at once, and a connection that stands outlives it.</summary>
    public static readonly TimeSpan DefaultTtl = TimeSpan.FromMinutes(10);

    /// <summary>How far two machines' clocks may differ before a token counts as not yet or no longer valid.</summary>
    public static readonly TimeSpan DefaultLeeway = TimeSpan.FromSeconds(10);
}
