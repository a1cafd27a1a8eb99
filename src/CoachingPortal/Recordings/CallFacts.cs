using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings;

/// <summary>What is known of a session's open call, read at one go: who is in it, what they answered, what is recorded.</summary>
/// <param name="Call">Null when none is open.</param>
/// <param name="Joined">Who is there, in the order of joining.</param>
/// <param name="Answers">As <see cref="Consents.OfSessionAsync"/> reads them.</param>
/// <param name="Recording">Of the open call, with its spans.</param>
public sealed record CallFacts(
    Guid SessionId,
    bool IsDeleted,
    Guid? RequestedById,
    OpenCall? Call,
    IReadOnlyList<Participation> Joined,
    IReadOnlyDictionary<(Guid PersonId, ConsentType Type), ConsentAnswer> Answers,
    RecordingRule Rule,
    Recording? Recording)
{
    /// <summary>The span that is being recorded.</summary>
    public RecordingSegment? Open => Recording?.Segments.SingleOrDefault(s => s.EndedAt is null);

    public RecordingSegment? Last => Recording?.Segments.MaxBy(s => s.Number);

    public bool Includes(Guid personId) => personId == Rule.Founder.Id || personId == Rule.Coach.Id;

    /// <summary>Reads past what the context holds: only the database knows what another request has just changed.</summary>
    /// <returns>Null when there is no such session.</returns>
    public static async Task<CallFacts?> ReadAsync(PortalDb db, Guid sessionId, DateTimeOffset now, CancellationToken cancellation)
    {
        var session = await db.Sessions.AsNoTracking().Where(s => s.Id == sessionId)
            .Select(s => new
            {
                s.RecordingRequestedAt,
                s.RecordingRequestedById,
                s.FounderId,
                FounderName = s.Founder!.Name,
                s.Founder.Tier,
                s.CoachId,
                CoachName = s.Coach!.Name,
                IsDeleted = s.DeletedAt != null,
                IsOnDemand = s.CallType == CoachingSession.OnDemand,
                Call = db.Calls.Where(c => c.SessionId == s.Id && c.EndedAt == null).Select(c => new OpenCall(c.Id, c.Transport, c.StartedAt, db.Recordings.Any(r => r.CallId == c.Id))).SingleOrDefault(),
            })
            .SingleOrDefaultAsync(cancellation);
        if (session is null)
            return null;
        var joined = await db.Participations.AsNoTracking().Where(p => p.SessionId == sessionId && p.JoinedAt != null && p.EndedAt == null).OrderBy(p => p.JoinedAt).ToListAsync(cancellation);
        var answers = await Consents.OfSessionAsync(db, sessionId, now, cancellation);
        var recording = session.Call is not { HasRecording: true } call ? null
            : await db.Recordings.AsNoTracking().Include(r => r.Segments).SingleOrDefaultAsync(r => r.CallId == call.Id, cancellation);
        ExpectedPerson Expected(Guid id, string name) => new(
            id, name, joined.Exists(p => p.PersonId == id && p.CallId == session.Call?.Id), answers.TryGetValue((id, ConsentType.Recording), out var answer) ? answer : null);
        var rule = new RecordingRule(
            session.RecordingRequestedAt is not null, session.Tier, Expected(session.FounderId, session.FounderName), Expected(session.CoachId, session.CoachName),
            session.IsOnDemand);
        return new(sessionId, session.IsDeleted, session.RecordingRequestedById, session.Call, joined, answers, rule, recording);
    }
}

public sealed record OpenCall(Guid Id, CallTransport Transport, DateTimeOffset StartedAt, bool HasRecording);
