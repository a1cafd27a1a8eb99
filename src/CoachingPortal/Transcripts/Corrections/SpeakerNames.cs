using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Corrections;

/// <summary>A speaker as a session's turns name them.</summary>
/// <param name="Role">Null for a voice that is neither the founder's nor the coach's.</param>
public sealed record SpeakerName(string Name, Role? Role);

/// <summary>That somebody named a speaker otherwise.</summary>
/// <param name="By">Who did it.</param>
/// <param name="Turns">How many it changed.</param>
public sealed record SpeakerChange(string By, DateTimeOffset At, string Before, string Name, int Turns);

/// <param name="Correction">What was changed, for <see cref="SpeakerNames.UndoAsync"/>; null when nothing was.</param>
public sealed record SpeakerRenamed(CorrectionOutcome Outcome, SpeakerCorrection? Correction = null);

/// <summary>
/// The hand of a session's founder or coach on who spoke, for all turns of a speaker at once. Who did it, when, and the
/// name before are kept; the turns are <see cref="TurnSource.Hand"/> from then on.
/// </summary>
public sealed class SpeakerNames(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    public const int Longest = 100;

    private const int MostShown = 20;

    /// <summary>Names a speaker otherwise, or says that the voice is the founder's or the coach's.</summary>
    /// <param name="speaker">As the caller saw them: when no turn is theirs any more, nothing is changed.</param>
    /// <exception cref="ArgumentException">The name is empty or too long, or that person did not agree to a transcript.</exception>
    public async Task<SpeakerRenamed> RenameAsync(Guid sessionId, Caller caller, SpeakerName speaker, SpeakerName name, CancellationToken cancellation = default)
    {
        name = name with { Name = TurnCorrections.Clean(name.Name).ReplaceLineEndings(" ") };
        if (name.Name.Length is 0 or > Longest)
            throw new ArgumentException($"A speaker's name has 1 to {Longest} characters.");
        return name == speaker ? new(CorrectionOutcome.Done) : await ApplyAsync(sessionId, caller, speaker, name, null, cancellation);
    }

    /// <summary>Takes back a correction where its turns stand as it left them.</summary>
    public Task<SpeakerRenamed> UndoAsync(SpeakerCorrection done, Caller caller, CancellationToken cancellation = default) =>
        ApplyAsync(done.SessionId, caller, new(done.Speaker, done.Role), new(done.SpeakerBefore, done.RoleBefore), done.TurnIds, cancellation);

    /// <summary>Who changed which speaker, newest first.</summary>
    public async Task<IReadOnlyList<SpeakerChange>> ChangesAsync(Guid sessionId, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.SpeakerCorrections.AsNoTracking().Where(c => c.SessionId == sessionId && db.Sessions.VisibleTo(caller).Any(s => s.Id == sessionId))
            .OrderByDescending(c => c.CorrectedAt).ThenByDescending(c => c.Id).Take(MostShown)
            .Join(db.People, c => c.PersonId, p => p.Id, (c, p) => new SpeakerChange(p.Name, c.CorrectedAt, c.SpeakerBefore, c.Speaker, c.TurnIds.Length)).ToListAsync(cancellation);
    }

    private async Task<SpeakerRenamed> ApplyAsync(Guid sessionId, Caller caller, SpeakerName from, SpeakerName to, Guid[]? among, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (await db.Sessions.AsNoTracking().VisibleTo(caller).Include(s => s.Founder).Include(s => s.Coach).SingleOrDefaultAsync(s => s.Id == sessionId, cancellation) is not { } session)
            return new(CorrectionOutcome.NotFound);
        var person = to.Role switch { Role.Founder => session.Founder, Role.Coach => session.Coach, _ => null };
        // A withdrawal that comes at the same moment comes before or after, never in between.
        await Consents.HoldAsync(db, sessionId, cancellation);
        if (person is not null && (await Consents.OfSessionAsync(db, sessionId, now, cancellation)).TryGetValue((person.Id, ConsentType.Transcript), out var answer) && answer != ConsentAnswer.Granted)
            throw new ArgumentException($"{person.Name} has not agreed to a transcript of this session, so no words can be theirs.");
        var role = from.Role is { } r ? PortalDb.SnakeCase(r.ToString()) : null;
        var turns = (await db.Turns.FromSql(
            $"""
            select * from turns where session_id = {sessionId} and superseded_at is null and speaker = {from.Name} and role is not distinct from {role}
            order by started_at, id for update
            """).AsNoTracking().ToListAsync(cancellation)).Where(t => among is null || among.Contains(t.Id)).ToList();
        if (turns.Count == 0)
            return new(CorrectionOutcome.Conflict);
        var correction = new SpeakerCorrection
        {
            SessionId = sessionId,
            PersonId = caller.Id,
            CorrectedAt = now,
            TurnIds = [.. turns.Select(t => t.Id)],
            SpeakerBefore = from.Name,
            RoleBefore = from.Role,
            SpeakerIdBefore = turns[0].PersonId,
            Speaker = to.Name,
            Role = to.Role,
            SpeakerId = person?.Id,
        };
        db.SpeakerCorrections.Add(correction);
        await db.SaveChangesAsync(cancellation);
        await db.Turns.Where(t => t.SessionId == sessionId && correction.TurnIds.Contains(t.Id)).ExecuteUpdateAsync(
            u => u.SetProperty(t => t.Speaker, to.Name).SetProperty(t => t.Role, to.Role).SetProperty(t => t.PersonId, correction.SpeakerId).SetProperty(t => t.Source, TurnSource.Hand), cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Turns, cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation); // decisions name who spoke
        await transaction.CommitAsync(cancellation);
        return new(CorrectionOutcome.Done, correction);
    }
}
