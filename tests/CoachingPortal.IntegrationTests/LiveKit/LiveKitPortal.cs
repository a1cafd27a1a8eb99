using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>
/// A portal whose calls go over LiveKit: over a double of it. Nobody in it is ended for their silence while a test looks
/// at it. A class fixture.
/// </summary>
public class LiveKitPortal(PostgresServer postgres) : Portal(postgres), IAsyncLifetime
{
    public FakeLiveKit LiveKit { get; private set; } = null!;

    public LogLines Log { get; } = new();

    /// <summary>More settings beside LiveKit's own.</summary>
    protected virtual IReadOnlyDictionary<string, string> MoreSettings { get; } = new Dictionary<string, string>();

    protected sealed override IReadOnlyDictionary<string, string> Settings =>
        LiveKit.Settings.Concat(MoreSettings).Append(new("Calls:Grace", "00:10:00")).ToDictionary(s => s.Key, s => s.Value);

    public new async ValueTask InitializeAsync()
    {
        LiveKit = await FakeLiveKit.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await LiveKit.DisposeAsync();
    }

    protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<ILoggerProvider>(Log);
}
