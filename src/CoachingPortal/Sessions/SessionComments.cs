using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoachingPortal.Sessions;

/// <summary>Comments at moments of a session, with replies of one level. The founder and the coach read all of them and change their own.</summary>
public sealed class SessionComments(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Characters of one comment.</summary>
    public const int Longest = 4_000;

    /// <summary>Comments and replies of one session; more is a mistake of whoever sends them.</summary>
    public const int Most = 2_000;

    /// <summary>How long before the session was to start a moment of it can be; calls begin early.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromDays(1);

    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Writes a comment, new or changed. The page chooses a new one's id, so that saving twice writes once. A text that
    /// stands already is saved already, whatever version the caller had.
    /// </summary>
    /// <param name="at">The moment that a new comment is about; a reply takes its comment's, an old one keeps its own.</param>
    /// <param name="replyToId">The comment of this session that a new one answers.</param>
    /// <param name="version">Of the text that the caller edited; null for a new one.</param>
    /// <returns><see cref="Outcome.NotFound"/> also when there is no such comment to answer in this session.</returns>
    /// <exception cref="ArgumentException">The text is empty or too long, the moment is none of the session, or there are too many.</exception>
    public async Task<TextSaved> SaveAsync(Guid sessionId, Guid commentId, Caller caller, string? text, DateTimeOffset? at, Guid? replyToId, string? version, CancellationToken cancellation = default)
    {
        text = WrittenText.Require(text, Longest, "A comment");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Sessions.VisibleTo(caller).Where(s => s.Id == sessionId).Select(s => (DateTimeOffset?)s.StartsAt).SingleOrDefaultAsync(cancellation) is not { } startsAt)
            return new(Outcome.NotFound);
        var comment = await db.Comments.SingleOrDefaultAsync(c => c.Id == commentId, cancellation);
        if (comment is null)
        {
            if (await MomentAsync(db, sessionId, startsAt, at, replyToId, cancellation) is not { } moment)
                return new(Outcome.NotFound);
            comment = new() { Id = commentId, SessionId = sessionId, AuthorId = caller.Id, ReplyToId = replyToId, At = moment, Text = text, CreatedAt = time.GetUtcNow() };
            db.Comments.Add(comment);
        }
        else if (comment.SessionId != sessionId || comment.AuthorId != caller.Id || comment.DeletedAt is not null)
        {
            return new(Outcome.NotFound);
        }
        else if (comment.Text == text)
        {
            return new(Outcome.Done, VersionOf(comment));
        }
        else if (version != VersionOf(comment))
        {
            return new(Outcome.Conflict, VersionOf(comment), comment.Text);
        }
        else
        {
            comment.Text = text;
            comment.UpdatedAt = time.GetUtcNow();
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Another tab was faster by a moment: look again at what it wrote.
            await transaction.RollbackAsync(cancellation);
            var standing = await CurrentAsync(sessionId, commentId, caller, cancellation);
            return standing.Outcome != Outcome.Done || standing.Text == text ? standing : standing with { Outcome = Outcome.Conflict };
        }
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Comments, cancellation);
        await transaction.CommitAsync(cancellation);
        return new(Outcome.Done, VersionOf(comment));
    }

    /// <summary>The text that stands now, for someone whose own met it.</summary>
    public async Task<TextSaved> CurrentAsync(Guid sessionId, Guid commentId, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var comment = await Own(db, sessionId, commentId, caller).AsNoTracking().SingleOrDefaultAsync(c => c.DeletedAt == null, cancellation);
        return comment is null ? new(Outcome.NotFound) : new(Outcome.Done, VersionOf(comment), comment.Text);
    }

    /// <summary>Takes a comment back, or brings it back. Replies of others stay.</summary>
    public async Task<Outcome> DeleteAsync(Guid sessionId, Guid commentId, Caller caller, bool deleted, CancellationToken cancellation = default)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var changed = await Own(db, sessionId, commentId, caller).Where(c => c.DeletedAt == null || c.DeletedAt > now - Deletion.Grace)
            .ExecuteUpdateAsync(u => u.SetProperty(c => c.DeletedAt, c => deleted ? c.DeletedAt ?? now : null), cancellation);
        if (changed == 0)
            return Outcome.NotFound;
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Comments, cancellation);
        await transaction.CommitAsync(cancellation);
        return Outcome.Done;
    }

    /// <summary>Of comments taken back longer ago than the grace nothing stays, but for an empty place where somebody answered.</summary>
    internal static async Task PurgeAsync(PortalDb db, DateTimeOffset oldest, CancellationToken cancellation)
    {
        await db.Comments.Where(c => c.DeletedAt <= oldest && c.ReplyToId != null).ExecuteDeleteAsync(cancellation);
        await db.Comments.Where(c => c.DeletedAt <= oldest && !db.Comments.Any(r => r.ReplyToId == c.Id)).ExecuteDeleteAsync(cancellation);
        await db.Comments.Where(c => c.DeletedAt <= oldest && c.Text != "").ExecuteUpdateAsync(u => u.SetProperty(c => c.Text, ""), cancellation);
    }

    private static IQueryable<Comment> Own(PortalDb db, Guid sessionId, Guid commentId, Caller caller) =>
        db.Comments.Where(c => c.Id == commentId && c.SessionId == sessionId && c.AuthorId == caller.Id && db.Sessions.VisibleTo(caller).Any(s => s.Id == sessionId));

    /// <returns>Null when there is nothing to answer.</returns>
    private async Task<DateTimeOffset?> MomentAsync(PortalDb db, Guid sessionId, DateTimeOffset startsAt, DateTimeOffset? at, Guid? replyToId, CancellationToken cancellation)
    {
        if (await db.Comments.CountAsync(c => c.SessionId == sessionId, cancellation) >= Most)
            throw new ArgumentException($"A session may have at most {Most:N0} comments.");
        if (replyToId is { } answered)
            return await db.Comments.Where(c => c.Id == answered && c.SessionId == sessionId && c.ReplyToId == null).Select(c => (DateTimeOffset?)c.At).SingleOrDefaultAsync(cancellation);
        var first = await db.Calls.Where(c => c.SessionId == sessionId).MinAsync(c => (DateTimeOffset?)c.StartedAt, cancellation) ?? startsAt;
        var earliest = (first < startsAt ? first : startsAt) - Early;
        return at is { } moment && moment >= earliest && moment <= (time.GetUtcNow() is var now && now > startsAt ? now : startsAt) + ClocksDiffer
            ? moment.ToUniversalTime()
            : throw new ArgumentException("A comment needs a moment of this session: \"at\", in milliseconds since 1970.");
    }

    private static string VersionOf(Comment comment) => comment.Version.ToString(CultureInfo.InvariantCulture);
}
