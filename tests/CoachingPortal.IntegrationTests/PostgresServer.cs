using CoachingPortal.Data;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

[assembly: AssemblyFixture(typeof(CoachingPortal.IntegrationTests.PostgresServer))]

namespace CoachingPortal.IntegrationTests;

/// <summary>One real PostgreSQL for the whole run; a database of its own for whoever asks.</summary>
public class PostgresServer : IAsyncLifetime
{
    private const string Migrated = "migrated";

    private readonly string folder = Directory.CreateTempSubdirectory("portal-tests-").FullName;
    private EmbeddedPostgres? postgres;
    private int databases;

    public async ValueTask InitializeAsync()
    {
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        await StartAsync();
        await postgres!.EnsureDatabaseAsync(Migrated);
        await using var template = NpgsqlDataSource.Create(postgres.ConnectionString(Migrated) + ";Pooling=false");
        await new Migrator(template, NullLogger<Migrator>.Instance).MigrateAsync(Path.Combine(ContentRoot.Find(), "migrations"));
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

    /// <summary>The connection string of a new database with a portal's tables.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = NewName();
        await using var connection = new NpgsqlConnection(postgres!.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name} template {Migrated}", connection);
        await create.ExecuteNonQueryAsync();
        return ConnectionStringOf(name);
    }

    /// <summary>The connection string of a new database with nothing in it.</summary>
    public async Task<string> NewEmptyDatabaseAsync()
    {
        var name = NewName();
        await postgres!.EnsureDatabaseAsync(name);
        return ConnectionStringOf(name);
    }

    private string NewName() => $"test_{Interlocked.Increment(ref databases)}";

    private string ConnectionStringOf(string name) => postgres!.ConnectionString(name) + ";Maximum Pool Size=20";

    public async ValueTask DisposeAsync()
    {
        if (postgres is not null)
            await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
