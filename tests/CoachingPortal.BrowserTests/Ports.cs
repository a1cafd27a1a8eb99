using System.Net;
using System.Net.Sockets;

namespace CoachingPortal.BrowserTests;

/// <summary>Ports for portals, which are told theirs before they listen and come back to it after a kill.</summary>
internal static class Ports
{
    private static readonly HashSet<int> Given = [];

    /// <summary>One that nobody uses. Below those that systems give to outgoing connections, which could take it meanwhile.</summary>
    public static int Free()
    {
        lock (Given)
        {
            while (true)
            {
                var port = Random.Shared.Next(15_000, 30_000);
                using var listener = new TcpListener(IPAddress.Any, port);
                try
                {
                    listener.Start();
                }
                catch (SocketException)
                {
                    continue;
                }
                if (Given.Add(port))
                    return port;
            }
        }
    }
}
