using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>An address of this machine behind which there is a server, or nothing, or somebody who never answers.</summary>
internal sealed class Valve : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, byte> open = new();
    private readonly Uri? server;
    private volatile bool isOpen = true;

    /// <param name="server">Whom it leads to; null for one who takes every call.</param>
    public Valve(Uri? server = null)
    {
        this.server = server;
        listener.Start();
        Url = $"ws://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        _ = ListenAsync();
    }

    public string Url { get; }

    /// <summary>What is said to everything when it leads to nobody; null for not a word.</summary>
    public string? Answer { get; set; }

    /// <summary>Cuts every connection, and any new one at once.</summary>
    public void Close()
    {
        isOpen = false;
        foreach (var socket in open.Keys)
            socket.Close(0);
    }

    public void Open() => isOpen = true;

    public ValueTask DisposeAsync()
    {
        Close();
        listener.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ListenAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CarryAsync(Socket near)
    {
        using var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        open[near] = open[far] = 0;
        try
        {
            if (!isOpen)
                near.Close(0);
            else if (server is null)
                await ReplyAsync(near);
            else
            {
                await far.ConnectAsync(server.Host, server.Port);
                await Task.WhenAny(CopyAsync(near, far), CopyAsync(far, near));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One of the two has gone.
        }
        finally
        {
            open.TryRemove(near, out _);
            open.TryRemove(far, out _);
            near.Dispose();
        }
    }

    private async Task ReplyAsync(Socket near)
    {
        var buffer = new byte[16 * 1024];
        while (await near.ReceiveAsync(buffer) > 0)
            if (Answer is { } answer)
                await near.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer));
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            for (int n; (n = await from.ReceiveAsync(buffer)) > 0;)
                for (var sent = 0; sent < n;)
                    sent += await to.SendAsync(buffer.AsMemory(sent, n - sent));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
