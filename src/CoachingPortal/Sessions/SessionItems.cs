using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>
/// Decisions, next actions and open questions by hand. The coach adds, edits and removes; the founder adds actions and ticks off those
/// that are not the coach's.
/// </summary>
public sealed class SessionItems(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Characters of one item.</summary>
    public const int Longest = 2_000;

    /// <summary>Items of one session; more is a mistake of whoever sends them.</summary>
    public const int Most = 500;

    /// <param name="id">The new item's: adding the same twice adds it once.</param>
    /// <exception cref="ArgumentException">The text is empty or too long, or there are too many items.</exception>
    public async Task<Outcome> AddAsync(Guid sessionId, Caller caller, ItemKind kind, string text, Role? owner, DateOnly? dueOn, Guid? id = null, CancellationToken cancellation = default)
    {
        text = WrittenText.Require(text, Longest, kind switch { ItemKind.Decision => "A decision", ItemKind.NextAction => "An action", _ => "A question" });
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await db.Sessions.VisibleTo(caller).AnyAsync(s => s.Id == sessionId && (kind == ItemKind.NextAction || s.CoachId == caller.Id), cancellation))
            return Outcome.NotFound;
        if (id is not null && await db.Items.IgnoreQueryFilters().AnyAsync(i => i.Id == id, cancellation))
            return Outcome.Done;
        var standing = await db.Items.Where(i => i.SessionId == sessionId).GroupBy(_ => 1)
            .Select(g => new { Count = g.Count(), Last = g.Max(i => i.Position) }).SingleOrDefaultAsync(cancellation);
        if (standing?.Count >= Most)
            throw new ArgumentException($"A session may have at most {Most} decisions, actions and questions.");
        db.Items.Add(new()
        {
            Id = id ?? Ids.New(),
            SessionId = sessionId,
            Kind = kind,
            Text = text,
            Owner = kind == ItemKind.NextAction ? owner : null,
            DueOn = kind == ItemKind.NextAction ? dueOn : null,
            Source = SummarySource.Hand,
            Position = (standing?.Last ?? -1) + 1,
            CreatedAt = time.GetUtcNow(),
        });
        return await SaveAsync(db, sessionId, cancellation);
    }

    /// <summary>Changes an item by the coach's hand, who is never unsure.</summary>
    /// <param name="version"><see cref="ItemLine.Version"/> of what the coach edited.</param>
    /// <exception cref="ArgumentException">The text is empty or too long.</exception>
    public async Task<Outcome> EditAsync(Guid sessionId, Guid itemId, Caller caller, string text, Role? owner, DateOnly? dueOn, uint version, CancellationToken cancellation = default)
    {
        text = WrittenText.Require(text, Longest, "An item");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await OfCoachAsync(db, sessionId, itemId, caller, cancellation) is not { } item)
            return Outcome.NotFound;
        if ((item.Text, item.Source, item.IsUnsure, item.IsUnverified) == (text, SummarySource.Hand, false, false) && (item.Kind != ItemKind.NextAction || (item.Owner, item.DueOn) == (owner, dueOn)))
            return Outcome.Done; // saved before, and the answer was lost
        if (item.Version != version)
            return Outcome.Conflict;
        item.Text = text;
        item.Owner = item.Kind == ItemKind.NextAction ? owner : null;
        item.DueOn = item.Kind == ItemKind.NextAction ? dueOn : null;
        item.Source = SummarySource.Hand;
        item.IsUnsure = item.IsUnverified = false;
        return await SaveAsync(db, sessionId, cancellation);
    }

    /// <summary>Ticks an action off, or takes the tick back. The newest wish wins.</summary>
    public async Task<Outcome> TickAsync(Guid sessionId, Guid itemId, Caller caller, bool done, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var changed = await db.Items
            .Where(i => i.Id == itemId && i.SessionId == sessionId && i.Kind == ItemKind.NextAction
                && db.Sessions.VisibleTo(caller).Any(s => s.Id == sessionId && (s.CoachId == caller.Id || i.Owner != Role.Coach)))
            .ExecuteUpdateAsync(u => u.SetProperty(i => i.DoneAt, i => done ? i.DoneAt ?? now : null), cancellation);
        if (changed == 0)
            return Outcome.NotFound;
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        return Outcome.Done;
    }

    /// <returns>What was removed, for <see cref="PutBackAsync"/>; null when it is not there or not the caller's.</returns>
    public async Task<SessionItem?> RemoveAsync(Guid sessionId, Guid itemId, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await OfCoachAsync(db, sessionId, itemId, caller, cancellation) is not { } item)
            return null;
        if (item.SaidAs is null)
            db.Items.Remove(item);
        else
            item.RemovedAt = time.GetUtcNow();
        return await SaveAsync(db, sessionId, cancellation) == Outcome.Done ? item : null;
    }

    /// <summary>Brings a removed item back as it was.</summary>
    public async Task<Outcome> PutBackAsync(SessionItem removed, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await db.Sessions.VisibleTo(caller).AnyAsync(s => s.Id == removed.SessionId && s.CoachId == caller.Id, cancellation))
            return Outcome.NotFound;
        if (await db.Items.IgnoreQueryFilters().SingleOrDefaultAsync(i => i.Id == removed.Id && i.SessionId == removed.SessionId, cancellation) is { } standing)
            standing.RemovedAt = null;
        else
            db.Items.Add(removed);
        return await SaveAsync(db, removed.SessionId, cancellation);
    }

    private static Task<SessionItem?> OfCoachAsync(PortalDb db, Guid sessionId, Guid itemId, Caller caller, CancellationToken cancellation) =>
        db.Items.SingleOrDefaultAsync(
            i => i.Id == itemId && i.SessionId == sessionId && db.Sessions.VisibleTo(caller).Any(s => s.Id == sessionId && s.CoachId == caller.Id),
            cancellation);

    private static async Task<Outcome> SaveAsync(PortalDb db, Guid sessionId, CancellationToken cancellation)
    {
        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateConcurrencyException)
        {
            return Outcome.Conflict;
        }
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await db.Database.CommitTransactionAsync(cancellation);
        return Outcome.Done;
    }
}
