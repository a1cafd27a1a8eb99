using System.Net;
using System.Net.Http.Headers;

namespace CoachingPortal.MediaServer;

/// <summary>
/// Under the SDK's clients: tells what became of a request in the portal's own words, whatever SDK lies above, and takes
/// no more of an answer than it can be.
/// </summary>
internal sealed class LiveKitWire : DelegatingHandler
{
    private const int MaximumAnswer = 16 * 1024 * 1024;
    private const int MaximumError = 64 * 1024;

    /// <exception cref="LiveKitException">There was no answer, or it was none of LiveKit's, or a refusal.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Headers.Accept.Count == 0)
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/protobuf"));
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, cancellationToken);
            await response.Content.LoadIntoBufferAsync(response.IsSuccessStatusCode ? MaximumAnswer : MaximumError, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
                throw LiveKitError.Read(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
            if (response.Content.Headers.ContentType?.MediaType is not "application/protobuf")
                throw new LiveKitException(LiveKitCode.Internal, $"The answer is of the kind '{response.Content.Headers.ContentType}'; is this LiveKit's address?", response.StatusCode);
            return response;
        }
        catch (Exception e)
        {
            response?.Dispose();
            if (e is not (HttpRequestException or IOException))
                throw;
            var isTooMuch = e is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded };
            throw new LiveKitException(isTooMuch ? LiveKitCode.Internal : LiveKitCode.Unavailable, e.Message, inner: e);
        }
    }
}
