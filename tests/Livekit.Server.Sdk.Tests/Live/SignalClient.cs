using System.Net.WebSockets;
using Google.Protobuf;

namespace Livekit.Server.Sdk.Tests.Live;

/// <summary>A participant without media: it joins by the signalling socket and can announce a track, which is all these tests need.</summary>
internal sealed class SignalClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();

    public required JoinResponse Joined { get; init; }

    /// <exception cref="WebSocketException">The server does not let this token in.</exception>
    public static async Task<SignalClient> JoinAsync(string url, string token, CancellationToken cancellation)
    {
        var address = new UriBuilder(url.Replace("http", "ws", StringComparison.Ordinal)) { Path = "/rtc", Query = "protocol=15&sdk=js&auto_subscribe=1&access_token=" + token }.Uri;
        var client = new SignalClient { Joined = new JoinResponse() };
        await client._socket.ConnectAsync(address, cancellation);
        client.Joined.MergeFrom((await client.HearAsync(SignalResponse.MessageOneofCase.Join, cancellation)).Join);
        return client;
    }

    public Task SayAsync(SignalRequest request, CancellationToken cancellation) =>
        _socket.SendAsync(request.ToByteArray(), WebSocketMessageType.Binary, endOfMessage: true, cancellation);

    /// <summary>Waits for the next message of a kind and passes over the others.</summary>
    public async Task<SignalResponse> HearAsync(SignalResponse.MessageOneofCase kind, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        var buffer = new byte[64 * 1024];
        while (true)
        {
            using var message = new MemoryStream();
            ValueWebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    throw new WebSocketException($"The server closed the connection before it said {kind}.");
                message.Write(buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var heard = SignalResponse.Parser.ParseFrom(message.ToArray());
            if (heard.MessageCase == kind)
                return heard;
        }
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
