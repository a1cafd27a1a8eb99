using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CoachingPortal.BrowserTests;

/// <summary>One visitor's way to the portals as a sticky load balancer would keep it: to one node, until that one is gone.</summary>
public sealed class FrontDoor : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, bool> open = new();
    private readonly Task accepting;
    private volatile PortalProcess node;

    public FrontDoor(PortalProcess node)
    {
        this.node = node;
        listener.Start();
        Address = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        accepting = AcceptAsync();
    }

    public string Address { get; }

    /// <summary>New connections lead to another node from now on.</summary>
    public void LeadTo(PortalProcess other) => node = other;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        foreach (var client in open.Keys)
            client.Dispose();
        await accepting;
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        open[client] = true;
        using var there = new TcpClient();
        try
        {
            var address = new Uri(node.Address);
            await there.ConnectAsync(address.Host, address.Port);
            await Task.WhenAny(client.GetStream().CopyToAsync(there.GetStream()), there.GetStream().CopyToAsync(client.GetStream()));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side hung up, or the node is gone: the visitor's browser sees the same.
        }
        finally
        {
            open.TryRemove(client, out _);
            client.Dispose();
        }
    }
}
