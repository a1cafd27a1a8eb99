using CoachingPortal.Hosting;
using CoachingPortal.MediaServer;
using Microsoft.Extensions.Configuration;

namespace CoachingPortal.Tests.MediaServer;

public sealed class LiveKitOptionsTests
{
    [Fact]
    public void Faults_NothingOrEverythingSet_AreNone()
    {
        Assert.Empty(Faults(new()));
        Assert.Empty(Faults(Whole()));
        Assert.True(Whole().IsSet);
        Assert.False(new LiveKitOptions().IsSet);
    }

    [Fact]
    public void Faults_SomeMissingAndSomeWrong_AreAllNamedAtOnce()
    {
        var faults = Faults(new() { Url = "https://livekit.example.org", ApiUrl = "livekit:7880", AgentName = "fr\ned" });

        Assert.Equal(4, faults.Count);
        Assert.StartsWith("LiveKit:ApiKey, LiveKit:ApiSecret missing", faults[0], StringComparison.Ordinal);
        Assert.Contains("LiveKit:Url", faults[1], StringComparison.Ordinal);
        Assert.Contains("LiveKit:ApiUrl", faults[2], StringComparison.Ordinal);
        Assert.Contains("LiveKit:AgentName", faults[3], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ws://127.0.0.1:7880", true)]
    [InlineData("wss://livekit.example.org/under", true)]
    [InlineData("wss://key:secret@livekit.example.org", false)]
    [InlineData("wss://livekit.example.org?x=1", false)]
    [InlineData("livekit.example.org", false)]
    public void Faults_AnAddressForBrowsers_IsAWebSocketsAndHoldsNoSecret(string url, bool good)
    {
        var options = Whole();
        options.Url = url;

        Assert.Equal(good, Faults(options).Count == 0);
    }

    [Fact]
    public void Faults_AnAgentWithoutAServer_IsOne() => Assert.Single(Faults(new() { AgentName = "fred" }));

    [Fact]
    public void Variables_OfLiveKitsOwnNames_AreTaken()
    {
        using var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["LIVEKIT_URL"] = "ws://theirs", ["LIVEKIT_API_KEY"] = "k", ["LIVEKIT_API_SECRET"] = "s", ["LiveKit:Url"] = "ws://ours" });

        configuration.AcceptVariables(LiveKitOptions.Variables);

        Assert.Equal(("ws://ours", "k", "s"), (configuration["LiveKit:Url"], configuration["LiveKit:ApiKey"], configuration["LiveKit:ApiSecret"]));
    }

    private static LiveKitOptions Whole() => new() { Url = "wss://livekit.example.org", ApiKey = "key", ApiSecret = "secret", ApiUrl = "http://livekit:7880", AgentName = "fred" };

    private static List<string> Faults(LiveKitOptions options) => [.. new LiveKitOptions.Validator().Validate(null, options).Failures ?? []];
}
