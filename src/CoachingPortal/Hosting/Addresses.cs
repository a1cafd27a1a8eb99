using System.Net;
using System.Net.Sockets;

namespace CoachingPortal.Hosting;

/// <summary>Looks whether the portal may listen where it is told to, before a database is started for nothing.</summary>
internal static class Addresses
{
    /// <exception cref="StartupFaultException">Another program listens on one of them.</exception>
    /// <exception cref="SocketException">One of them is not this machine's, or not for this user.</exception>
    public static void RequireFree(IConfiguration configuration)
    {
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>().ToList();
        foreach (var address in endpoints.Count > 0 ? endpoints : (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList())
            if (Parse(address) is { Port: > 0 } where)
                foreach (var ip in Ips(where.Host))
                    Try(address, new(ip, where.Port));
    }

    /// <summary>Null for what is no network address, or none at all: that is Kestrel's to say.</summary>
    private static BindingAddress? Parse(string address)
    {
        try
        {
            return BindingAddress.Parse(address) is { IsUnixPipe: false, IsNamedPipe: false } parsed ? parsed : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static IEnumerable<IPAddress> Ips(string host) =>
        IPAddress.TryParse(host.Trim('[', ']'), out var ip) ? [ip]
        : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? [IPAddress.Loopback]
        : [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any];

    private static void Try(string address, IPEndPoint where)
    {
        using var socket = new Socket(where.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (where.Address.Equals(IPAddress.IPv6Any))
            socket.DualMode = true;
        try
        {
            socket.Bind(where);
            socket.Listen(1);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartupFaultException(StartupFaults.Taken(address.TrimEnd('/')), e);
        }
    }
}
