using System.Diagnostics;
using CoachingPortal.BrowserTests;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// Measures a published portal, each thing beside what it is compared with in the same run, and prints a table. It never
/// fails over a figure, because machines differ; only over what could not be measured.
/// </summary>
public static class Benchmarks
{
    private static readonly Dictionary<string, Func<Stage, Report, Task>> All = new()
    {
        ["recorder"] = RecorderBenchmark.RunAsync,
        ["page"] = PageBenchmark.RunAsync,
        ["join"] = JoinBenchmark.RunAsync,
        ["livekit"] = LiveKitBenchmark.RunAsync,
        ["session"] = SessionBenchmark.RunAsync,
        ["turns"] = TurnsBenchmark.RunAsync,
        ["search"] = SearchBenchmark.RunAsync,
        ["archive"] = ArchiveBenchmark.RunAsync,
    };

    /// <summary>Those that need no portal.</summary>
    private static readonly Dictionary<string, Func<Report, Task>> Alone = new() { ["tokens"] = TokenBenchmark.RunAsync };

    /// <param name="names">Which to run; none for all.</param>
    public static async Task<int> Main(string[] names)
    {
        if (names.FirstOrDefault(n => !All.ContainsKey(n) && !Alone.ContainsKey(n)) is { } unknown)
        {
            await Console.Error.WriteLineAsync($"There is no benchmark '{unknown}'. There are: {string.Join(", ", All.Keys.Concat(Alone.Keys))}.");
            return 1;
        }
        var report = new Report();
        var broken = 0;
        foreach (var (name, run) in Alone.Where(a => IsWanted(a.Key)))
            await TryAsync(name, () => run(report));
        if (All.Keys.Any(IsWanted))
            await OnAStageAsync(async stage =>
            {
                foreach (var (name, run) in All.Where(a => IsWanted(a.Key)))
                    await TryAsync(name, () => run(stage, report));
            });
        report.Print(Console.Out);
        return broken == 0 ? 0 : 1;

        bool IsWanted(string name) => names.Length == 0 || names.Contains(name);

        async Task TryAsync(string name, Func<Task> run)
        {
            Console.WriteLine($"{name} ...");
            try
            {
                await run();
            }
            catch (Exception e)
            {
                // What the others measured is worth having.
                broken++;
                report.Note($"{name} could not be measured: {e.Message}");
            }
        }
    }

    private static async Task OnAStageAsync(Func<Stage, Task> run)
    {
        var published = Directory.CreateTempSubdirectory("portal-published-").FullName;
        try
        {
            await PublishAsync(published);
            await using var stage = new Stage { ProgramFile = Path.Combine(published, "CoachingPortal.dll"), CameraFps = 20 };
            await stage.InitializeAsync();
            await run(stage);
        }
        finally
        {
            Directory.Delete(published, recursive: true);
        }
    }

    private static async Task PublishAsync(string folder)
    {
        Console.WriteLine("Publishing the portal ...");
        var start = new ProcessStartInfo("dotnet", ["publish", Path.Combine(ContentRoot.Find(), "src", "CoachingPortal"), "-c", "Release", "-o", folder, "-v", "q", "--nologo"])
        {
            RedirectStandardOutput = true,
        };
        // Handed down by 'dotnet run', they would lead the inner build to the outer one's settings.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var publish = Process.Start(start)!;
        var output = await publish.StandardOutput.ReadToEndAsync();
        await publish.WaitForExitAsync();
        if (publish.ExitCode != 0)
            throw new InvalidOperationException("dotnet publish failed:\n" + output);
    }
}
