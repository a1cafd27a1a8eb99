using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoachingPortal.Sessions;

/// <summary>Notes that people write. Each is edited by its author alone; entries of FRED by nobody.</summary>
public sealed class SessionNotes(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Characters of one note.</summary>
    public const int Longest = 100_000;

    /// <summary>
    /// Writes a note, new or changed. The page chooses a new note's id, so that saving twice writes once. A text that
    /// stands already is saved already, whatever version the caller had: a lost answer is no conflict.
    /// </summary>
    /// <param name="version">Of the text that the caller edited; null for a new note.</param>
    /// <param name="visibility">Of a new note; <see cref="NoteVisibility.Coach"/> for the coach only. An old one keeps its own.</param>
    /// <exception cref="ArgumentException">The text is empty or too long.</exception>
    public async Task<TextSaved> SaveAsync(Guid sessionId, Guid noteId, Caller caller, string text, NoteVisibility visibility, string? version, CancellationToken cancellation = default)
    {
        text = WrittenText.Require(text, Longest, "A note");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var role = await db.Sessions.VisibleTo(caller).Where(s => s.Id == sessionId)
            .Select(s => (Role?)(s.CoachId == caller.Id ? Role.Coach : Role.Founder)).SingleOrDefaultAsync(cancellation);
        if (role is null || (visibility == NoteVisibility.Coach && role != Role.Coach))
            return new(Outcome.NotFound);

        var note = await db.Notes.SingleOrDefaultAsync(n => n.Id == noteId, cancellation);
        if (note is null)
        {
            note = new()
            {
                Id = noteId,
                SessionId = sessionId,
                Kind = NoteKind.Manual,
                Visibility = visibility,
                AuthorId = caller.Id,
                Text = text,
                CreatedAt = time.GetUtcNow(),
            };
            db.Notes.Add(note);
        }
        else if (note.SessionId != sessionId || note.AuthorId != caller.Id || note.Kind != NoteKind.Manual)
        {
            return new(Outcome.NotFound);
        }
        else if (note.Text == text)
        {
            return new(Outcome.Done, VersionOf(note));
        }
        else if (version != VersionOf(note))
        {
            return new(Outcome.Conflict, VersionOf(note), note.Text);
        }
        else
        {
            note.Text = text;
            note.UpdatedAt = time.GetUtcNow();
        }

        try
        {
            await db.SaveChangesAsync(cancellation);
        }
        catch (DbUpdateException e) when (e is DbUpdateConcurrencyException || e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // Another tab was faster by a moment: look again at what it wrote.
            await transaction.RollbackAsync(cancellation);
            return await StandingAsync(noteId, caller, text, cancellation);
        }
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Notes, cancellation);
        await transaction.CommitAsync(cancellation);
        return new(Outcome.Done, VersionOf(note));
    }

    /// <summary>The text that stands now, for someone whose own met it.</summary>
    public async Task<TextSaved> CurrentAsync(Guid sessionId, Guid noteId, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var note = await db.Notes.AsNoTracking()
            .SingleOrDefaultAsync(n => n.Id == noteId && n.AuthorId == caller.Id && db.Sessions.VisibleTo(caller).Any(s => s.Id == sessionId && s.Id == n.SessionId), cancellation);
        return note is null ? new(Outcome.NotFound) : new(Outcome.Done, VersionOf(note), note.Text);
    }

    private async Task<TextSaved> StandingAsync(Guid noteId, Caller caller, string text, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var note = await db.Notes.AsNoTracking().SingleOrDefaultAsync(n => n.Id == noteId && n.AuthorId == caller.Id, cancellation);
        return note is null
            ? new(Outcome.NotFound)
            : note.Text == text ? new(Outcome.Done, VersionOf(note)) : new(Outcome.Conflict, VersionOf(note), note.Text);
    }

    private static string VersionOf(NoteEntry note) => note.Version.ToString(CultureInfo.InvariantCulture);
}
