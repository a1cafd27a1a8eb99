using System.Net;
using System.Text.Json;

namespace CoachingPortal.IntegrationTests.Hosting;

public sealed class HealthTests(Portal portal) : IClassFixture<Portal>
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Get_NobodySignedIn_IsHealthy(string path)
    {
        using var response = await portal.SignedIn(null).GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("Healthy", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Ready_NamesEachCheck()
    {
        using var json = JsonDocument.Parse(await portal.SignedIn(null).GetStringAsync(new Uri("/health/ready", UriKind.Relative)));

        var checks = json.RootElement.GetProperty("checks");
        Assert.Equal("Healthy", checks.GetProperty("database").GetProperty("status").GetString());
        Assert.Equal("Healthy", checks.GetProperty("store").GetProperty("status").GetString());
    }
}

/// <summary>A portal whose object store cannot be written, because a file lies where its folder should be.</summary>
public sealed class PortalWithoutStore(PostgresServer postgres) : Portal(postgres)
{
    private readonly string folder = Directory.CreateTempSubdirectory("portal-no-store-").FullName;

    protected override IReadOnlyDictionary<string, string> Settings
    {
        get
        {
            File.WriteAllText(Path.Combine(folder, "objects"), "in the way");
            return new Dictionary<string, string> { ["Data:Folder"] = folder };
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

public sealed class HealthWithoutStoreTests(PortalWithoutStore portal) : IClassFixture<PortalWithoutStore>
{
    [Fact]
    public async Task Ready_StoreNotWritable_SaysSoWhileLiveHolds()
    {
        using var ready = await portal.SignedIn(null).GetAsync(new Uri("/health/ready", UriKind.Relative));
        using var live = await portal.SignedIn(null).GetAsync(new Uri("/health/live", UriKind.Relative));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("cannot be written", await ready.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }
}
