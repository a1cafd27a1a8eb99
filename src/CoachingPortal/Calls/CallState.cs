using System.Data;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls;

/// <summary>What a participant sends at the moment, as their page says.</summary>
public sealed record MediaState(bool Microphone, bool Camera, bool Screen);

/// <summary>The whole truth about a session's call, as everyone in it is shown it.</summary>
/// <param name="Revision">Counts this portal's readings: of two states that reach a page over one connection, in whatever order, the higher is the newer.</param>
/// <param name="CallId">Null when no call is open.</param>
/// <param name="People">Who is in the call, in the order of joining.</param>
/// <param name="Expected">Founder and coach, present or not; in a call with FRED the coach only when present.</param>
public sealed record CallState(
    long Revision,
    DateTimeOffset ServerTime,
    Guid? CallId,
    DateTimeOffset? CallStartedAt,
    IReadOnlyList<CallPerson> People,
    IReadOnlyList<ExpectedPerson> Expected,
    RecordingState Recording);

public sealed record CallPerson(Guid ParticipationId, Guid PersonId, string Name, Role Role, MediaState Media);

/// <param name="RecordingConsent">Their newest answer; null when they have not been asked.</param>
public sealed record ExpectedPerson(Guid PersonId, string Name, Role Role, bool Present, ConsentAnswer? RecordingConsent, ConsentAnswer? TranscriptConsent);

/// <summary>Reads <see cref="CallState"/>.</summary>
public sealed class CallStates(IDbContextFactory<PortalDb> databases, RecordingGate gate, TimeProvider time)
{
    private long readings;

    /// <returns>Null when there is no such session (any more).</returns>
    public async Task<CallState?> OfAsync(Guid sessionId, CancellationToken cancellation = default)
    {
        // Before the database is looked at: whoever counts later then also saw later.
        var revision = Interlocked.Increment(ref readings);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // One moment's truth: a recording that has stopped beside a consent not yet withdrawn would be none.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var session = await db.Sessions.AsNoTracking().Include(s => s.Founder).Include(s => s.Coach).SingleOrDefaultAsync(s => s.Id == sessionId && s.DeletedAt == null, cancellation);
        if (session is null)
            return null;
        var call = await db.Calls.AsNoTracking().SingleOrDefaultAsync(c => c.SessionId == sessionId && c.EndedAt == null, cancellation);
        var joined = await db.Participations.AsNoTracking()
            .Where(p => p.SessionId == sessionId && p.JoinedAt != null && p.EndedAt == null).OrderBy(p => p.JoinedAt).ToListAsync(cancellation);
        var now = time.GetUtcNow();
        var consents = await Consents.OfSessionAsync(db, sessionId, now, cancellation);
        var recording = await gate.StateAsync(db, sessionId, cancellation);
        await transaction.CommitAsync(cancellation);

        string NameOf(Guid id) => (id == session.FounderId ? session.Founder : session.Coach)!.Name;
        ConsentAnswer? Answer(Guid id, ConsentType type) => consents.TryGetValue((id, type), out var answer) ? answer : null;
        ExpectedPerson Expected(Guid id, Role role) =>
            new(id, NameOf(id), role, joined.Exists(p => p.PersonId == id), Answer(id, ConsentType.Recording), Answer(id, ConsentType.Transcript));
        return new(
            revision, time.GetUtcNow(), call?.Id, joined.Count > 0 ? call?.StartedAt : null,
            [.. joined.Select(p => new CallPerson(p.Id, p.PersonId, NameOf(p.PersonId), p.Role, new(p.Microphone ?? false, p.Camera ?? false, p.Screen ?? false)))],
            [.. new[] { Expected(session.FounderId, Role.Founder), Expected(session.CoachId, Role.Coach) }.Where(p => p.Role == Role.Founder || p.Present || session.CallType != CoachingSession.OnDemand)],
            recording);
    }
}
