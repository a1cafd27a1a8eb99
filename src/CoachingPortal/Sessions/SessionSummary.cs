using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>The coach's own hand on a session's summary and tags.</summary>
public sealed class SessionSummary(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Characters of a summary.</summary>
    public const int Longest = 20_000;

    public const int MostTags = 20;
    public const int LongestTag = 40;

    /// <summary>Writes the summary; an empty text takes it away.</summary>
    /// <param name="version"><see cref="SessionHead.SummaryVersion"/> of the text that the coach edited.</param>
    /// <exception cref="ArgumentException">The text is too long.</exception>
    public async Task<TextSaved> SaveAsync(Guid sessionId, Caller caller, string? text, string? version, CancellationToken cancellation = default)
    {
        text = WrittenText.Clean(text);
        if (text.Length > Longest)
            throw new ArgumentException($"A summary may have at most {Longest:N0} characters.");
        while (true)
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
            var session = await db.Sessions.VisibleTo(caller).SingleOrDefaultAsync(s => s.Id == sessionId && s.CoachId == caller.Id, cancellation);
            if (session is null)
                return new(Outcome.NotFound);
            var standing = SessionReader.VersionOf(session.SummaryAt);
            if ((session.Summary ?? "") == text)
                return new(Outcome.Done, standing);
            if (standing != version)
                return new(Outcome.Conflict, standing, session.Summary ?? "");
            var now = time.GetUtcNow();
            session.Summary = text.Length == 0 ? null : text;
            session.SummarySource = text.Length == 0 ? null : SummarySource.Hand;
            session.SummaryAt = now;
            // What somebody took out is not kept beside it.
            var lines = text.Split('\n', StringSplitOptions.TrimEntries);
            session.SummaryPoints = [.. session.SummaryPoints.Where(p => lines.Contains(p.Text))];
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateConcurrencyException)
            {
                continue; // The row changed under us; whether it was the summary, the next look says.
            }
            await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
            await transaction.CommitAsync(cancellation);
            return new(Outcome.Done, SessionReader.VersionOf(now));
        }
    }

    /// <summary>The summary that stands now, for a coach whose own met it.</summary>
    public async Task<TextSaved> CurrentAsync(Guid sessionId, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var standing = await db.Sessions.AsNoTracking().VisibleTo(caller).Where(s => s.Id == sessionId)
            .Select(s => new { s.Summary, s.SummaryAt }).SingleOrDefaultAsync(cancellation);
        return standing is null ? new(Outcome.NotFound) : new(Outcome.Done, SessionReader.VersionOf(standing.SummaryAt), standing.Summary ?? "");
    }

    /// <exception cref="ArgumentException">Too many tags, or one too long.</exception>
    public async Task<Outcome> SetTagsAsync(Guid sessionId, Caller caller, IEnumerable<string> tags, CancellationToken cancellation = default)
    {
        var clean = CleanTags(tags);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var changed = await db.Sessions.VisibleTo(caller).Where(s => s.Id == sessionId && s.CoachId == caller.Id)
            .ExecuteUpdateAsync(u => u.SetProperty(s => s.Tags, clean), cancellation);
        if (changed == 0)
            return Outcome.NotFound;
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        return Outcome.Done;
    }

    /// <summary>Trimmed, each once whatever its case, empty ones left out.</summary>
    /// <exception cref="ArgumentException">Too many tags, or one too long.</exception>
    public static string[] CleanTags(IEnumerable<string?> tags)
    {
        var clean = tags.Select(WrittenText.Clean).Where(t => t.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return clean.Length > MostTags
            ? throw new ArgumentException($"A session may have at most {MostTags} tags.")
            : Array.Exists(clean, t => t.Length > LongestTag) ? throw new ArgumentException($"A tag may have at most {LongestTag} characters.") : clean;
    }
}
