using System.Runtime.InteropServices;

namespace CoachingPortal.Hosting;

/// <summary>
/// Under <c>dotnet run</c> the portal is a child of the SDK. When that one is killed with -9 nobody tells the portal,
/// which would go on, invisible, with the port and the data folder; so it looks, and stops in order.
/// </summary>
internal static partial class ParentWatch
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    public static IDisposable? Start(IHostApplicationLifetime lifetime)
    {
        if (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("PORTAL_STOP_WITH_PARENT") != "true")
            return null;
        var parent = ParentId();
        return new Timer(_ => { if (ParentId() != parent) lifetime.StopApplication(); }, null, Interval, Interval);
    }

#pragma warning disable SYSLIB1054 // a generated import would need unsafe code for one call without arguments
    [DllImport("libc", EntryPoint = "getppid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ParentId();
#pragma warning restore SYSLIB1054
}
