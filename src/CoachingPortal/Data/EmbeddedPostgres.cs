using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace CoachingPortal.Data;

/// <summary>
/// A private PostgreSQL cluster that the portal starts and stops by itself when no connection string is set.
/// The server comes from npm's <c>@embedded-postgres</c> or from the machine.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private const string RunAs = "nobody";
    private readonly string bin;
    private readonly string data;
    private readonly string socket;
    private int port;

    private EmbeddedPostgres(string bin, string data)
    {
        this.bin = bin;
        this.data = Path.GetFullPath(data);
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(this.data)))[..12];
        socket = Path.Combine(Path.GetTempPath(), "portal-pg-" + id);
    }

    private static bool IsUnix => !OperatingSystem.IsWindows();

    private static bool IsRoot => IsUnix && Environment.UserName == "root";

    public string ConnectionString(string database) =>
        (IsUnix ? $"Host={socket};Port=5432" : $"Host=127.0.0.1;Port={port}")
        + $";Username=portal;Database={database};Timeout=5;Include Error Detail=true";

    /// <param name="root">The folder that holds <c>node_modules</c>.</param>
    /// <param name="data">The cluster's folder; made when missing.</param>
    /// <exception cref="InvalidOperationException">No PostgreSQL was found, or it would not start; the message says what to do.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(string root, string data)
    {
        var postgres = new EmbeddedPostgres(FindBinaries(root), data);
        await postgres.StartAsync();
        return postgres;
    }

    /// <summary>Makes the database when it is missing.</summary>
    public async Task EnsureDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await find.ExecuteScalarAsync() is not null)
            return;
        await using var create = new NpgsqlCommand($"create database \"{name}\"", connection);
        await create.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await RunAsync("pg_ctl", "stop", "-m", "fast", "-w", "-s", "-D", data);
    }

    private static string FindBinaries(string root)
    {
        var npm = Path.Combine(root, "node_modules", "@embedded-postgres");
        var candidates = Directory.Exists(npm)
            ? Directory.GetDirectories(npm).Select(d => Path.Combine(d, "native", "bin"))
            : [];
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(d => Path.Combine(d, "bin"))
            : [];
        var server = OperatingSystem.IsWindows() ? "initdb.exe" : "initdb";
        return candidates.Concat(debian).FirstOrDefault(d => File.Exists(Path.Combine(d, server)))
            ?? throw new InvalidOperationException("No PostgreSQL found. Run 'npm ci --ignore-scripts', or set ConnectionStrings:Portal to a database of your own.");
    }

    private async Task StartAsync()
    {
        MakeLinks();
        Own(data);
        if (IsUnix)
            Own(socket);
        if (!File.Exists(Path.Combine(data, "PG_VERSION")))
            await RunOrThrowAsync("initdb", "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions");
        var pidFile = Path.Combine(data, "postmaster.pid");
        for (var i = 0; i < 50 && !IsAlive(pidFile) && HasChildren(); i++)
            await Task.Delay(100);
        if (IsAlive(pidFile))
        {
            port = int.Parse((await File.ReadAllLinesAsync(pidFile))[3], CultureInfo.InvariantCulture);
            return;
        }
        File.Delete(pidFile);
        string listen;
        if (IsUnix)
        {
            foreach (var file in Directory.GetFiles(socket, ".s.PGSQL.*"))
                File.Delete(file);
            listen = $"-c listen_addresses= -c unix_socket_directories={socket} -p 5432";
        }
        else
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
            listen = $"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -p {port}";
        }
        await RunOrThrowAsync("pg_ctl", "start", "-w", "-s", "-t", "30", "-D", data, "-l", Path.Combine(data, "server.log"), "-o", listen + " -c max_connections=100 -c shared_buffers=32MB");
    }

    private async Task RunOrThrowAsync(string program, params string[] arguments)
    {
        var (code, output) = await RunAsync(program, arguments);
        if (code != 0)
            throw new InvalidOperationException($"The portal's own PostgreSQL would not start ({program}): {output.Trim()}");
    }

    private async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo { WorkingDirectory = IsUnix ? "/" : bin, RedirectStandardOutput = true, RedirectStandardError = true };
        var path = Path.Combine(bin, program);
        if (IsRoot)
        {
            var gid = File.ReadLines("/etc/passwd").Select(l => l.Split(':')).First(f => f[0] == RunAs)[3];
            start.FileName = "setpriv";
            foreach (var argument in new[] { "--reuid=" + RunAs, "--regid=" + gid, "--clear-groups", "--", path })
                start.ArgumentList.Add(argument);
        }
        else
        {
            start.FileName = path;
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        if (IsUnix)
            start.Environment["LD_LIBRARY_PATH"] = Path.Combine(bin, "..", "lib");
        // pg_ctl's child keeps the pipes open: read files, not pipes, would be needed to wait for EOF; the exit is enough.
        using var process = Process.Start(start)!;
        var output = new StringBuilder();
        process.OutputDataReceived += (_, e) => output.AppendLine(e.Data);
        process.ErrorDataReceived += (_, e) => output.AppendLine(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.HasExited)
            await Task.Delay(20);
        return (process.ExitCode, output.ToString());
    }

    private static void Own(string directory)
    {
        Directory.CreateDirectory(directory);
        if (OperatingSystem.IsWindows())
            return;
        if (IsRoot)
            Process.Start("chown", [RunAs, directory]).WaitForExit();
        File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private bool IsAlive(string pidFile) =>
        File.Exists(pidFile)
        && int.TryParse(File.ReadLines(pidFile).FirstOrDefault(), CultureInfo.InvariantCulture, out var pid)
        && WorksInData($"/proc/{pid}");

    private bool HasChildren() =>
        Directory.Exists("/proc") && Directory.EnumerateDirectories("/proc").Any(d => char.IsAsciiDigit(Path.GetFileName(d)[0]) && WorksInData(d));

    private bool WorksInData(string process)
    {
        try
        {
            return new DirectoryInfo(process + "/cwd").LinkTarget == data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>npm packages cannot hold symbolic links; the server's libraries need theirs.</summary>
    private void MakeLinks()
    {
        var list = Path.Combine(bin, "..", "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        var root = Path.GetFullPath(Path.Combine(bin, "..", ".."));
        using var json = JsonDocument.Parse(File.ReadAllText(list));
        foreach (var link in json.RootElement.EnumerateArray())
        {
            var target = Path.Combine(root, link.GetProperty("target").GetString()!);
            if (!File.Exists(target))
                File.CreateSymbolicLink(target, Path.GetFileName(link.GetProperty("source").GetString()!));
        }
    }
}
