using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>
/// What the service clients share: Twirp over HTTP in protobuf's binary form. Patience is the matter of the
/// <see cref="HttpClient"/> that they are given. Safe to share between threads.
/// </summary>
public class BaseService
{
    private readonly Uri _host;
    private readonly string _apiKey;
    private readonly string _apiSecret;
    private readonly HttpClient _http;

    /// <param name="host">The server's address, of http or https.</param>
    /// <param name="apiKey">LiveKit's API key.</param>
    /// <param name="apiSecret">Its secret.</param>
    /// <param name="client">Stays the caller's; null for one of its own.</param>
    /// <exception cref="ArgumentException">Key or secret is missing.</exception>
    /// <exception cref="UriFormatException">The address is none.</exception>
    public BaseService(string host, string apiKey, string apiSecret, HttpClient? client = null)
    {
        (_apiKey, _apiSecret) = Credentials.Of(apiKey, apiSecret);
        _host = new Uri(host);
        _http = client ?? new HttpClient();
    }

    /// <summary>Makes one call.</summary>
    /// <param name="service">Such as <c>RoomService</c>.</param>
    /// <param name="method">Such as <c>ListRooms</c>.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="grants">What the call's own token allows; no more than the call needs.</param>
    /// <param name="parser">Reads the answer.</param>
    /// <exception cref="Twirp.Exception">LiveKit refused.</exception>
    /// <exception cref="HttpRequestException">It could not be reached.</exception>
    /// <exception cref="InvalidProtocolBufferException">The answer cannot be read.</exception>
    private protected async Task<T> CallAsync<T>(string service, string method, IMessage request, VideoGrants grants, MessageParser<T> parser)
        where T : IMessage<T>
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_host, $"twirp/livekit.{service}/{method}"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", new AccessToken(_apiKey, _apiSecret).WithGrants(grants).ToJwt()) },
            Content = new ByteArrayContent(request.ToByteArray()) { Headers = { ContentType = new("application/protobuf") } },
        };
        using var response = await _http.SendAsync(message).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.OK ? parser.ParseFrom(body) : throw Twirp.Error(body);
    }
}
