using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>A whole session for an API client, as far as the caller may see it.</summary>
/// <param name="Notes">All entries as one text; FRED's as <c>2026-11-21 14:03:22Z FOUNDER: ...</c> lines.</param>
/// <param name="Transcript">Turns in order.</param>
public sealed record SessionDocument(
    Guid Id,
    string Title,
    string CallType,
    string RoomName,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    DateTimeOffset? CancelledAt,
    IReadOnlyList<SessionDocumentPerson> People,
    IReadOnlyList<string> Tags,
    string? Summary,
    string? SummarySource,
    DateTimeOffset? SummaryAt,
    IReadOnlyList<SessionDocumentItem> Decisions,
    IReadOnlyList<SessionDocumentItem> NextActions,
    IReadOnlyList<SessionDocumentItem> OpenQuestions,
    string Notes,
    IReadOnlyList<SessionDocumentCall> Calls,
    IReadOnlyList<SessionDocumentTurn> Transcript,
    IReadOnlyList<SessionDocumentComment> Comments)
{
    /// <returns>Null when there is no such session for the caller.</returns>
    public static async Task<SessionDocument?> ReadAsync(PortalDb db, Guid id, Caller caller, CancellationToken cancellation)
    {
        var session = await db.Sessions.AsNoTracking().VisibleTo(caller).Where(s => s.Id == id)
            .Select(s => new { s.RoomName, IsCoach = s.CoachId == caller.Id }).SingleOrDefaultAsync(cancellation);
        if (session is null || await SessionReader.HeadAsync(db, id, caller, cancellation) is not { } head)
            return null;
        var items = await SessionReader.ItemsAsync(db, id, caller, cancellation);
        var calls = await db.Calls.AsNoTracking().Where(c => c.SessionId == id).OrderBy(c => c.StartedAt)
            .Select(c => new SessionDocumentCall(c.Id, c.StartedAt, c.EndedAt)).ToListAsync(cancellation);
        var turns = await db.Turns.AsNoTracking().Where(t => t.SessionId == id).OrderBy(t => t.StartedAt).ThenBy(t => t.Id)
            .Select(t => new { t.Id, t.Speaker, t.Role, t.Text, t.StartedAt, t.EndedAt, t.Confidence, t.Language }).ToListAsync(cancellation);
        return new(
            id, head.Title, head.CallType, session.RoomName, head.StartsAt, head.EndsAt, head.CancelledAt,
            [new(head.Founder.Id, head.Founder.Name, "founder"), new(head.Coach.Id, head.Coach.Name, "coach")],
            head.Tags, head.Summary, Word(head.SummarySource), head.SummaryAt,
            [.. items.Where(i => i.Kind == ItemKind.Decision).Select(Item)],
            [.. items.Where(i => i.Kind == ItemKind.NextAction).Select(Item)],
            [.. items.Where(i => i.Kind == ItemKind.OpenQuestion).Select(Item)],
            await NotesText.OfSessionAsync(db, id, session.IsCoach, cancellation),
            calls,
            [.. turns.Select(t => new SessionDocumentTurn(t.Id, t.Speaker, Word<Role>(t.Role), t.Text, t.StartedAt, t.EndedAt, t.Confidence, t.Language))],
            [.. (await SessionReader.CommentsAsync(db, id, caller, cancellation)).Where(c => !c.IsDeleted).Select(c => new SessionDocumentComment(c.Id, c.AuthorId, c.ReplyToId, c.At, c.Text, c.CreatedAt, c.UpdatedAt))]);
    }

    private static SessionDocumentItem Item(ItemLine item) =>
        new(item.Id, item.Text, Word(item.Owner), item.DueOn, item.DoneAt, item.IsUnsure, item.IsUnverified, Word<SummarySource>(item.Source)!, [.. item.Evidence.Select(e => e.TurnId)]);

    private static string? Word<T>(T? value)
        where T : struct, Enum => value?.ToString().ToLowerInvariant();
}

public sealed record SessionDocumentPerson(Guid Id, string Name, string Role);

/// <param name="IsUnverified">A program claims it, and the words it rests on were not found in what was said.</param>
/// <param name="Evidence">Ids of the turns it came from.</param>
public sealed record SessionDocumentItem(
    Guid Id, string Text, string? Owner, DateOnly? DueOn, DateTimeOffset? DoneAt, bool IsUnsure, bool IsUnverified, string Source, IReadOnlyList<Guid> Evidence);

/// <param name="At">The moment that it is about.</param>
/// <param name="ReplyToId">The comment that it answers.</param>
public sealed record SessionDocumentComment(Guid Id, Guid AuthorId, Guid? ReplyToId, DateTimeOffset At, string Text, DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt);

public sealed record SessionDocumentCall(Guid Id, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <param name="Confidence">0 to 1; null when the recogniser gave none.</param>
public sealed record SessionDocumentTurn(
    Guid Id, string Speaker, string? Role, string Text, DateTimeOffset StartedAt, DateTimeOffset EndedAt, double? Confidence, string? Language);
