using CoachingPortal.Accounts;
using CoachingPortal.Demo;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CoachingPortal.Hosting;

/// <summary>What the person who starts the portal reads once it listens: the address and the ways in.</summary>
public sealed class Welcome(IServer server, IHostEnvironment environment, DemoPeople demo, Invitations invitations)
{
    public async Task PrintAsync()
    {
        if (environment.IsEnvironment("Testing"))
            return;
        var lines = new List<string>();
        var addresses = (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).SelectMany(LanCertificate.Reachable).ToList();
        if (environment.IsDevelopment())
        {
            lines.AddRange(["", "  Coaching Portal is ready", "", .. addresses.Select(a => "    " + a)]);
            if (demo.Password is { } password)
                lines.AddRange(["", $"  Demo people, all with the password {password}", "", .. DemoPeople.Ways.Select(w => $"    {w.Email,-26} {w.What}")]);
        }
        if (demo.Password is null && await invitations.FirstAdminPathAsync() is { } path)
            lines.AddRange(["", "  Nobody has an account yet. This link makes the first admin; it works once, for a day, until the next start:", "", $"    {addresses.FirstOrDefault()?.TrimEnd('/')}/{path.TrimStart('/')}"]);
        if (environment.IsDevelopment())
            lines.AddRange(["", "  Stop with Ctrl-C.", ""]);
        if (lines.Count > 0)
            await Console.Out.WriteLineAsync(string.Join(Environment.NewLine, lines));
        await Console.Out.FlushAsync();
    }
}
