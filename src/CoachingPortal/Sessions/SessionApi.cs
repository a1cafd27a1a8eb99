using System.Security.Claims;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>
/// A session over HTTP, for its founder and its coach; for everyone else it is not there. The page itself saves long
/// texts here, too: a request holds more than a message of the circuit, and outlives one.
/// </summary>
public static class SessionApi
{
    private const int LargestBody = 4 * 1024 * 1024;

    public static void AddSessionPage(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddMemoryCache();
        services.AddSingleton<SessionReader>();
        services.AddSingleton<SessionHandoff>();
        services.AddSingleton<SessionItems>();
        services.AddSingleton<SessionNotes>();
        services.AddSingleton<SessionComments>();
        services.AddSingleton<SessionSummary>();
        services.AddSingleton<SessionPatch>();
        services.AddSingleton<SessionDeletion>();
        services.AddHostedService<SessionPurge>();
    }

    public static void MapSessionPage(this WebApplication app)
    {
        var session = app.MapGroup("/api/coaching/sessions/{id:guid}").RequireAuthorization().WithTags("Sessions")
            .WithMetadata(new RequestSizeLimitAttribute(LargestBody));
        session.MapGet("", GetAsync).WithName("GetSession");
        session.MapPatch("", PatchAsync).WithName("PatchSession");
        session.MapPut("notes/{noteId:guid}", SaveNoteAsync).WithName("SaveNote");
        session.MapPut("comments/{commentId:guid}", SaveCommentAsync).WithName("SaveComment");
        session.MapPut("summary", SaveSummaryAsync).WithName("SaveSummary");
        session.MapTranscript();
    }

    private static async Task<Results<Ok<SessionDocument>, ProblemHttpResult>> GetAsync(
        Guid id, ClaimsPrincipal user, IDbContextFactory<PortalDb> databases, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await SessionDocument.ReadAsync(db, id, Caller.From(user), cancellation) is { } document ? TypedResults.Ok(document) : NotFound();
    }

    private static async Task<Results<Ok<PatchSessionResult>, ProblemHttpResult>> PatchAsync(
        Guid id, PatchSessionRequest request, [FromHeader(Name = "Idempotency-Key")] string? key, ClaimsPrincipal user, SessionPatch patch, CancellationToken cancellation)
    {
        try
        {
            return await patch.ApplyAsync(id, Caller.From(user), request, key, cancellation) switch
            {
                (PatchOutcome.Done, { } result) => TypedResults.Ok(result),
                (PatchOutcome.NotAllowed, _) => Problem(StatusCodes.Status403Forbidden, "Only the session's coach changes its title and tags."),
                (PatchOutcome.KeyReused, _) => Problem(StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used before, with other messages. Nothing was appended: send these with a key of their own."),
                _ => NotFound(),
            };
        }
        catch (ArgumentException e)
        {
            return Problem(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    /// <param name="Visibility"><c>shared</c> or <c>coach</c>; counts for a new note.</param>
    /// <param name="Version">Of the text that was edited; null for a new note.</param>
    private sealed record SaveTextRequest(string? Text, string? Visibility = null, string? Version = null);

    /// <summary>The version of the text that stands now.</summary>
    private sealed record SavedText(string Version);

    private static async Task<Results<Ok<SavedText>, ProblemHttpResult>> SaveNoteAsync(
        Guid id, Guid noteId, SaveTextRequest request, ClaimsPrincipal user, SessionNotes notes, CancellationToken cancellation)
    {
        NoteVisibility? visibility = request.Visibility switch { null or "shared" => NoteVisibility.Shared, "coach" => NoteVisibility.Coach, _ => null };
        return visibility is null
            ? Problem(StatusCodes.Status400BadRequest, "visibility must be shared or coach.")
            : await AnswerAsync(() => notes.SaveAsync(id, noteId, Caller.From(user), request.Text ?? "", visibility.Value, request.Version, cancellation));
    }

    /// <param name="at">The moment that a new comment is about, milliseconds since 1970.</param>
    /// <param name="replyTo">The comment that a new one answers.</param>
    private static Task<Results<Ok<SavedText>, ProblemHttpResult>> SaveCommentAsync(
        Guid id, Guid commentId, long? at, Guid? replyTo, SaveTextRequest request, ClaimsPrincipal user, SessionComments comments, CancellationToken cancellation) =>
        AnswerAsync(() => comments.SaveAsync(id, commentId, Caller.From(user), request.Text, Moment(at), replyTo, request.Version, cancellation));

    private static DateTimeOffset? Moment(long? at) =>
        at is { } ms && ms > DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && ms < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null;

    private static Task<Results<Ok<SavedText>, ProblemHttpResult>> SaveSummaryAsync(
        Guid id, SaveTextRequest request, ClaimsPrincipal user, SessionSummary summary, CancellationToken cancellation) =>
        AnswerAsync(() => summary.SaveAsync(id, Caller.From(user), request.Text, request.Version, cancellation));

    private static async Task<Results<Ok<SavedText>, ProblemHttpResult>> AnswerAsync(Func<Task<TextSaved>> save)
    {
        try
        {
            return await save() switch
            {
                { Outcome: Outcome.Done } saved => TypedResults.Ok(new SavedText(saved.Version)),
                { Outcome: Outcome.Conflict } theirs => TypedResults.Problem(
                    "This text was changed elsewhere since you opened it. Both are kept: choose one, or join them.",
                    statusCode: StatusCodes.Status409Conflict,
                    extensions: [new("text", theirs.Text), new("version", theirs.Version)]),
                _ => NotFound(),
            };
        }
        catch (ArgumentException e)
        {
            return Problem(StatusCodes.Status400BadRequest, e.Message);
        }
    }

    private static ProblemHttpResult NotFound() => Problem(StatusCodes.Status404NotFound, "There is no such session, or it is not yours.");

    private static ProblemHttpResult Problem(int status, string detail) => TypedResults.Problem(detail, statusCode: status);
}
