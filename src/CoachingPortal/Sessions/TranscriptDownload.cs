using System.Globalization;
using System.Security.Claims;
using System.Text;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Transcripts;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace CoachingPortal.Sessions;

/// <summary>A session's transcript as a file. Its times are the recording's, so that it fits the sound beside it.</summary>
public static class TranscriptDownload
{
    /// <summary>The endings, and what a person reads on the link.</summary>
    public static readonly (string Ending, string Label)[] Formats = [("vtt", "VTT"), ("srt", "SRT"), ("txt", "Text")];

    /// <param name="callId">Of one of several calls; null for the whole, counted on from the first one's start.</param>
    public static string UrlOf(Guid sessionId, string ending, Guid? callId = null) =>
        $"/api/coaching/sessions/{sessionId}/transcript.{ending}{(callId is null ? "" : $"?call={callId}")}";

    internal static void MapTranscript(this RouteGroupBuilder session)
    {
        foreach (var (ending, _) in Formats)
            session.MapGet("transcript." + ending, (Guid id, Guid? call, ClaimsPrincipal user, SessionReader reader, IOptions<TranscriptionOptions> options, HttpContext http, CancellationToken cancellation) =>
                    GetAsync(id, call, ending, Caller.From(user), reader, options.Value.ConfidenceThreshold, http, cancellation))
                .WithSummary("The transcript as a file; ?call= for one of several calls").Produces(200, contentType: TypeOf(ending)).ProducesProblem(404);
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> GetAsync(
        Guid id, Guid? call, string ending, Caller caller, SessionReader reader, double unsureBelow, HttpContext http, CancellationToken cancellation)
    {
        if (await reader.LoadAsync(id, caller, cancellation) is not { } material)
            return TypedResults.Problem("There is no such session, or it is not yours.", statusCode: StatusCodes.Status404NotFound);
        if (call is not null && material.Course.Calls.All(c => c.Id != call))
            return TypedResults.Problem("There is no such call in this session.", statusCode: StatusCodes.Status404NotFound);
        var turns = call is null ? material.Turns : [.. material.Turns.Where(t => material.OriginOf(t.CallId, t.StartedAt).Call?.Id == call)];
        var headers = http.Response.Headers;
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(string.Create(CultureInfo.InvariantCulture, $"{material.Head.Title} {material.Head.StartsAt.UtcDateTime:yyyy-MM-dd}.{ending}"));
        headers.ContentDisposition = disposition.ToString();
        headers.CacheControl = "private, no-store";
        headers.XContentTypeOptions = "nosniff";
        return TypedResults.Text(Write(ending, turns, material, unsureBelow), TypeOf(ending), Encoding.UTF8);
    }

    private static string Write(string ending, IReadOnlyList<TurnLine> turns, SessionMaterial material, double unsureBelow)
    {
        if (ending == "txt")
            return Turns.PlainText(turns.Select(t => (t.Role, t.Speaker, t.Text, t.Confidence)), unsureBelow) + "\n";
        var start = turns.Count > 0 ? material.OriginOf(turns[0].CallId, turns[0].StartedAt).Start : default;
        var cues = turns.SelectMany(t => Subtitles.Cues(t, start, unsureBelow));
        return ending == "vtt" ? Subtitles.Vtt(cues) : Subtitles.Srt(cues);
    }

    private static string TypeOf(string ending) => ending switch { "vtt" => "text/vtt", "srt" => "application/x-subrip", _ => "text/plain" };
}
