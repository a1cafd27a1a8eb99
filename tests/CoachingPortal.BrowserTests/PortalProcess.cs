using System.Collections.Concurrent;
using System.Diagnostics;

namespace CoachingPortal.BrowserTests;

/// <summary>The portal as its own process, as it runs in production: it can be killed with -9 and started again.</summary>
public sealed class PortalProcess : IAsyncDisposable
{
    private readonly string[] arguments;
    private readonly Func<PortalProcess> sibling;
    private readonly ConcurrentQueue<string> log = new();
    private Process? process;

    /// <param name="settings">More settings, as <c>Key=value</c>.</param>
    public PortalProcess(string connectionString, string dataFolder, params string[] settings)
    {
        sibling = () => new(connectionString, dataFolder, settings) { ProgramFile = ProgramFile! };
        DataFolder = dataFolder;
        Address = $"http://127.0.0.1:{Ports.Free()}";
        arguments =
        [
            "--urls", Address,
            "--environment", "Testing",
            $"--ConnectionStrings:Portal={connectionString}",
            $"--Data:Folder={dataFolder}",
            .. settings.Select(s => "--" + s),
        ];
    }

    /// <summary>Where it listens, by HTTP.</summary>
    public string Address { get; }

    /// <summary>The program file: this build's, or that of a published folder.</summary>
    public string ProgramFile { get; init; } = typeof(Program).Assembly.Location;

    /// <summary>Of the operating system.</summary>
    public int ProcessId => process!.Id;

    public bool IsRunning => process is { HasExited: false };

    /// <summary>Where it keeps its objects.</summary>
    public string DataFolder { get; }

    /// <summary>What the portal has written so far, since its first start.</summary>
    public IReadOnlyCollection<string> Log => log;

    /// <summary>Another portal with the same settings, on a port of its own. Not started.</summary>
    public PortalProcess Sibling() => sibling();

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task StartAsync()
    {
        process = Launch();
        process.OutputDataReceived += (_, e) => Keep(e.Data);
        process.ErrorDataReceived += (_, e) => Keep(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var client = new HttpClient();
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(120); await Task.Delay(100))
        {
            Assert.False(process.HasExited, "The portal stopped at its start:\n" + string.Join('\n', log));
            try
            {
                using var answer = await client.GetAsync(new Uri(Address + "/health/ready"));
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
        Assert.Fail("The portal was not ready within two minutes:\n" + string.Join('\n', log));
    }

    /// <summary>Ends it as a power cut would: no goodbye, nothing flushed.</summary>
    public async Task KillAsync()
    {
        process!.Kill(entireProcessTree: false);
        await process.WaitForExitAsync();
    }

    /// <summary>Ends it as Ctrl-C does.</summary>
    /// <returns>Its exit code; null when it would not end and had to be killed.</returns>
    public async Task<int?> StopAsync()
    {
        using var interrupt = Process.Start("kill", ["-INT", process!.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await interrupt.WaitForExitAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        if (process.HasExited)
            return process.ExitCode;
        await KillAsync();
        return null;
    }

    /// <summary>Starts a portal that will not come up.</summary>
    /// <returns>Its exit code and the lines it printed.</returns>
    public async Task<(int Code, string[] Lines)> FailAsync()
    {
        using var failing = Launch();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var (output, errors) = (failing.StandardOutput.ReadToEndAsync(patience.Token), failing.StandardError.ReadToEndAsync(patience.Token));
        await failing.WaitForExitAsync(patience.Token);
        return (failing.ExitCode, (await output + await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    public async ValueTask DisposeAsync()
    {
        if (IsRunning)
            await StopAsync();
        process?.Dispose();
    }

    private Process Launch()
    {
        var start = new ProcessStartInfo("dotnet", [ProgramFile, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PORTAL_STOP_WITH_PARENT"] = "true"; // whatever becomes of the test run
        return Process.Start(start)!;
    }

    private void Keep(string? line)
    {
        if (line is not null)
            log.Enqueue(line);
    }
}
