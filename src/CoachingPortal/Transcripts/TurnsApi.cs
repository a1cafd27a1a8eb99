using System.Security.Claims;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Transcripts.Corrections;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts;

/// <summary>Turns over HTTP: a person's own, or, by an agent's key, those of whom it names.</summary>
/// <param name="PersonId">For an agent: who spoke; else <paramref name="Role"/> says it.</param>
/// <param name="Role"><c>founder</c> or <c>coach</c>.</param>
/// <param name="Turns">1 to 100; or one turn in the fields after it.</param>
public sealed record PostTurnsRequest(
    Guid? PersonId, string? Role, IReadOnlyList<TurnInput?>? Turns, string? Key, string? Text, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, double? Confidence, string? Language)
{
    internal IReadOnlyList<TurnInput?> All => Turns ?? (Text is null ? [] : [new(Key ?? "", Text, StartedAt ?? default, EndedAt ?? StartedAt ?? default, Confidence, Language)]);
}

public sealed record PostedTurn(Guid Id, string Key, string Speaker, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string Text);

internal static class TurnsApi
{
    private const int MostAtOnce = 100;

    public static void MapTranscripts(this WebApplication app)
    {
        app.MapPost("/api/coaching/sessions/{id:guid}/turns", PostAsync).RequireAuthorization(AgentPolicies.OrMember(AgentScopes.WriteTurns))
            .WithName("PostTurns").WithTags("Sessions").DisableAntiforgery();
        app.MapCorrections();
    }

    private static async Task<Results<Ok<List<PostedTurn>>, ProblemHttpResult>> PostAsync(
        Guid id, PostTurnsRequest request, ClaimsPrincipal user, IDbContextFactory<PortalDb> databases, Turns turns, CancellationToken cancellation)
    {
        if (request.All is not { Count: >= 1 and <= MostAtOnce } inputs || inputs.Any(t => t is null))
            return Problem(StatusCodes.Status400BadRequest, $"Send 1 to {MostAtOnce} turns.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var sessions = db.Sessions.AsNoTracking().Where(s => s.Id == id && s.DeletedAt == null);
        var isAgent = Agent.From(user) is not null;
        if (!isAgent)
            sessions = sessions.VisibleTo(Caller.From(user));
        if (await sessions.SingleOrDefaultAsync(cancellation) is not { } session)
            return Problem(StatusCodes.Status404NotFound, "There is no such session.");
        var (speaker, fault) = isAgent ? Named(session, request) : Own(session, Caller.From(user), request);
        if (fault is not null)
            return fault;

        var call = await db.Calls.Where(c => c.SessionId == id).OrderByDescending(c => c.StartedAt).Select(c => (Guid?)c.Id).FirstOrDefaultAsync(cancellation);
        var stored = new List<PostedTurn>();
        foreach (var input in inputs)
        {
            try
            {
                if (await turns.AddAsync(db, session, speaker, isAgent ? TurnSource.Agent : TurnSource.Caption, input!, call, cancellation) is not { } turn)
                    return Problem(StatusCodes.Status409Conflict, $"{(speaker is null ? "The founder" : "That person")} has not agreed to a transcript of this session.", "/problems/consent-needed");
                stored.Add(new(turn.Id, input!.Key, turn.Speaker, turn.StartedAt, turn.EndedAt, turn.Text));
            }
            catch (ArgumentException e)
            {
                return Problem(StatusCodes.Status400BadRequest, e.Message);
            }
        }
        await transaction.CommitAsync(cancellation);
        return TypedResults.Ok(stored);
    }

    private static (Guid?, ProblemHttpResult?) Own(CoachingSession session, Caller caller, PostTurnsRequest request) =>
        (request.PersonId is { } named && named != caller.Id) || (request.Role is { } role && !role.Equals(session.RoleOf(caller.Id)?.ToString(), StringComparison.OrdinalIgnoreCase))
            ? (default, Problem(StatusCodes.Status403Forbidden, "A person sends their own turns alone.")) : (caller.Id, null);

    private static (Guid?, ProblemHttpResult?) Named(CoachingSession session, PostTurnsRequest request)
    {
        if (request.PersonId is null && Turns.Fred.Equals(request.Role, StringComparison.OrdinalIgnoreCase))
            return (null, null);
        var person = request.PersonId ?? request.Role?.ToLowerInvariant() switch { "founder" => session.FounderId, "coach" => session.CoachId, _ => null };
        return person is { } known && session.RoleOf(known) is not null ? (known, null)
            : (default, Problem(StatusCodes.Status400BadRequest, "Say who spoke: personId of the session's founder or coach, or role founder, coach or fred."));
    }

    private static ProblemHttpResult Problem(int status, string detail, string? type = null) => TypedResults.Problem(detail, statusCode: status, type: type);
}
