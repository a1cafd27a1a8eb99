using CoachingPortal.Data;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CoachingPortal.Hosting;

/// <summary>What the person who starts the portal reads once it listens: the address and the ways in.</summary>
public sealed class Welcome(IServer server, IHostEnvironment environment)
{
    public async Task PrintAsync()
    {
        if (environment.IsEnvironment("Testing"))
            return;
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        await Console.Out.WriteLineAsync($"\n  Coaching Portal is ready: {string.Join("  ", addresses)}\n  Stop it with Ctrl-C.\n");
        await Console.Out.FlushAsync();
    }
}
