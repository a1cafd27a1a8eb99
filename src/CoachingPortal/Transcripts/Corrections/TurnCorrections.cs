using System.Text;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Corrections;

public enum CorrectionOutcome
{
    Done,

    /// <summary>There is no such turn, or it is not the caller's to correct.</summary>
    NotFound,

    /// <summary>The turn says something else than what the caller corrected.</summary>
    Conflict,
}

/// <param name="Text">What the turn says now.</param>
public sealed record TurnCorrected(CorrectionOutcome Outcome, string Text = "");

/// <summary>
/// The hand of a session's founder or coach on the words of a turn. Who did it, when, and the words before are kept; from
/// then on the turn is <see cref="TurnSource.Hand"/>, and no program replaces it.
/// </summary>
public sealed class TurnCorrections(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Corrections of one turn that its readers are shown, newest first.</summary>
    private const int MostShown = 5;

    /// <summary>Changes a turn's words. Words that stand already are saved already: a lost answer is no conflict.</summary>
    /// <param name="before">The words that the caller corrected: when others stand by now, nothing is changed.</param>
    /// <exception cref="ArgumentException">The text is empty or too long.</exception>
    public async Task<TurnCorrected> SaveAsync(Guid sessionId, Guid turnId, Caller caller, string? text, string? before, CancellationToken cancellation = default)
    {
        text = Clean(text);
        if (text.Length == 0)
            throw new ArgumentException("A turn needs some words: leave them as they stand, or write what was said.");
        if (text.Length > Turns.MaxText)
            throw new ArgumentException($"A turn has at most {Turns.MaxText:N0} characters; this one would have {text.Length:N0}.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await db.Sessions.VisibleTo(caller).AnyAsync(s => s.Id == sessionId, cancellation))
            return new(CorrectionOutcome.NotFound);
        // Held until the end: of two who correct it at once, the second finds the words of the first.
        var turn = await db.Turns.FromSql($"select * from turns where id = {turnId} and session_id = {sessionId} and superseded_at is null for update").AsNoTracking().SingleOrDefaultAsync(cancellation);
        if (turn is null)
            return new(CorrectionOutcome.NotFound);
        if (turn.Text == text)
            return new(CorrectionOutcome.Done, turn.Text);
        if (Clean(turn.Text) != Clean(before))
            return new(CorrectionOutcome.Conflict, turn.Text);
        db.TurnCorrections.Add(new()
        {
            SessionId = sessionId,
            TurnId = turnId,
            PersonId = caller.Id,
            CorrectedAt = time.GetUtcNow(),
            TextBefore = turn.Text,
            ConfidenceBefore = turn.Confidence,
        });
        await db.SaveChangesAsync(cancellation);
        var pieces = TurnPieces.Corrected(turn.Pieces, turn.Text, text);
        await db.Turns.Where(t => t.Id == turnId)
            .ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, text).SetProperty(t => t.Source, TurnSource.Hand).SetProperty(t => t.Confidence, (double?)null).SetProperty(t => t.Pieces, pieces), cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Turns, cancellation);
        await transaction.CommitAsync(cancellation);
        return new(CorrectionOutcome.Done, text);
    }

    /// <summary>The corrections of a session's turns, by turn. The caller has made sure that the reader may see the session.</summary>
    internal static async Task<Dictionary<Guid, CorrectionLine>> OfSessionAsync(PortalDb db, Guid sessionId, CancellationToken cancellation)
    {
        var all = await db.TurnCorrections.AsNoTracking().Where(c => c.SessionId == sessionId).OrderBy(c => c.CorrectedAt).ThenBy(c => c.Id)
            .Join(db.People, c => c.PersonId, p => p.Id, (c, p) => new { c.TurnId, p.Name, c.CorrectedAt, c.TextBefore }).ToListAsync(cancellation);
        return all.GroupBy(c => c.TurnId).ToDictionary(
            g => g.Key,
            g => g.TakeLast(MostShown).Aggregate((CorrectionLine?)null, (earlier, c) => new(c.Name, c.CorrectedAt, c.TextBefore, earlier))!);
    }

    /// <summary>Line ends as one character, other control characters as blanks or not at all, nothing blank around.</summary>
    internal static string Clean(string? text)
    {
        var clean = new StringBuilder((text ?? "").ReplaceLineEndings("\n"));
        for (var i = clean.Length - 1; i >= 0; i--)
            if (clean[i] == '\t')
                clean[i] = ' ';
            else if (clean[i] != '\n' && char.IsControl(clean[i]))
                clean.Remove(i, 1);
        return clean.ToString().Trim();
    }
}
