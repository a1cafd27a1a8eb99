using Microsoft.Extensions.Options;

namespace CoachingPortal.MediaServer;

/// <summary>The section <c>LiveKit</c>: the server that carries sound and pictures. Without it browsers speak with each other.</summary>
public sealed class LiveKitOptions
{
    public const string Section = "LiveKit";

    /// <summary>Where browsers find the server, such as <c>wss://livekit.example.org</c>.</summary>
    public string? Url { get; set; }

    public string? ApiKey { get; set; }

    public string? ApiSecret { get; set; }

    /// <summary>Where the portal itself finds it, when that is another way, such as <c>http://livekit:7880</c>; else <see cref="Url"/>.</summary>
    public string? ApiUrl { get; set; }

    /// <summary>The name under which FRED's agent is registered; without it FRED is there in writing alone.</summary>
    public string? AgentName { get; set; }

    public bool IsSet => !string.IsNullOrWhiteSpace(Url) && !string.IsNullOrWhiteSpace(ApiKey) && !string.IsNullOrWhiteSpace(ApiSecret);

    /// <summary>LiveKit's own names, each with the key it stands for.</summary>
    internal static readonly (string Variable, string Key)[] Variables =
    [
        ("LIVEKIT_URL", Section + ":Url"), ("LIVEKIT_API_KEY", Section + ":ApiKey"), ("LIVEKIT_API_SECRET", Section + ":ApiSecret"),
    ];

    internal sealed class Validator : IValidateOptions<LiveKitOptions>
    {
        private const int LongestAgentName = 100;

        public ValidateOptionsResult Validate(string? name, LiveKitOptions o)
        {
            var faults = new List<string>();
            (string Key, string? Value)[] needed = [("Url", o.Url), ("ApiKey", o.ApiKey), ("ApiSecret", o.ApiSecret)];
            var missing = needed.Where(n => string.IsNullOrWhiteSpace(n.Value)).Select(n => $"{Section}:{n.Key}").ToList();
            if (missing.Count is 1 or 2 || (missing.Count == 3 && !(string.IsNullOrWhiteSpace(o.ApiUrl) && string.IsNullOrWhiteSpace(o.AgentName))))
                faults.Add($"{string.Join(", ", missing)} missing: set Url, ApiKey and ApiSecret of {Section}, or nothing of it.");
            if (!string.IsNullOrWhiteSpace(o.Url) && !IsAddress(o.Url, "ws", "wss"))
                faults.Add($"{Section}:Url must be a ws or wss address, such as wss://livekit.example.org.");
            if (!string.IsNullOrWhiteSpace(o.ApiUrl) && !IsAddress(o.ApiUrl, "http", "https"))
                faults.Add($"{Section}:ApiUrl must be an http or https address, such as http://livekit:7880.");
            if (o.AgentName is { Length: > LongestAgentName } || o.AgentName?.Any(char.IsControl) == true)
                faults.Add($"{Section}:AgentName must have at most {LongestAgentName} printable characters.");
            return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
        }

        private static bool IsAddress(string text, params string[] schemes) =>
            Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri is { Query: "", Fragment: "", UserInfo: "" };
    }
}
