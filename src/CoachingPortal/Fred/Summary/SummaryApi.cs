using System.Security.Claims;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred.Summary;

/// <summary>Takes the summary of a call from the session's coach or from an agent with its own key.</summary>
internal static partial class SummaryApi
{
    private const int LargestBody = 2 * 1024 * 1024;

    /// <summary>Begins the keys of turns that came with a summary; a replacement takes them away.</summary>
    private const string TurnKey = "summary:";

    public static void MapSummaryApi(this WebApplication app) =>
        app.MapPost("/api/fred/call/summary", PostAsync).RequireAuthorization(AgentPolicies.OrMember(AgentScopes.WriteSummary)).WithName("PostCallSummary").WithTags("FRED")
            .Accepts<SummaryRequest>("application/json").DisableAntiforgery();

    private static async Task<Results<Ok<SummaryStanding>, ValidationProblem, ProblemHttpResult>> PostAsync(
        HttpRequest http, ClaimsPrincipal user, IDbContextFactory<PortalDb> databases, Summariser summariser, TimeProvider time, ILogger<SummariseSession> log, CancellationToken cancellation)
    {
        var (request, refusal) = await ReadAsync(http, cancellation);
        if (request is null)
            return refusal!;
        if (SummaryRequestCheck.Faults(request, time.GetUtcNow()) is { Count: > 0 } faults)
            return TypedResults.ValidationProblem(faults, detail: string.Join(' ', faults.Values.SelectMany(f => f).Distinct().Take(3)), title: "The summary cannot be taken.");

        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await FindAsync(db, user, request.RoomName!, cancellation) is not { } session)
            return Problem(StatusCodes.Status404NotFound, "There is no such session.");
        if (session.Summary is not null && request.Replace != true)
            return Problem(StatusCodes.Status409Conflict, "This session has a summary. Send replace: true to replace it.");
        var turns = Turns(session, request.Transcript ?? [], await StartAsync(db, session, cancellation));
        if (await WithoutConsentAsync(db, session, turns, time.GetUtcNow(), cancellation) is { } unagreed)
            return unagreed;

