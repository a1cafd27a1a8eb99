using System.Diagnostics;
using System.Globalization;
using CoachingPortal.Data;
using CoachingPortal.Hosting;
using Npgsql;

namespace CoachingPortal.IntegrationTests.Data;

public sealed class EmbeddedPostgresTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("portal-pg-").FullName;

    private string Data => Path.Combine(root, "postgres");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Start_FolderOnlyItsOwnerMayEnter_WorksAndKeepsItsDataOverAStop()
    {
        // As root this is a checkout under a closed home; the server then runs as somebody else.
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using (var first = await StartAsync())
            await ExecuteAsync(first, "create table kept (id int)");
        Assert.False(File.Exists(Path.Combine(Data, "postmaster.pid")));

        await using var second = await StartAsync();

        Assert.False(second.WasRunning);
        await ExecuteAsync(second, "select id from kept");
    }

    [Fact]
    public async Task Start_ServerLeftByAKilledPortal_TakesItOver()
    {
        var killed = await StartAsync();
        var pid = Pid();
        killed.ReleaseLock(); // what the system does when the portal is killed

        await using var next = await StartAsync();

        Assert.True(next.WasRunning);
        Assert.Equal(pid, Pid());
        await ExecuteAsync(next, "select 1");
    }

    [Fact]
    public async Task Start_ServerKilledToo_StartsAnewWithWhatWasCommitted()
    {
        var killed = await StartAsync();
        await ExecuteAsync(killed, "create table kept (id int)");
        using (var server = Process.GetProcessById(Pid()))
            server.Kill();
        killed.ReleaseLock();

        await using var next = await StartAsync();

        Assert.False(next.WasRunning);
        await ExecuteAsync(next, "select id from kept");
    }

    [Fact]
    public async Task Start_ForeignProcessIdLeftInTheFolder_IsNotTakenForTheServer()
    {
        await (await StartAsync()).DisposeAsync();
        await File.WriteAllTextAsync(Path.Combine(Data, "postmaster.pid"), $"{Environment.ProcessId}\n{Data}\n0\n5432\n/nowhere\n\n\nready\n");

        await using var next = await StartAsync();

        Assert.False(next.WasRunning);
        await ExecuteAsync(next, "select 1");
    }

    [Fact]
    public async Task Start_FirstStartInterrupted_MakesTheClusterAnew()
    {
        Directory.CreateDirectory(Data + ".new");
        await File.WriteAllTextAsync(Path.Combine(Data + ".new", "PG_VERSION"), "18");

        await using var postgres = await StartAsync();

        await ExecuteAsync(postgres, "select 1");
    }

    [Fact]
    public async Task Start_FolderInUseByAnotherPortal_SaysSo()
    {
        using var other = await FolderLock.TakeAsync(Data, TimeSpan.Zero, default);

        var fault = await Assert.ThrowsAsync<StartupFaultException>(() => FolderLock.TakeAsync(Data, TimeSpan.FromMilliseconds(300), default));

        Assert.Contains("Another portal is using the data folder", fault.Message);
    }

    [Fact]
    public async Task Start_FolderWithOtherThings_TouchesNothing()
    {
        Directory.CreateDirectory(Data);
        await File.WriteAllTextAsync(Path.Combine(Data, "thesis.txt"), "years of work");

        await Assert.ThrowsAsync<StartupFaultException>(StartAsync);

        Assert.True(File.Exists(Path.Combine(Data, "thesis.txt")));
    }

    private Task<EmbeddedPostgres> StartAsync() => EmbeddedPostgres.StartAsync(ContentRoot.Find(), Data);

    private int Pid() => int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static async Task ExecuteAsync(EmbeddedPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
