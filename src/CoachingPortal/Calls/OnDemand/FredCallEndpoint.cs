using System.Security.Claims;
using CoachingPortal.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CoachingPortal.Calls.OnDemand;

internal static class FredCallEndpoint
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/fred/call", StartAsync).RequireAuthorization(Policies.Founder).WithTags("Calls")
            .WithSummary("Starts a call of the caller with FRED, and gives the ticket to it.")
            .ProducesProblem(403).ProducesProblem(409);

    private static async Task<Results<Ok<FredCallStarted>, ValidationProblem, ProblemHttpResult>> StartAsync(
        FredCallRequest request, ClaimsPrincipal user, FredCall call, CancellationToken cancellation)
    {
        if (CallEndpoints.TabIdProblem(request.TabId) is { } problem)
            return problem;
        var (started, refusal) = await call.StartAsync(Caller.From(user), request, cancellation);
        return started is not null ? TypedResults.Ok(started) : refusal!.ToProblem();
    }
}
