using System.Runtime.InteropServices;
using CoachingPortal.Data;
using CoachingPortal.Demo;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Hosting;

/// <summary>Starts the portal in order: settings checked, database up and migrated, demo people or first link, then the doors open.</summary>
public static class PortalHost
{
    /// <returns>The exit code: 0 after an orderly stop, 1 when something outside the program kept it from starting.</returns>
    public static async Task<int> RunAsync(string[] args, Action<WebApplicationBuilder> add, Action<WebApplication> map)
    {
        // Until the host listens to signals itself: Ctrl-C in the middle of the start must not leave a database running.
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var isStarting = true;
        try
        {
            var builder = CreateBuilder(args, () => isStarting);
            add(builder);
            await using var app = builder.Build();
            using var parent = ParentWatch.Start(app.Lifetime);
            app.Services.GetService<IStartupValidator>()?.Validate();
            Addresses.RequireFree(app.Configuration);
            await app.PrepareDataAsync(stop.Token);
            await app.PrepareDemoAsync(stop.Token);
            map(app);
            await app.StartAsync(stop.Token);
            isStarting = false;
            await app.Services.GetRequiredService<Welcome>().PrintAsync();
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (StartupFaults.Explain(e) is { } lines)
        {
            foreach (var line in lines)
                await Console.Error.WriteLineAsync("portal: " + line);
            return 1;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static WebApplicationBuilder CreateBuilder(string[] args, Func<bool> isStarting)
    {
        // "--lan" alone has no value, which the command line's configuration does not know.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. args.Select(a => a == "--lan" ? "--Lan:Enabled=true" : a)],
            ContentRootPath = ContentRoot.Find(),
        });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false); // said of every script and style for nothing
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(8));
        builder.Services.AddSingleton<Welcome>();
        builder.AddPortalLogging(isStarting);
        builder.AddPortalHealth();
        builder.AddPortalTelemetry();
        builder.AddLan();
        return builder;
    }
}
