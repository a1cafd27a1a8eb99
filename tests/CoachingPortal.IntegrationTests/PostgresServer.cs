using CoachingPortal.Data;
using Npgsql;

[assembly: AssemblyFixture(typeof(CoachingPortal.IntegrationTests.PostgresServer))]

namespace CoachingPortal.IntegrationTests;

/// <summary>One real PostgreSQL for the whole run; a database of its own for whoever asks.</summary>
public class PostgresServer : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("portal-tests-").FullName;
    private EmbeddedPostgres? postgres;
    private int databases;

    public async ValueTask InitializeAsync()
    {
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        await StartAsync();
    }

    /// <summary>Starts what <see cref="StopAsync"/> stopped, with all its databases, where it was.</summary>
    public async Task StartAsync() => postgres = await EmbeddedPostgres.StartAsync(ContentRoot.Find(), Path.Combine(folder, "postgres"), IsDurable);

    /// <summary>True for a server whose data must outlive its stop.</summary>
    protected virtual bool IsDurable => false;

    public async Task StopAsync()
    {
        await postgres!.DisposeAsync();
        postgres = null;
    }

    /// <summary>The connection string of a new, empty database.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await postgres!.EnsureDatabaseAsync(name);
        return postgres.ConnectionString(name) + ";Maximum Pool Size=20";
    }

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
