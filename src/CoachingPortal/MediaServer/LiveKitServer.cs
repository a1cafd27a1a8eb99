using CoachingPortal.Hosting;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.Extensions.Options;

namespace CoachingPortal.MediaServer;

/// <summary>The way to the LiveKit server. Without one (<see cref="IsSet"/>) everything else here throws.</summary>
public sealed class LiveKitServer
{
    /// <summary>The attribute of a participant that names its participation; webhooks are told apart by it.</summary>
    public const string ParticipationAttribute = "participation";

    internal const string HttpClientName = "livekit";

    private readonly LiveKitOptions _options;
    private readonly TimeProvider _time;
    private readonly Lazy<LiveKitWebhooks> _webhooks;

    public LiveKitServer(IOptions<LiveKitOptions> options, IHttpClientFactory http, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        var line = new LiveKitLine(() => http.CreateClient(HttpClientName), new());
        Rooms = new(line, h => new(Address, Set.ApiKey!, Set.ApiSecret!, h));
        Egress = new(line, h => new(Address, Set.ApiKey!, Set.ApiSecret!, h));
        Agents = new(line, h => new(Address, Set.ApiKey!, Set.ApiSecret!, h));
        _webhooks = new(() => new(Set.ApiKey!, Set.ApiSecret!, time));
    }

    /// <summary>Whether calls go over LiveKit.</summary>
    public bool IsSet => _options.IsSet;

    /// <summary>Where browsers find it.</summary>
    public string Url => Set.Url!;

    /// <summary>Where a page must be allowed to connect to, for its content security policy; nothing without a server.</summary>
    public IReadOnlyList<string> BrowserOrigins
    {
        get
        {
            if (!IsSet)
                return [];
            var address = new Uri(Url);
            // Asked about a refusal over HTTP; LiveKit's cloud sends its guests on to a server near them.
            var host = address.Host.EndsWith(".livekit.cloud", StringComparison.OrdinalIgnoreCase) ? "*.livekit.cloud" : address.Authority;
            return [$"{address.Scheme}://{host}", $"{(address.Scheme == "wss" ? "https" : "http")}://{host}"];
        }
    }

    /// <summary>The name of FRED's agent; null when there is none, as without a server.</summary>
    public string? AgentName => string.IsNullOrWhiteSpace(_options.AgentName) ? null : _options.AgentName;

    public RoomCalls Rooms { get; }

    public EgressCalls Egress { get; }

    public AgentCalls Agents { get; }

    public LiveKitWebhooks Webhooks => _webhooks.Value;

    /// <summary>A token to be filled and signed, good from now on.</summary>
    public AccessToken NewToken(TimeSpan life)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        return new AccessToken(Set.ApiKey, Set.ApiSecret).WithNotBefore(now).WithExpiration(now + life);
    }

    private LiveKitOptions Set => IsSet ? _options : throw new InvalidOperationException("No LiveKit server is set.");

    private string Address => ApiAddress(string.IsNullOrWhiteSpace(Set.ApiUrl) ? Set.Url! : Set.ApiUrl);

    /// <returns>The address of the API under a server's address of any form, ending in a slash.</returns>
    internal static string ApiAddress(string address)
    {
        var given = new Uri(address);
        return new UriBuilder(given.Scheme is "wss" or "https" ? "https" : "http", given.Host, given.IsDefaultPort ? -1 : given.Port, given.AbsolutePath.TrimEnd('/') + "/").Uri.ToString();
    }
}

public static class MediaServerSetup
{
    public static void AddMediaServer(this WebApplicationBuilder builder)
    {
        builder.Configuration.AcceptVariables(LiveKitOptions.Variables);
        builder.Services.AddSingleton<IValidateOptions<LiveKitOptions>, LiveKitOptions.Validator>();
        builder.AddPortalOptions<LiveKitOptions>(LiveKitOptions.Section);
        builder.Services.AddSingleton<Domain.ISystemProbe, LiveKitProbe>();
        builder.Services.AddHttpClient(LiveKitServer.HttpClientName)
            // The clients live as long as the portal; connections are renewed instead, so that a new address is found.
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler
            {
                PooledConnectionLifetime = TimeSpan.FromMinutes(2),
                ConnectTimeout = TimeSpan.FromSeconds(3),
                AllowAutoRedirect = false,
                UseCookies = false,
            })
            .AddHttpMessageHandler(() => new LiveKitWire())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers();
        builder.Services.AddSingleton<LiveKitServer>();
    }
}
