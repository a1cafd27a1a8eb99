using System.Security.Claims;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace CoachingPortal.Recordings;

public sealed record RecordingList(IReadOnlyList<ListedRecording> Recordings);

/// <param name="Status">active, paused, processing, complete or failed.</param>
/// <param name="FailureReason">In words; null unless it failed.</param>
/// <param name="Missing">Which part of a complete recording is missing, and why, in words; null when all of it is there.</param>
/// <param name="RecordingUrl">Where it begins to play; null until it is complete. Later parts follow in <paramref name="Files"/>.</param>
/// <param name="Size">Of its sound files together, bytes; null until it is complete.</param>
public sealed record ListedRecording(
    Guid Id, Guid SessionId, string Title, IReadOnlyList<ListedPerson> People, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, long? DurationMs,
    string Status, string? FailureReason, string? Missing, string? RecordingUrl, long? Size, IReadOnlyList<ListedFile> Files);

public sealed record ListedPerson(Guid Id, string Name, string Role);

/// <param name="Size">Bytes.</param>
/// <param name="StartedAt">True start of a file that holds a part of the recording; null for one that holds it all.</param>
/// <param name="DurationMs">Length of such a part.</param>
/// <param name="Url">The portal's own; rights are checked at every request.</param>
public sealed record ListedFile(string Name, long Size, string Url, string ContentType, DateTimeOffset? StartedAt, long? DurationMs);

public static class PlaybackEndpoints
{
    public static void MapPlayback(this RouteGroupBuilder recordings)
    {
        recordings.MapGet("/", ListAsync).WithSummary("The recordings of the caller's sessions, newest first").Produces<RecordingList>();
        recordings.MapMethods("/{recordingId:guid}/files/{name}", [HttpMethods.Get, HttpMethods.Head], FileAsync)
            .WithSummary("A file of a recording; takes HTTP ranges, and ?download to save it")
            .Produces(200, contentType: Wav.ContentType).Produces(206).ProducesProblem(404).Produces(416);
        recordings.MapDelete("/{recordingId:guid}", DeleteAsync).WithSummary("Takes a recording away; its coach can bring it back for a day")
            .Produces(204).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        recordings.MapPost("/{recordingId:guid}/restore", RestoreAsync).WithSummary("Brings a deleted recording back")
            .Produces(204).ProducesProblem(403).ProducesProblem(404);
    }

    public static string UrlOf(Guid recordingId, string name) => $"/api/recordings/{recordingId}/files/{name}";

    private static async Task<IResult> ListAsync(RecordingLibrary library, ClaimsPrincipal user, Guid? sessionId, CancellationToken cancellation)
    {
        var found = await library.ListAsync(Caller.From(user), sessionId, deleted: false, cancellation);
        return TypedResults.Ok(new RecordingList([.. found.Select(f => Listed(f.Recording, f.Session))]));
    }

    private static ListedRecording Listed(Recording recording, CoachingSession session) => new(
        recording.Id, session.Id, session.Title,
        [new(session.FounderId, session.Founder!.Name, "founder"), new(session.CoachId, session.Coach!.Name, "coach")],
        recording.StartedAt, recording.EndedAt, recording.DurationMs, recording.Status.ToString().ToLowerInvariant(), recording.FailureReason, recording.Missing,
        Sound(recording).Select(f => UrlOf(recording.Id, f.Name)).FirstOrDefault(),
        recording.Status == RecordingStatus.Complete ? Sound(recording).Sum(f => f.Size) : null,
        [.. Sound(recording).Concat(recording.Files.Except(Sound(recording))).Select(f => new ListedFile(f.Name, f.Size, UrlOf(recording.Id, f.Name), f.ContentType, f.StartedAt, f.DurationMs))]);

    /// <summary>What is played: the parts in their order, or the mix of both voices and then each alone.</summary>
    internal static IEnumerable<RecordingFile> Sound(Recording recording) => recording.Files
        .Where(f => f.ContentType.StartsWith("audio/", StringComparison.Ordinal)).OrderBy(f => f.StartedAt).ThenByDescending(f => f.Name == RecordingKeys.Mixed).ThenBy(f => f.Name, StringComparer.Ordinal);

    private static async Task<IResult> FileAsync(Guid recordingId, string name, RecordingLibrary library, IObjectStore store, ClaimsPrincipal user, HttpContext http, CancellationToken cancellation)
    {
        if (await library.FileAsync(Caller.From(user), recordingId, name, cancellation) is not { } file || await store.HeadAsync(file.Key, cancellation) is null)
            return NotFound();
        var headers = http.Response.Headers;
        var disposition = new ContentDispositionHeaderValue(http.Request.Query.ContainsKey("download") ? "attachment" : "inline");
        disposition.SetHttpFileName(file.Name);
        headers.ContentDisposition = disposition.ToString();
        // The browser asks again each time, so that what was withdrawn or deleted is not played from its memory.
        headers.CacheControl = "private, no-cache";
        headers.XContentTypeOptions = "nosniff";
        return TypedResults.Stream(
            new ObjectStream(store, file.Key, file.Size), file.ContentType, lastModified: file.CreatedAt, entityTag: new EntityTagHeaderValue($"\"{file.Id:N}\""), enableRangeProcessing: true);
    }

    private static async Task<IResult> DeleteAsync(Guid recordingId, RecordingLibrary library, ClaimsPrincipal user, CancellationToken cancellation) =>
        Answer(await library.DeleteAsync(Caller.From(user), recordingId, cancellation));

    private static async Task<IResult> RestoreAsync(Guid recordingId, RecordingLibrary library, ClaimsPrincipal user, CancellationToken cancellation) =>
        Answer(await library.RestoreAsync(Caller.From(user), recordingId, cancellation));

    private static IResult Answer(LibraryOutcome outcome) => outcome switch
    {
        LibraryOutcome.Done => TypedResults.NoContent(),
        LibraryOutcome.NotTheCoach => TypedResults.Problem("Only the session's coach can delete its recording.", statusCode: 403),
        LibraryOutcome.StillRunning => TypedResults.Problem("The call is still being recorded. It can be deleted once the call is over.", statusCode: 409, type: "/problems/still-recording"),
        _ => NotFound(),
    };

    private static ProblemHttpResult NotFound() => TypedResults.Problem("There is no such recording of yours.", statusCode: 404);
}
