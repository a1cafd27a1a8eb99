using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using CoachingPortal.Hosting;

namespace CoachingPortal.Data;

/// <summary>
/// PostgreSQL's programs, from npm's <c>@embedded-postgres</c> or from the machine, and how to run them. They refuse to
/// run as root, so root runs them as another user.
/// </summary>
internal sealed class PostgresPrograms
{
    private const string Nobody = "nobody";

    private readonly string bin;
    private readonly Account? account;
    private readonly bool needsPassage;

    private PostgresPrograms(string bin, Account? account, string data)
    {
        this.bin = bin;
        this.account = account;
        needsPassage = account is not null && !(IsOpen(bin) && IsOpen(Path.GetDirectoryName(data)!));
    }

    /// <summary>The other user that root runs the server as.</summary>
    private sealed record Account(string User, string Group);

    /// <param name="root">The folder that holds <c>node_modules</c>.</param>
    /// <param name="data">The cluster's folder, whose version the programs must match when there is one.</param>
    /// <exception cref="StartupFaultException">None was found, or none that fits the cluster.</exception>
    public static async Task<PostgresPrograms> FindAsync(string root, string data)
    {
        var made = ClusterVersion(data);
        var account = AccountFor(data);
        var (versions, refusals) = (new List<string>(), new List<string>());
        foreach (var bin in Candidates(root))
        {
            var found = new PostgresPrograms(bin, account, data);
            found.MakeLinks();
            var (version, refusal) = await found.VersionAsync();
            if (version is null)
            {
                refusals.Add($" {bin} says: {refusal}."); // such as one built for another C library
                continue;
            }
            if (made is null || made == version)
                return found;
            versions.Add(version);
        }
        throw new StartupFaultException(made is not null && versions.Count > 0
            ? $"The database in {data} was made by PostgreSQL {made}, and here is only {string.Join(" and ", versions)}. Install PostgreSQL {made}, or name another folder: --Data:Folder=/another/folder"
            : $"No PostgreSQL was found that runs here.{string.Concat(refusals)} Run 'npm ci --ignore-scripts' beside package.json, or set ConnectionStrings:Portal to a database of your own.");
    }

    /// <summary>Runs a program to its end.</summary>
    public async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo { WorkingDirectory = OperatingSystem.IsWindows() ? bin : "/", RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var path = Path.Combine(bin, program);
        start.FileName = account is null ? path : "setpriv";
        if (account is not null)
        {
            string[] drop = [$"--reuid={account.User}", $"--regid={account.Group}", "--clear-groups"];
            // A checkout under a home that only root may enter: let the server pass through, without opening the home.
            string[] pass = needsPassage ? ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"] : [];
            foreach (var argument in (string[])[.. drop, .. pass, "--", path])
                start.ArgumentList.Add(argument);
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        if (!OperatingSystem.IsWindows())
            start.Environment["LD_LIBRARY_PATH"] = Path.Combine(bin, "..", "lib");
        var output = new StringBuilder();
        using var process = StartOrThrow(start);
        process.StandardInput.Close();
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.HasExited)
            await Task.Delay(15);
        // The output may end a little after the program does. A server that "pg_ctl start" leaves behind may keep the pipes
        // open for as long as it lives; every other program's output has an end.
        using var patience = arguments is ["start", ..] ? new CancellationTokenSource(TimeSpan.FromSeconds(5)) : new CancellationTokenSource();
        await process.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        lock (output)
            return (process.ExitCode, output.ToString());

        void Append(string? line)
        {
            lock (output)
                output.AppendLine(line);
        }
    }

    /// <summary>Makes the folder, for the server's user alone.</summary>
    /// <exception cref="StartupFaultException">It belongs to somebody else.</exception>
    public void Own(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            if (OperatingSystem.IsWindows())
                return;
            if (account is not null)
                StartOrThrow(new ProcessStartInfo("chown", [$"{account.User}:{account.Group}", directory])).WaitForExit();
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            _ = Directory.GetFileSystemEntries(directory);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupFaultException($"The folder {directory} belongs to another user. Start the portal as that user, or name another folder: --Data:Folder=/another/folder", e);
        }
    }

    private static IEnumerable<string> Candidates(string root)
    {
        var system = OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : "linux";
        var platform = $"{system}-{(RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "arm64" : "x64")}";
        var npm = Path.Combine(root, "node_modules", "@embedded-postgres", platform, "native", "bin");
        var machine = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => double.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var v) ? v : 0).Select(d => Path.Combine(d, "bin"))
            : [];
        var server = OperatingSystem.IsWindows() ? "initdb.exe" : "initdb";
        return machine.Prepend(npm).Where(d => File.Exists(Path.Combine(d, server)));
    }

    private static string? ClusterVersion(string data)
    {
        try
        {
            var file = Path.Combine(data, "PG_VERSION");
            return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
        }
        catch (UnauthorizedAccessException)
        {
            return null; // Own() says whose it is
        }
    }

    /// <summary>Null unless this is root. A cluster that another user made stays that user's.</summary>
    private static Account? AccountFor(string data)
    {
        if (OperatingSystem.IsWindows() || Environment.UserName != "root")
            return null;
        var file = Path.Combine(data, "PG_VERSION");
        if (File.Exists(file))
        {
            using var stat = StartOrThrow(new ProcessStartInfo("stat", ["-c", "%u %g", file]) { RedirectStandardOutput = true });
            var ids = stat.StandardOutput.ReadToEnd().Trim().Split(' ');
            if (ids is [not "0" and { Length: > 0 }, _])
                return new(ids[0], ids[1]);
        }
        var entry = File.ReadLines("/etc/passwd").Select(l => l.Split(':')).FirstOrDefault(f => f[0] == Nobody)
            ?? throw new StartupFaultException("PostgreSQL does not run as root, and this machine has no user 'nobody' to run it. Start the portal as an ordinary user.");
        return new(entry[2], entry[3]);
    }

    /// <summary>Whether every folder on the way may be entered by anybody.</summary>
    private static bool IsOpen(string path)
    {
        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
            if (folder.Exists && !folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }

    private static Process StartOrThrow(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StartupFaultException($"The portal's own PostgreSQL needs the program {start.FileName}, which does not start here: {e.Message}", e);
        }
    }

    /// <returns>The major version, or why there is none.</returns>
    private async Task<(string? Version, string Refusal)> VersionAsync()
    {
        var (code, output) = await RunAsync("postgres", "--version"); // postgres (PostgreSQL) 18.4
        return code == 0 && output.Trim().Split(' ').LastOrDefault(w => w.Length > 0 && char.IsAsciiDigit(w[0])) is { } version
            ? (version.Split('.')[0], "")
            : (null, output.Trim() is { Length: > 0 } said ? said.ReplaceLineEndings(" ").TrimEnd('.') : $"nothing, and ends with {code}");
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
            try
            {
                if (!File.Exists(target))
                    File.CreateSymbolicLink(target, Path.GetFileName(link.GetProperty("source").GetString()!));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another portal of the same checkout made it in between; or the checkout is somebody else's, and the server says what it lacks.
            }
        }
    }
}
