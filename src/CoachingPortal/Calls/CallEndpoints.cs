using System.Security.Claims;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Calls;

public sealed record ConsentRequest(ConsentType? Type, bool? Granted);

public enum RecordingAction
{
    Request,
    Cancel,
    Pause,
    Resume,
}

public sealed record RecordingControlRequest(RecordingAction? Action);

/// <summary>The HTTP side of a call: what must work while no connection to the hub stands.</summary>
public static class CallEndpoints
{
    private const int MaxTabId = 64;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/api/livekit/token", JoinAsync).RequireAuthorization(Policies.Member).WithTags("Calls")
            .WithSummary("Asks for a ticket to a session's call.")
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        var calls = app.MapGroup("/api/calls").RequireAuthorization(Policies.Member).WithTags("Calls").ProducesProblem(404);
        calls.MapPost("/participations/{id:guid}/leave", LeaveAsync).WithSummary("Ends the caller's participation at once.");
        calls.MapPost("/participations/{id:guid}/gone", GoneAsync).WithSummary("The caller's page is being closed: ends the participation unless it comes back in time.");
        calls.MapPost("/sessions/{sessionId:guid}/consent", ConsentAsync).WithSummary("Answers whether the caller agrees to recording or to a transcript.");
        calls.MapPost("/sessions/{sessionId:guid}/recording", RecordingAsync).WithSummary("Asks for the recording, takes that back, pauses it or resumes it.")
            .ProducesProblem(403).ProducesProblem(409);
    }

    private static async Task<Results<Ok<JoinTicket>, ValidationProblem, ProblemHttpResult>> JoinAsync(
        JoinRequest request, ClaimsPrincipal user, JoinCall join, CancellationToken cancellation)
    {
        if (TabIdProblem(request.TabId) is { } problem)
            return problem;
        var (ticket, refusal) = await join.AskAsync(Caller.From(user), request, cancellation);
        return ticket is not null ? TypedResults.Ok(ticket) : refusal!.ToProblem();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> LeaveAsync(
        Guid id, ClaimsPrincipal user, CallLifecycle lifecycle, IDbContextFactory<PortalDb> databases, CancellationToken cancellation)
    {
        if (!await IsOwnAsync(databases, id, user, cancellation))
            return CallRefusal.NotFound.ToProblem();
        // The page is on its way out: what it asked for is done even if it does not wait for the answer.
        await lifecycle.EndAsync(id, EndReason.Left, cancellation: CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> GoneAsync(
        Guid id, ClaimsPrincipal user, CallLifecycle lifecycle, IDbContextFactory<PortalDb> databases, CancellationToken cancellation)
    {
        if (!await IsOwnAsync(databases, id, user, cancellation))
            return CallRefusal.NotFound.ToProblem();
        await lifecycle.TouchAsync(id, Caller.From(user).Id, CancellationToken.None);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> ConsentAsync(
        Guid sessionId, ConsentRequest request, ClaimsPrincipal user, IDbContextFactory<PortalDb> databases, RecordingGate gate, IOptions<TranscriptionOptions> transcription, TimeProvider time, CancellationToken cancellation)
    {
        if (request is not { Type: { } type, Granted: { } granted })
            return Invalid(request.Type is null ? "type" : "granted", "Say which consent (recording, transcript) and whether it is granted.");
        var caller = Caller.From(user);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!IsIn(await db.LockCallsAsync(sessionId, cancellation), caller))
            return CallRefusal.NotFound.ToProblem();
        await Consents.AnswerAsync(db, sessionId, caller.Id, ConsentWording.Of(type, transcription.Value.SentTo), granted, time.GetUtcNow(), cancellation);
        await gate.EvaluateAsync(db, sessionId, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, ValidationProblem, ProblemHttpResult>> RecordingAsync(
        Guid sessionId, RecordingControlRequest request, ClaimsPrincipal user, JoinCall join, CancellationToken cancellation)
    {
        if (request.Action is not { } action)
            return Invalid("action", "Say what to do: request, cancel, pause or resume.");
        return await join.ControlRecordingAsync(Caller.From(user), sessionId, action, cancellation) is { } refusal ? refusal.ToProblem() : TypedResults.NoContent();
    }

    private static async Task<bool> IsOwnAsync(IDbContextFactory<PortalDb> databases, Guid participationId, ClaimsPrincipal user, CancellationToken cancellation)
    {
        var me = Caller.From(user).Id;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Participations.AnyAsync(p => p.Id == participationId && p.PersonId == me, cancellation);
    }

    private static bool IsIn(CoachingSession? session, Caller caller) => session is { DeletedAt: null } && session.RoleOf(caller.Id) is not null;

    internal static ValidationProblem? TabIdProblem(string? tabId) =>
        tabId is not null && (tabId.Length is 0 or > MaxTabId || tabId.Any(char.IsControl)) ? Invalid("tabId", $"The tab's name has 1 to {MaxTabId} printable characters.") : null;

    private static ValidationProblem Invalid(string key, string words) => TypedResults.ValidationProblem(new Dictionary<string, string[]> { [key] = [words] });
}
