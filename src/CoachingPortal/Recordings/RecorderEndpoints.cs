using System.Buffers;
using System.Security.Claims;
using CoachingPortal.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CoachingPortal.Recordings;

/// <param name="StartedAt">When the microphone's first sample was heard, by the server's clock.</param>
public sealed record BeginTrack(Guid ParticipationId, DateTimeOffset StartedAt);

/// <param name="SampleRate">Hz, that the chunks must have.</param>
/// <param name="StartedAt">Position 0 of the track: what the page said, moved into the recorded span.</param>
public sealed record BegunTrack(Guid TrackId, int SampleRate, DateTimeOffset StartedAt);

/// <summary>The way of the sound from a page to the store; it does not depend on the page's circuit.</summary>
public static class RecorderEndpoints
{
    public static void MapRecorder(this RouteGroupBuilder recordings)
    {
        recordings.MapPost("/{recordingId:guid}/tracks", BeginAsync)
            .WithSummary("Begins a capture of one's own microphone")
            .Produces<BegunTrack>().ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);
        recordings.MapPut("/tracks/{trackId:guid}/chunks/{number:int}", TakeAsync)
            .WithSummary("Takes a numbered chunk of a track: 16-bit little-endian mono PCM, at most 160000 bytes")
            .Accepts<byte[]>("application/octet-stream")
            .Produces(204).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409).ProducesProblem(413).ProducesProblem(429);
    }

    private static async Task<IResult> BeginAsync(Guid recordingId, BeginTrack begin, RecorderIntake intake, ClaimsPrincipal user, HttpResponse response, CancellationToken cancellation)
    {
        var (outcome, track) = await intake.BeginAsync(Caller.From(user), recordingId, begin.ParticipationId, begin.StartedAt, cancellation);
        return track is null ? Refusal(outcome, response) : TypedResults.Ok(new BegunTrack(track.Id, track.SampleRate, track.StartedAt));
    }

    private static async Task<IResult> TakeAsync(Guid trackId, int number, long position, RecorderIntake intake, ClaimsPrincipal user, HttpContext http, CancellationToken cancellation)
    {
        if (http.Request.ContentLength > RecorderIntake.MaxChunkBytes)
            return TooLarge();
        var buffer = ArrayPool<byte>.Shared.Rent(RecorderIntake.MaxChunkBytes + 1);
        try
        {
            var length = await http.Request.Body.ReadAtLeastAsync(buffer.AsMemory(0, RecorderIntake.MaxChunkBytes + 1), RecorderIntake.MaxChunkBytes + 1, throwOnEndOfStream: false, cancellation);
            if (length > RecorderIntake.MaxChunkBytes)
                return TooLarge();
            if (length == 0 || length % 2 != 0)
                return Malformed("A chunk is a whole number of 16-bit samples, at least one.");
            if (number < 0 || position is < 0 or > RecorderIntake.MaxPosition)
                return Malformed("Number and position count from 0.");
            var outcome = await intake.TakeAsync(Caller.From(user), trackId, number, position, new(buffer, 0, length), cancellation);
            return outcome == IntakeOutcome.Taken ? TypedResults.NoContent() : Refusal(outcome, http.Response);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static ProblemHttpResult Refusal(IntakeOutcome outcome, HttpResponse response)
    {
        switch (outcome)
        {
            case IntakeOutcome.NotRecording:
                return TypedResults.Problem("Nobody is being recorded at that time.", statusCode: 409, type: "/problems/not-recording");
            case IntakeOutcome.TooMuch:
                response.Headers.RetryAfter = "1";
                return TypedResults.Problem("That is more sound than time has passed.", statusCode: 429, type: "/problems/too-much-sound");
            default:
                return TypedResults.Problem("There is no such recording of yours.", statusCode: 404);
        }
    }

    private static ProblemHttpResult Malformed(string detail) => TypedResults.Problem(detail, statusCode: 400);

    private static ProblemHttpResult TooLarge() => TypedResults.Problem($"A chunk has at most {RecorderIntake.MaxChunkBytes} bytes.", statusCode: 413);
}
