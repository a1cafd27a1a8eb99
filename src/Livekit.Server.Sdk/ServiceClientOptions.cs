namespace Livekit.Server.Sdk.Dotnet;

/// <summary>How patient a service client is.</summary>
public sealed record ServiceClientOptions
{
    /// <summary>How long a call may take in all, its repetitions included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a call that only reads is tried while the server cannot be reached; others are tried once.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The pause before the second try; each further one is twice as long.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The clock for tokens and waiting.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
