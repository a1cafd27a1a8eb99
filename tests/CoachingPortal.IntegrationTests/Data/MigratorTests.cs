using CoachingPortal.Data;
using CoachingPortal.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CoachingPortal.IntegrationTests.Data;

public sealed class MigratorTests(PostgresServer postgres) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("portal-migrations-").FullName;
    private NpgsqlDataSource database = null!;

    public async ValueTask InitializeAsync() => database = NpgsqlDataSource.Create(await postgres.NewEmptyDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await database.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Migrate_NewFiles_AppliesEachOnceInOrder()
    {
        File("0001_a.sql", "create table a (id int)");
        File("0002_b.sql", "insert into a values (1)");
        await MigrateAsync();
        await MigrateAsync();
        File("0003_c.sql", "insert into a values (2)");
        await MigrateAsync();

        Assert.Equal([1, 2], await RowsAsync());
    }

    [Fact]
    public async Task Migrate_TwoPortalsAtOnce_AppliesEachOnce()
    {
        File("0001_a.sql", "create table a (id int); insert into a values (1)");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => MigrateAsync()));

        Assert.Equal([1], await RowsAsync());
    }

    [Fact]
    public async Task Migrate_OtherLineEndings_IsTheSameFile()
    {
        File("0001_a.sql", "create table a\n(id int)\n");
        await MigrateAsync();
        File("0001_a.sql", "create table a\r\n(id int)\r\n");

        await MigrateAsync();
    }

    [Fact]
    public async Task Migrate_EditedFile_RefusesAndNamesIt()
    {
        File("0001_a.sql", "create table a (id int)");
        await MigrateAsync();
        File("0001_a.sql", "create table a (id bigint)");

        Assert.Contains("0001_a.sql", (await Assert.ThrowsAsync<StartupFaultException>(MigrateAsync)).Message);
    }

    [Fact]
    public async Task Migrate_MissingFile_RefusesAndNamesIt()
    {
        File("0001_a.sql", "create table a (id int)");
        await MigrateAsync();
        System.IO.File.Delete(Path.Combine(folder, "0001_a.sql"));

        Assert.Contains("0001_a.sql", (await Assert.ThrowsAsync<StartupFaultException>(MigrateAsync)).Message);
    }

    [Fact]
    public async Task Migrate_FailingFile_LeavesNothingOfItAndGoesOnOnceMended()
    {
        File("0001_a.sql", "create table a (id int)");
        File("0002_b.sql", "insert into a values (1); insert into nowhere values (2)");

        var fault = await Assert.ThrowsAsync<StartupFaultException>(MigrateAsync);

        Assert.Contains("0002_b.sql", fault.Message);
        Assert.Contains("nowhere", fault.Message);
        Assert.Empty(await RowsAsync());
        File("0002_b.sql", "insert into a values (3)");
        await MigrateAsync();
        Assert.Equal([3], await RowsAsync());
    }

    private void File(string name, string sql) => System.IO.File.WriteAllText(Path.Combine(folder, name), sql);

    private Task MigrateAsync() => new Migrator(database, NullLogger<Migrator>.Instance).MigrateAsync(folder);

    private async Task<List<int>> RowsAsync()
    {
        var rows = new List<int>();
        await using var command = database.CreateCommand("select id from a order by id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetInt32(0));
        return rows;
    }
}
