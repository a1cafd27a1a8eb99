using System.Data;
using CoachingPortal.Data;
using CoachingPortal.Domain;
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
        if (await CallFacts.ReadAsync(db, sessionId, time.GetUtcNow(), cancellation) is not { IsDeleted: false } facts)
            return null;
        var recording = await gate.StateAsync(db, facts, cancellation);
        await transaction.CommitAsync(cancellation);

        var (founder, coach) = (facts.Rule.Founder, facts.Rule.Coach);
        string NameOf(Guid id) => id == founder.Id ? founder.Name : coach.Name;
        ConsentAnswer? Answer(Guid id, ConsentType type) => facts.Answers.TryGetValue((id, type), out var answer) ? answer : null;
        ExpectedPerson Expected(Recordings.ExpectedPerson person, Role role) =>
            new(person.Id, person.Name, role, facts.Joined.Any(p => p.PersonId == person.Id), Answer(person.Id, ConsentType.Recording), Answer(person.Id, ConsentType.Transcript));
        return new(
            revision, time.GetUtcNow(), facts.Call?.Id, facts.Joined.Count > 0 ? facts.Call?.StartedAt : null,
            [.. facts.Joined.Select(p => new CallPerson(p.Id, p.PersonId, NameOf(p.PersonId), p.Role, new(p.Microphone ?? false, p.Camera ?? false, p.Screen ?? false)))],
            [.. new[] { Expected(founder, Role.Founder), Expected(coach, Role.Coach) }.Where(p => p.Role == Role.Founder || p.Present || !facts.Rule.IsOnDemand)],
            recording);
    }
}
