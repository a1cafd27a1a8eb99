using System.Diagnostics;
using System.Globalization;

namespace CoachingPortal.Data;

/// <summary>Which processes are a PostgreSQL server of a given data folder: they work in that folder.</summary>
internal static class ServerProcesses
{
    public static bool AnyIn(string data) =>
        Directory.Exists("/proc")
        && Directory.EnumerateDirectories("/proc").Any(d => int.TryParse(Path.GetFileName(d), CultureInfo.InvariantCulture, out var pid) && IsIn(pid, data));

    public static bool IsIn(int pid, string data)
    {
        if (!Directory.Exists("/proc"))
            return IsPostgres(pid); // macOS, Windows: the name has to do
        try
        {
            if (new DirectoryInfo($"/proc/{pid}/cwd").LinkTarget is { } folder)
                return folder == data;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Fall through: some containers do not let root look at another user's working directory.
        }
        return CommandLine(pid) is { } line && line.Contains("postgres", StringComparison.Ordinal) && line.Split('\0').Contains(data);
    }

    /// <summary>Null for a process that is gone, empty for one that is dead and not yet collected.</summary>
    private static string? CommandLine(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsPostgres(int pid)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }
    }
}
