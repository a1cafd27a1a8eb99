using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>What an API client changes in a session.</summary>
/// <param name="Messages">At most 500, appended to the notes in their order.</param>
/// <param name="Title">1 to 200 characters; for the coach.</param>
/// <param name="Tags">At most 20 of at most 40 characters, in place of the old ones; for the coach.</param>
public sealed record PatchSessionRequest(IReadOnlyList<PatchMessage>? Messages = null, string? Title = null, IReadOnlyList<string>? Tags = null);

/// <param name="Timestamp">When it was said.</param>
/// <param name="Role"><c>FRED</c> or the caller's own, <c>FOUNDER</c> or <c>COACH</c>, in any case.</param>
/// <param name="Message">1 to 32,000 characters.</param>
public sealed record PatchMessage(DateTimeOffset? Timestamp, string? Role, string? Message);

/// <param name="Appended">Messages that the request put into the notes, now or when it came first.</param>
public sealed record PatchSessionResult(Guid Id, int Appended);

public enum PatchOutcome
{
    Done,
    NotFound,

    /// <summary>Title and tags are the coach's.</summary>
    NotAllowed,

    /// <summary>The idempotency key was used before, with other messages.</summary>
    KeyReused,
}

/// <summary>Appends messages to a session's notes for an API client, each request once, and changes title and tags.</summary>
public sealed class SessionPatch(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    public const int MostMessages = 500;
    public const int LongestMessage = 32_000;
    public const int LongestKey = 100;
    public const int LongestTitle = 200;

    /// <param name="key">The client's idempotency key; needed with messages.</param>
    /// <exception cref="ArgumentException">The request is out of bounds; the message says how.</exception>
    public async Task<(PatchOutcome Outcome, PatchSessionResult? Result)> ApplyAsync(
        Guid sessionId, Caller caller, PatchSessionRequest request, string? key, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var isCoach = await db.Sessions.VisibleTo(caller).Where(s => s.Id == sessionId).Select(s => (bool?)(s.CoachId == caller.Id)).SingleOrDefaultAsync(cancellation);
        if (isCoach is null)
            return (PatchOutcome.NotFound, null);
        if (isCoach is false && (request.Title is not null || request.Tags is not null))
            return (PatchOutcome.NotAllowed, null);

        var appended = 0;
        if (request.Messages is { Count: > 0 } messages)
        {
            var lines = Check(messages, isCoach.Value ? ChatRole.Coach : ChatRole.Founder);
            if (string.IsNullOrWhiteSpace(key) || key.Length > LongestKey)
                throw new ArgumentException($"Messages need a header Idempotency-Key of 1 to {LongestKey} characters, so that a repeated request appends nothing twice.");
            // Requests of one key come one after the other; the second then finds what the first has appended.
            await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtextextended({$"patch:{sessionId}:{caller.Id}:{key}"}, 0))", cancellation);
            var standing = await StandingAsync(db, sessionId, caller, key, cancellation);
            if (standing.Count > 0)
                return standing.SequenceEqual(lines) ? (PatchOutcome.Done, new(sessionId, standing.Count)) : (PatchOutcome.KeyReused, null);
            await AppendAsync(db, sessionId, caller, key, lines, isCoach.Value, cancellation);
            await SessionFeed.PublishAsync(db, sessionId, SessionChange.Notes, cancellation);
            appended = lines.Count;
        }
        if (request.Title is not null || request.Tags is not null)
        {
            var title = request.Title is null ? null : WrittenText.Require(request.Title, LongestTitle, "A title");
            var tags = request.Tags is null ? null : SessionSummary.CleanTags(request.Tags);
            await db.Sessions.Where(s => s.Id == sessionId)
                .ExecuteUpdateAsync(u => u.SetProperty(s => s.Title, s => title ?? s.Title).SetProperty(s => s.Tags, s => tags ?? s.Tags), cancellation);
            await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return (PatchOutcome.Done, new(sessionId, appended));
    }

    private List<Line> Check(IReadOnlyList<PatchMessage> messages, ChatRole own)
    {
        if (messages.Count > MostMessages)
            throw new ArgumentException($"At most {MostMessages} messages at once; there are {messages.Count}.");
        var latest = time.GetUtcNow().AddDays(1);
        var lines = new List<Line>(messages.Count);
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is not { } message)
                throw new ArgumentException($"messages[{i}] is null.");
            if (!Enum.TryParse<ChatRole>(message.Role, ignoreCase: true, out var role) || !Enum.IsDefined(role) || char.IsAsciiDigit(message.Role![0]) || (role != own && role != ChatRole.Fred))
                throw new ArgumentException($"messages[{i}].role must be FRED or your own role, {own.ToString().ToUpperInvariant()}.");
            if (message.Timestamp is not { } at || at.Year < 2000 || at > latest)
                throw new ArgumentException($"messages[{i}].timestamp must be an ISO 8601 time that has been.");
            var text = WrittenText.Clean(message.Message);
            if (text.Length is 0 or > LongestMessage)
                throw new ArgumentException($"messages[{i}].message must have 1 to {LongestMessage:N0} characters.");
            lines.Add(new(role, text, at.UtcTicks / TimeSpan.TicksPerMicrosecond));
        }
        return lines;
    }

    private static async Task<IReadOnlyList<Line>> StandingAsync(PortalDb db, Guid sessionId, Caller caller, string key, CancellationToken cancellation)
    {
        var prefix = key + "#";
        var entries = await db.Notes.AsNoTracking()
            .Where(n => n.SessionId == sessionId && n.AuthorId == caller.Id && n.IdempotencyKey!.StartsWith(prefix))
            .OrderBy(n => n.Number)
            .Select(n => new { n.IdempotencyKey, n.ChatRole, n.Text, n.CreatedAt }).ToListAsync(cancellation);
        // A key may itself hold a '#': only an index may follow ours.
        return [.. entries.Where(n => n.IdempotencyKey![prefix.Length..].All(char.IsAsciiDigit))
            .Select(n => new Line(n.ChatRole!.Value, n.Text, n.CreatedAt.UtcTicks / TimeSpan.TicksPerMicrosecond))];
    }

    private static Task<int> AppendAsync(PortalDb db, Guid sessionId, Caller caller, string key, List<Line> lines, bool isCoach, CancellationToken cancellation)
    {
        var ids = lines.Select(_ => Ids.New()).ToArray();
        var keys = lines.Select((_, i) => $"{key}#{i}").ToArray();
        var roles = lines.Select(l => PortalDb.SnakeCase(l.Role.ToString())).ToArray();
        var texts = lines.Select(l => l.Text).ToArray();
        var times = lines.Select(l => new DateTimeOffset(l.Microseconds * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero)).ToArray();
        var visibility = isCoach ? "coach" : "shared";
        // By one statement, so that the entries are numbered in the order of the messages.
        return db.Database.ExecuteSqlAsync(
            $"""
            insert into note_entries (id, session_id, kind, visibility, author_id, chat_role, idempotency_key, text, created_at)
            select new.id, {sessionId}, 'fred', {visibility}, {caller.Id}, new.role, new.key, new.text, new.at
            from unnest({ids}, {roles}, {keys}, {texts}, {times}) with ordinality as new (id, role, key, text, at, place)
            order by new.place
            """, cancellation);
    }

    private sealed record Line(ChatRole Role, string Text, long Microseconds);
}
