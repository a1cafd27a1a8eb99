using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Google.Protobuf;

namespace Livekit.Server.Sdk.Dotnet;

/// <summary>What the service clients share: Twirp over HTTP in protobuf's binary form. Safe to share between threads.</summary>
public abstract class BaseService
{
    private const int MaximumAnswer = 16 * 1024 * 1024;
    private const int MaximumError = 64 * 1024;
    private static readonly MediaTypeHeaderValue Protobuf = new("application/protobuf");

    private readonly Uri _host;
    private readonly string _apiKey;
    private readonly string _apiSecret;
    private readonly HttpClient _http;
    private readonly ServiceClientOptions _options;

    /// <param name="host">The server's address; <c>ws</c> and <c>wss</c> stand for <c>http</c> and <c>https</c>.</param>
    /// <param name="apiKey">LiveKit's API key; null for the environment's <c>LIVEKIT_API_KEY</c>.</param>
    /// <param name="apiSecret">Its secret; null for the environment's <c>LIVEKIT_API_SECRET</c>.</param>
    /// <param name="client">Stays the caller's; null for one of its own.</param>
    /// <param name="options">How patient to be.</param>
    /// <exception cref="ArgumentException">The address is none, or key or secret is missing.</exception>
    protected BaseService(string host, string? apiKey = null, string? apiSecret = null, HttpClient? client = null, ServiceClientOptions? options = null)
    {
        (_apiKey, _apiSecret) = Credentials.Of(apiKey, apiSecret);
        _host = ApiAddress(host);
        _http = client ?? new HttpClient();
        _options = options ?? new ServiceClientOptions();
    }

    /// <returns>The address of the API under a server's address, ending in a slash.</returns>
    /// <exception cref="ArgumentException">It is no address of http, https, ws or wss.</exception>
    internal static Uri ApiAddress(string host)
    {
        if (!Uri.TryCreate(host, UriKind.Absolute, out var address))
            throw new ArgumentException($"'{host}' is no address of a LiveKit server.", nameof(host));
        var scheme = address.Scheme switch
        {
            "http" or "ws" => "http",
            "https" or "wss" => "https",
            _ => throw new ArgumentException($"A LiveKit server's address begins with http, https, ws or wss, and '{host}' does not.", nameof(host)),
        };
        return new UriBuilder(scheme, address.Host, address.IsDefaultPort ? -1 : address.Port, address.AbsolutePath.TrimEnd('/') + "/").Uri;
    }

    /// <summary>Makes one call.</summary>
    /// <param name="service">Such as <c>RoomService</c>.</param>
    /// <param name="method">Such as <c>ListRooms</c>.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="grants">What the call's own token allows; no more than the call needs.</param>
    /// <param name="reads">Whether the call changes nothing, so that it may be repeated.</param>
    /// <param name="parser">Reads the answer.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="TwirpException">The call failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> ended it.</exception>
    private protected async Task<T> CallAsync<T>(
        string service, string method, IMessage request, VideoGrants grants, bool reads, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var address = new Uri(_host, $"twirp/livekit.{service}/{method}");
        var token = new AccessToken(_apiKey, _apiSecret, _options.Time).WithGrants(grants).ToJwt();
        using var deadline = new CancellationTokenSource(_options.Timeout, _options.Time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                try
                {
                    return await SendAsync(address, request, token, parser, both.Token).ConfigureAwait(false);
                }
                catch (TwirpException e) when (reads && e.Code == TwirpCode.Unavailable && attempt < _options.Attempts)
                {
                    await Task.Delay(_options.RetryDelay * Math.Pow(2, attempt - 1), _options.Time, both.Token).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TwirpException(TwirpCode.DeadlineExceeded, $"{method} took longer than {_options.Timeout.TotalSeconds:0.#} s.", inner: e);
            }
        }
    }

    private async Task<T> SendAsync<T>(Uri address, IMessage request, string token, MessageParser<T> parser, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token), Accept = { new MediaTypeWithQualityHeaderValue("application/protobuf") } },
            Content = new ByteArrayContent(request.ToByteArray()) { Headers = { ContentType = Protobuf } },
        };
        try
        {
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            await response.Content.LoadIntoBufferAsync(response.IsSuccessStatusCode ? MaximumAnswer : MaximumError, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
                throw TwirpError.Read(response.StatusCode, body);
            if (response.Content.Headers.ContentType?.MediaType is not "application/protobuf")
                throw new TwirpException(TwirpCode.Internal, $"The answer is of the kind '{response.Content.Headers.ContentType}'; is this LiveKit's address?", response.StatusCode);
            return parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new TwirpException(TwirpCode.Internal, "The answer cannot be read.", inner: e);
        }
        catch (HttpRequestException e)
        {
            throw new TwirpException(e.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded ? TwirpCode.Internal : TwirpCode.Unavailable, e.Message, inner: e);
        }
        catch (IOException e)
        {
            throw new TwirpException(TwirpCode.Unavailable, e.Message, inner: e);
        }
    }
}
