using System.Diagnostics;
using CoachingPortal.Data;

[assembly: AssemblyFixture(typeof(CoachingPortal.BrowserTests.Demo.SharedDemo))]

namespace CoachingPortal.BrowserTests.Demo;

/// <summary>A portal as <c>./run</c> starts it: Development, demo people, its own PostgreSQL, all in a folder of its own.</summary>
public sealed class DemoPortal : IAsyncDisposable
{
    public DemoPortal() => Portal = new("", Folder, "environment=Development", "Demo:Password=" + Stage.Password);

    public string Folder { get; } = Directory.CreateTempSubdirectory("portal-demo-").FullName;

    public PortalProcess Portal { get; }

    /// <summary>Look at it while the portal runs.</summary>
    public Stage.Database Database => new(EmbeddedPostgres.ConnectionStringOf(Path.Combine(Folder, "postgres"), "portal") + ";Pooling=false");

    public string PidFile => Path.Combine(Folder, "postgres", "postmaster.pid");

    public static async Task<DemoPortal> StartedAsync()
    {
        var demo = new DemoPortal();
        try
        {
            await demo.Portal.StartAsync();
            return demo;
        }
        catch
        {
            await demo.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Portal.DisposeAsync();
        if (File.Exists(PidFile)) // after a kill its database runs on
        {
            using var stop = Process.Start("kill", ["-INT", (await File.ReadAllLinesAsync(PidFile))[0]]);
            await stop.WaitForExitAsync();
            for (var i = 0; i < 100 && File.Exists(PidFile); i++)
                await Task.Delay(100);
        }
        await Stage.DeleteAsync(Folder);
    }
}

/// <summary>One demo portal for all tests that stop nothing in it; started when the first of them wants it.</summary>
public sealed class SharedDemo : IAsyncDisposable
{
    private readonly Lock starting = new();
    private Task<DemoPortal>? started;

    public Task<DemoPortal> GetAsync()
    {
        lock (starting)
            return started ??= DemoPortal.StartedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
            await (await started).DisposeAsync();
    }
}
