using System.Security.Claims;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CoachingPortal.Transcripts.Search;

public static class SearchApi
{
    public static void MapSearch(this WebApplication app) =>
        app.MapGet("/api/search", FindAsync).RequireAuthorization(Policies.Member).WithName("Search").WithTags("Search");

    /// <param name="q">Words, "phrases" and beginnings*.</param>
    /// <param name="speaker"><c>founder</c> or <c>coach</c>: only what they said.</param>
    /// <param name="person">Only sessions with this person.</param>
    /// <param name="from">The first day of the sessions, such as 2026-11-01, by the clocks of the caller's account.</param>
    /// <param name="to">The last one.</param>
    /// <param name="after"><c>next</c> of the page before, or its <c>nextWritten</c>: what is written alone.</param>
    private static async Task<Results<Ok<SearchResult>, ProblemHttpResult>> FindAsync(
        string? q, string? speaker, Guid? person, DateOnly? from, DateOnly? to, string? after, ClaimsPrincipal user, TranscriptSearch search, CancellationToken cancellation)
    {
        try
        {
            var request = new SearchRequest(q, TimeZones.Find(user.FindFirstValue(ViewerTimeZone.Claim))) { Speaker = SpeakerOf(speaker), PersonId = person, From = from, To = to, After = after };
            return await search.FindAsync(Caller.From(user), request, cancellation) is { IsTooBroad: false } result
                ? TypedResults.Ok(result)
                : TypedResults.Problem("That took too long. Add a word, or narrow it down by person or dates.", statusCode: StatusCodes.Status422UnprocessableEntity);
        }
        catch (ArgumentException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    /// <exception cref="ArgumentException">It is neither.</exception>
    internal static Role? SpeakerOf(string? word) => word switch
    {
        null or "" => null,
        "founder" => Role.Founder,
        "coach" => Role.Coach,
        _ => throw new ArgumentException("speaker must be founder or coach."),
    };
}
