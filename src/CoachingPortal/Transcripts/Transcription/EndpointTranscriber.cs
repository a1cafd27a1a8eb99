using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using CoachingPortal.Domain;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>
/// <c>POST {Endpoint}/audio/transcriptions</c> as OpenAI specifies it: multipart, <c>verbose_json</c> with segments, and
/// with words from whoever gives them. A server that is busy or away is asked again a few times; after that the step is, later.
/// </summary>
internal sealed class EndpointTranscriber(IHttpClientFactory http, IOptions<TranscriptionOptions> options, TimeProvider time) : ITranscriber
{
    public const string HttpClientName = "transcription";

    /// <summary>Of an answer: an hour of talk with each word's times is a tenth of it.</summary>
    public const long LargestAnswer = 32 * 1024 * 1024;

    private const int Tries = 3;

    /// <summary>What stands around the sound: fields, borders, the prompt.</summary>
    private const int Envelope = 8 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <summary>The server has refused to say when words begin, and answers without.</summary>
    private volatile bool hasNoWords;

    public long MaxBytes => options.Value.MaxUploadBytes - Envelope;

    public async Task<HeardPiece> TranscribeAsync(SoundPiece piece, string? prompt, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (answer, fault, wait) = await TryAsync(piece, prompt, !hasNoWords, attempt, cancellation);
            if (answer is not null)
                return answer;
            if (wait is null || attempt == Tries)
                throw new StepFailedException($"{fault} The captions of the call stay.");
            await Task.Delay(wait.Value, time, cancellation);
        }
    }

    /// <returns>The answer, or what is wrong; with it, when to try again, if that may help.</returns>
    private async Task<(HeardPiece? Answer, string? Fault, TimeSpan? Wait)> TryAsync(SoundPiece piece, string? prompt, bool withWords, int attempt, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.Timeout);
        try
        {
            using var request = Request(piece, prompt, withWords);
            using var response = await http.CreateClient(HttpClientName).SendAsync(request, limit.Token);
            if (withWords && response.StatusCode is (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity))
            {
                var plain = await TryAsync(piece, prompt, false, attempt, cancellation);
                hasNoWords |= plain.Answer is not null;
                return plain;
            }
            if (!response.IsSuccessStatusCode)
                return (null, Words(response.StatusCode), IsPassing(response.StatusCode) ? WaitFor(response.Headers.RetryAfter, attempt) : null);
            using var answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(limit.Token), default, limit.Token);
            return (VerboseJson.Read(answer.RootElement, piece.Length), null, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"The transcription service did not answer within {options.Value.Timeout.TotalSeconds:0} seconds.", null);
        }
        catch (JsonException)
        {
            return (null, "The transcription service answered with something else than verbose_json.", null);
        }
        catch (Exception e) when (e is HttpRequestException && e.InnerException is not StepFailedException)
        {
            return (null, "The transcription service could not be reached, or broke off.", WaitFor(null, attempt));
        }
    }

    private HttpRequestMessage Request(SoundPiece piece, string? prompt, bool withWords)
    {
        var o = options.Value;
        var form = new MultipartFormDataContent
        {
            { Field(o.Model!), "model" },
            { Field("verbose_json"), "response_format" },
            { Field("segment"), "timestamp_granularities[]" },
        };
        if (withWords)
            form.Add(Field("word"), "timestamp_granularities[]");
        if (!string.IsNullOrWhiteSpace(o.Language))
            form.Add(Field(o.Language), "language");
        if (prompt is not null)
            form.Add(Field(prompt), "prompt");
        form.Add(new PieceContent(piece), "file", piece.FileName);
        var request = new HttpRequestMessage(HttpMethod.Post, o.Endpoint!.TrimEnd('/') + "/audio/transcriptions") { Content = form };
        if (!string.IsNullOrWhiteSpace(o.ApiKey))
            request.Headers.Authorization = new("Bearer", o.ApiKey);
        request.Headers.Accept.Add(new("application/json"));
        return request;
    }

    /// <summary>Without a content type: several servers take a field that has one for a file.</summary>
    private static ByteArrayContent Field(string value) => new(Encoding.UTF8.GetBytes(value));

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout || (int)status >= 500;

    private TimeSpan WaitFor(RetryConditionHeaderValue? after, int attempt)
    {
        var wait = after?.Delta ?? after?.Date - time.GetUtcNow() ?? Pause * Math.Pow(4, attempt - 1);
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestPause ? wait : LongestPause;
    }

    private static string Words(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"The transcription service refused the portal's key ({(int)status}): an admin has to look at Transcription:ApiKey.",
        HttpStatusCode.RequestEntityTooLarge => "The transcription service takes smaller pieces only (413): an admin has to lower Transcription:MaxUploadBytes.",
        HttpStatusCode.NotFound => "The transcription service does not know what it was asked for (404): an admin has to look at Transcription:Endpoint and Transcription:Model.",
        HttpStatusCode.TooManyRequests => "The transcription service has too much to do (429).",
        >= HttpStatusCode.InternalServerError => $"The transcription service failed ({(int)status}).",
        _ => $"The transcription service refused what it was asked ({(int)status}).",
    };

    /// <summary>A piece that is read from the store while it is sent, with its length told before.</summary>
    private sealed class PieceContent : HttpContent
    {
        private readonly SoundPiece piece;

        public PieceContent(SoundPiece piece)
        {
            this.piece = piece;
            Headers.ContentType = new(piece.ContentType);
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await using var sound = await piece.OpenAsync(cancellationToken);
            await sound.CopyToAsync(stream, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            length = piece.Bytes;
            return true;
        }
    }
}
