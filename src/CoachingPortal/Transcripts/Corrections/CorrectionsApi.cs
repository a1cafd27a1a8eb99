using System.Security.Claims;
using CoachingPortal.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CoachingPortal.Transcripts.Corrections;

internal static class CorrectionsApi
{
    /// <param name="Text">1 to 8000 characters once trimmed.</param>
    /// <param name="Version">The turn's words that were corrected, as they stood.</param>
    private sealed record CorrectTurnRequest(string? Text, string? Version);

    /// <summary>The words that stand now.</summary>
    private sealed record CorrectedTurn(string Version);

    public static void MapCorrections(this WebApplication app) =>
        app.MapPut("/api/coaching/sessions/{id:guid}/turns/{turnId:guid}", CorrectAsync).RequireAuthorization().WithName("CorrectTurn").WithTags("Sessions");

    private static async Task<Results<Ok<CorrectedTurn>, ProblemHttpResult>> CorrectAsync(
        Guid id, Guid turnId, CorrectTurnRequest request, ClaimsPrincipal user, TurnCorrections corrections, CancellationToken cancellation)
    {
        try
        {
            return await corrections.SaveAsync(id, turnId, Caller.From(user), request.Text, request.Version, cancellation) switch
            {
                { Outcome: CorrectionOutcome.Done } saved => TypedResults.Ok(new CorrectedTurn(saved.Text)),
                { Outcome: CorrectionOutcome.Conflict } theirs => TypedResults.Problem(
                    "Somebody corrected this turn since you opened it. Both are kept: choose one, or join them.",
                    statusCode: StatusCodes.Status409Conflict,
                    extensions: [new("text", theirs.Text), new("version", theirs.Text)]),
                _ => TypedResults.Problem("There is no such turn, or it is not yours.", statusCode: StatusCodes.Status404NotFound),
            };
        }
        catch (ArgumentException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
