using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using CoachingPortal.Hosting;
using Npgsql;

namespace CoachingPortal.Data;

/// <summary>
/// A private PostgreSQL cluster that the portal starts and stops by itself when no connection string is set.
/// Unix: on a socket in a folder of its own; Windows: on a free port of the loopback interface.
/// </summary>
/// <remarks>
/// A portal killed with -9 leaves its server running; the next start takes it over. Whether a server lives is not asked
/// of <c>pg_ctl status</c>, which trusts a process id that may long be another program's.
/// </remarks>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const long LargeLog = 10 << 20;

    private readonly PostgresPrograms programs;
    private readonly string data;
    private readonly string socket;
    private readonly FolderLock folderLock;
    private readonly bool durable;
    private int port;

    private EmbeddedPostgres(PostgresPrograms programs, string data, FolderLock folderLock, bool durable)
    {
        this.durable = durable;
        this.programs = programs;
        this.data = data;
        this.folderLock = folderLock;
        socket = SocketFolder(data);
    }

    /// <summary>The server was still running, left by a portal that was killed.</summary>
    public bool WasRunning { get; private set; }

    private static bool IsUnix => !OperatingSystem.IsWindows();

    private string PidFile => Path.Combine(data, "postmaster.pid");

    public string ConnectionString(string database) =>
        IsUnix ? ConnectionStringOf(data, database) : $"Host=127.0.0.1;Port={port.ToString(CultureInfo.InvariantCulture)};Username=portal;Database={database};Timeout=5";

    /// <summary>For tests on Unix: how to reach the running server of a portal in another process.</summary>
    internal static string ConnectionStringOf(string data, string database) =>
        $"Host={SocketFolder(Path.GetFullPath(data))};Port=5432;Username=portal;Database={database};Timeout=5";

    /// <param name="root">The folder that holds <c>node_modules</c>.</param>
    /// <param name="data">The cluster's folder; made when missing.</param>
    /// <param name="durable">False for tests, whose data nobody misses after a crash of the machine: much faster.</param>
    /// <exception cref="StartupFaultException">No PostgreSQL was found, it would not start, or another portal has the folder; the message says what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(string root, string data, bool durable = true, CancellationToken cancellation = default)
    {
        data = Path.GetFullPath(data);
        var folderLock = await FolderLock.TakeAsync(data, TimeSpan.FromSeconds(5), cancellation);
        try
        {
            var postgres = new EmbeddedPostgres(await PostgresPrograms.FindAsync(root, data), data, folderLock, durable);
            await postgres.StartAsync(cancellation);
            return postgres;
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Makes the database when it is missing.</summary>
    public async Task EnsureDatabaseAsync(string name, CancellationToken cancellation = default)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await find.ExecuteScalarAsync(cancellation) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database \"{name}\"", connection);
        await create.ExecuteNonQueryAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await programs.RunAsync("pg_ctl", "stop", "-m", durable ? "fast" : "immediate", "-w", "-s", "-t", "20", "-D", data);
        folderLock.Dispose();
    }

    /// <summary>For tests: what the operating system does when a portal is killed.</summary>
    internal void ReleaseLock() => folderLock.Dispose();

    private static string SocketFolder(string data)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..12];
        // A socket's path may have 107 bytes; a long TMPDIR would break that.
        var temporary = Path.GetTempPath() is { Length: < 60 } path ? path : "/tmp";
        return Path.Combine(temporary, "portal-pg-" + id);
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        if (Directory.Exists(data))
            programs.Own(data);
        if (IsUnix)
            programs.Own(socket);
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await MakeClusterAsync();
        // A killed server's children leave by themselves; a new server must not start beside them.
        for (var i = 0; i < 100 && !IsAlive() && ServerProcesses.AnyIn(data); i++)
            await Task.Delay(100, cancellation);
        if (IsAlive())
        {
            port = int.Parse((await File.ReadAllLinesAsync(PidFile, cancellation))[3], CultureInfo.InvariantCulture);
            WasRunning = true;
            if (await AnswersAsync())
                return;
            throw new StartupFaultException($"The portal's own PostgreSQL is running in {data} and does not answer; see {Path.Combine(data, "server.log")}. Stop it and start again.");
        }
        File.Delete(PidFile); // a dead or foreign process id in it would stop the start
        const string ForTests = " -c max_connections=500 -c fsync=off -c synchronous_commit=off -c full_page_writes=off"; // many portals at once
        await RunOrThrowAsync("pg_ctl", "start", "-w", "-s", "-t", "60", "-D", data, "-l", LogFile(), "-o", Listen() + " -c shared_buffers=32MB" + (durable ? " -c max_connections=100" : ForTests));
    }

    /// <summary>Made beside its place and moved there when it is whole, so that an interrupted first start leaves no half of one.</summary>
    private async Task MakeClusterAsync()
    {
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
            throw new StartupFaultException($"The folder {data} is not empty and holds no database. Empty it, or name another: --Data:Folder=/another/folder");
        var making = data + ".new";
        if (Directory.Exists(making))
            Directory.Delete(making, recursive: true);
        programs.Own(making);
        await RunOrThrowAsync("initdb", ["-D", making, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", .. durable ? Array.Empty<string>() : ["--no-sync"]]);
        if (Directory.Exists(data))
            Directory.Delete(data);
        Directory.Move(making, data);
    }

    private string Listen()
    {
        if (IsUnix)
        {
            foreach (var file in Directory.GetFiles(socket, ".s.PGSQL.*"))
                File.Delete(file);
            return $"-c listen_addresses= -c unix_socket_directories='{socket}' -p 5432";
        }
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return $"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -p {port}";
    }

    private string LogFile()
    {
        var log = new FileInfo(Path.Combine(data, "server.log"));
        if (log.Exists && log.Length > LargeLog)
            log.Delete();
        return log.FullName;
    }

    private async Task<bool> AnswersAsync()
    {
        for (var i = 0; i < 30; i++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(200);
            }
        }
        return false;
    }

    private bool IsAlive() =>
        File.Exists(PidFile)
        && int.TryParse(File.ReadLines(PidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid)
        && ServerProcesses.IsIn(pid, data);

    private async Task RunOrThrowAsync(string program, params string[] arguments)
    {
        var (code, output) = await programs.RunAsync(program, arguments);
        if (code == 0)
            return;
        var last = output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? $"exit code {code}";
        throw new StartupFaultException($"The portal's own PostgreSQL would not start ({program}: {last}); see {Path.Combine(data, "server.log")}");
    }
}