        // The model may take its time: not inside the transaction.
        var made = string.IsNullOrWhiteSpace(request.Summary) && turns.Count > 0 ? await summariser.MakeAsync(Material(session, turns), cancellation) : null;
        if (made is { IsStopgap: true } && await SummaryStore.WorthMoreAsync(db, session, cancellation) is not (false, false))
            return Problem(StatusCodes.Status503ServiceUnavailable, "FRED's model did not answer. The summary that stands is better than what could be made without it: nothing was changed. Send this again in a while.");
        return await StoreAsync(db, session.Id, request, turns, made, time.GetUtcNow(), log, cancellation);
    }

    private static async Task<Results<Ok<SummaryStanding>, ValidationProblem, ProblemHttpResult>> StoreAsync(
        PortalDb db, Guid sessionId, SummaryRequest request, List<Turn> turns, SummaryDraft? made, DateTimeOffset now, ILogger log, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await SummaryStore.LockAsync(db, sessionId, cancellation);
        if (session is null)
            return Problem(StatusCodes.Status404NotFound, "There is no such session.");
        if (session.Summary is not null && request.Replace != true)
            return Problem(StatusCodes.Status409Conflict, "This session has a summary. Send replace: true to replace it.");
        // Once more: the model took its time, and the lock holds answers back from here on.
        if (await WithoutConsentAsync(db, session, turns, now, cancellation) is { } unagreed)
            return unagreed;
        if (request.CallType is { } callType)
            session.CallType = callType;
        if (request.Transcript is not null)
        {
            session.TranscriptJson = JsonSerializer.Serialize(request.Transcript, JsonSerializerOptions.Web);
            var before = db.Turns.IgnoreQueryFilters().Where(t => t.SessionId == sessionId && t.Key.StartsWith(TurnKey));
            await before.Where(t => t.Source != TurnSource.Hand).ExecuteDeleteAsync(cancellation);
            // What somebody corrected stays, and is not said a second time.
            var byHand = await before.AsNoTracking().ToListAsync(cancellation);
            turns.RemoveAll(t => byHand.Exists(h => h.StartedAt == t.StartedAt || (h.StartedAt < t.StartedAt && t.StartedAt < h.EndedAt && h.PersonId == t.PersonId)));
            db.Turns.AddRange(turns);
            await SessionFeed.PublishAsync(db, sessionId, SessionChange.Turns, cancellation);
        }
        var source = made?.Source ?? SummarySource.Agent;
        var text = made?.Text ?? (string.IsNullOrWhiteSpace(request.Summary) ? session.Summary : request.Summary.Trim());
        var said = await db.Turns.AsNoTracking().Where(t => t.SessionId == sessionId).OrderBy(t => t.StartedAt).Take(5000).ToListAsync(cancellation);
        var evidence = new Evidence([.. said, .. turns]);
        if (text is not null && text != session.Summary)
            SummaryStore.WriteSummary(session, text, made?.Points ?? evidence.OfLines(text), source, now);
        var items = Sent(request.Decisions, ItemKind.Decision, evidence).Concat(Sent(request.NextActions, ItemKind.NextAction, evidence)).Concat(Sent(request.OpenQuestions, ItemKind.OpenQuestion, evidence))
            .Concat((made?.Items ?? []).Where(i => i.Kind switch { ItemKind.Decision => request.Decisions, ItemKind.NextAction => request.NextActions, _ => request.OpenQuestions } is null)).ToList();
        await SummaryStore.WriteItemsAsync(db, session, items, source, now, cancellation, SummarySource.Agent);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        LogTaken(log, sessionId, turns.Count, items.Count);
        var standing = await db.Items.Where(i => i.SessionId == sessionId).Select(i => i.Kind).ToListAsync(cancellation);
        return TypedResults.Ok(new SummaryStanding(
            sessionId, session.RoomName, session.CallType, session.Summary, session.SummarySource,
            standing.Count(k => k == ItemKind.Decision), standing.Count(k => k == ItemKind.NextAction), standing.Count(k => k == ItemKind.OpenQuestion), turns.Count));
    }

    /// <summary>An agent finds any session by its room; a person their own as its coach.</summary>
    private static Task<CoachingSession?> FindAsync(PortalDb db, ClaimsPrincipal user, string roomName, CancellationToken cancellation)
    {
        var sessions = db.Sessions.AsNoTracking().Include(s => s.Coach).Include(s => s.Founder).Where(s => s.RoomName == roomName && s.DeletedAt == null);
        if (Agent.From(user) is null)
        {
            var caller = Caller.From(user);
            sessions = sessions.VisibleTo(caller).Where(s => s.CoachId == caller.Id);
        }
        return sessions.SingleOrDefaultAsync(cancellation);
    }

    private static async Task<DateTimeOffset> StartAsync(PortalDb db, CoachingSession session, CancellationToken cancellation) =>
        await db.Calls.Where(c => c.SessionId == session.Id).OrderBy(c => c.StartedAt).Select(c => (DateTimeOffset?)c.StartedAt).FirstOrDefaultAsync(cancellation) ?? session.StartsAt;

    /// <summary>Words are kept with the consent of whoever said them; those of FRED, or of a voice that is nobody's, with the founder's.</summary>
    private static async Task<ProblemHttpResult?> WithoutConsentAsync(PortalDb db, CoachingSession session, List<Turn> turns, DateTimeOffset now, CancellationToken cancellation)
    {
        var voices = turns.Select(t => t.PersonId).ToHashSet();
        var answers = await Consents.OfSessionAsync(db, session.Id, now, cancellation);
        var refused = new[] { session.FounderId, session.CoachId }
            .Where(p => voices.Contains(p) || (p == session.FounderId && voices.Contains(null)))
            .Where(p => answers.GetValueOrDefault((p, ConsentType.Transcript), ConsentAnswer.Declined) != ConsentAnswer.Granted).ToList();
        if (refused.Count == 0)
            return null;
        var names = await db.People.Where(p => refused.Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellation);
        var others = voices.Contains(null) && refused.Contains(session.FounderId) ? "what FRED or another voice said to them" : null;
        var leaveOut = !refused.Exists(p => voices.Contains(p)) ? $"Leave out {others}." : $"Leave their words out{(others is null ? "" : ", and " + others)}.";
        return Problem(
            StatusCodes.Status409Conflict, $"{string.Join(" and ", refused.Select(p => names[p]))} {(refused.Count == 1 ? "has" : "have")} not agreed to a transcript of this session. {leaveOut}", "/problems/consent-needed");
    }

    private static List<Turn> Turns(CoachingSession session, IReadOnlyList<TranscriptEntry?> entries, DateTimeOffset start)
    {
        var turns = new List<Turn>(entries.Count);
        foreach (var entry in entries)
        {
            Role? role = entry!.Role switch
            {
                "founder" => Role.Founder,
                "coach" => Role.Coach,
                null when Same(entry.Speaker, session.Founder!.Name) => Role.Founder,
                null when Same(entry.Speaker, session.Coach!.Name) => Role.Coach,
                _ => null,
            };
            // Without times the entries keep their order, a second apart.
            var from = entry.StartedAt ?? (entry.Start is { } s ? start.AddSeconds(s) : turns.Count == 0 ? start : turns[^1].StartedAt.AddSeconds(1));
            var to = entry.EndedAt ?? (entry.End is { } e ? start.AddSeconds(e) : from);
            turns.Add(new()
            {
                SessionId = session.Id,
                PersonId = role switch { Role.Founder => session.FounderId, Role.Coach => session.CoachId, _ => null },
                Speaker = entry.Speaker?.Trim() ?? (role == Role.Coach ? session.Coach!.Name : role == Role.Founder ? session.Founder!.Name : "Agent"),
                Role = role,
                Text = entry.Text!.Trim(),
                StartedAt = from.ToUniversalTime(),
                EndedAt = (to < from ? from : to).ToUniversalTime(),
                Confidence = entry.Confidence,
                Language = entry.Language?.Trim(),
                Source = TurnSource.Agent,
                Key = $"{TurnKey}{Ids.New():N}:{turns.Count}",
            });
        }
        return turns;

        static bool Same(string? speaker, string name) =>
            speaker is not null && (name.Equals(speaker.Trim(), StringComparison.OrdinalIgnoreCase) || name.Split(' ')[0].Equals(speaker.Trim(), StringComparison.OrdinalIgnoreCase));
    }

    private static SummaryMaterial Material(CoachingSession session, List<Turn> turns) =>
        new([.. turns.Select(t => (t.Id, new Spoken(t.Speaker, t.Role, t.Text, t.StartedAt)))], [], [], DateOnly.FromDateTime(turns[0].StartedAt.UtcDateTime), session.Title, session.Founder!.Name, session.Coach!.Name, session.Id);

    private static IEnumerable<DraftItem> Sent(IReadOnlyList<SummaryItem?>? items, ItemKind kind, Evidence evidence) =>
        (items ?? []).Select(i =>
        {
            var turns = evidence.Of(i!.Text!);
            return new DraftItem(kind, i.Text!.Trim(), i.Owner switch { "founder" => Role.Founder, "coach" => Role.Coach, _ => null }, i.DueOn, false, turns.Length == 0, turns);
        });

    /// <summary>Read by hand: every fault of the body is answered in words, and a large one is not read at all.</summary>
    private static async Task<(SummaryRequest?, ProblemHttpResult?)> ReadAsync(HttpRequest http, CancellationToken cancellation)
    {
        if (!http.HasJsonContentType())
            return (null, Problem(StatusCodes.Status415UnsupportedMediaType, "Send JSON."));
        if (http.ContentLength > LargestBody)
            return (null, TooLarge());
        using var body = new MemoryStream();
        var buffer = new byte[81920];
        int read;
        while ((read = await http.Body.ReadAsync(buffer, cancellation)) > 0)
        {
            if (body.Length + read > LargestBody)
                return (null, TooLarge());
            body.Write(buffer, 0, read);
        }
        try
        {
            body.Position = 0;
            return await JsonSerializer.DeserializeAsync<SummaryRequest>(body, JsonSerializerOptions.Web, cancellation) is { } request
                ? (request, null) : (null, Problem(StatusCodes.Status400BadRequest, "The body is empty."));
        }
        catch (JsonException e)
        {
            return (null, Problem(StatusCodes.Status400BadRequest, $"The body is not the JSON that is expected here{(e.Path is { Length: > 1 } path ? $", at {path}" : "")}."));
        }
    }

    private static ProblemHttpResult TooLarge() => Problem(StatusCodes.Status413PayloadTooLarge, "A summary with its transcript has at most 2 MB.");

    private static ProblemHttpResult Problem(int status, string detail, string? type = null) => TypedResults.Problem(detail, statusCode: status, type: type);

    [LoggerMessage(LogLevel.Information, "Took a call's summary for session {SessionId}: {Turns} turns, {Items} items")]
    private static partial void LogTaken(ILogger logger, Guid sessionId, int turns, int items);
}
