using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls;

/// <summary>Reads what the lobby shows.</summary>
public static class LobbyQuery
{
    private const int MostPromises = 6;

    /// <returns>Null when the session is not there or not the caller's.</returns>
    public static async Task<LobbyView?> LobbyAsync(this PortalDb db, Guid sessionId, Caller caller, DateTimeOffset now, CancellationToken cancellation = default)
    {
        var session = await db.Sessions.AsNoTracking()
            .VisibleTo(caller)
            .Where(s => s.Id == sessionId)
            .Select(s => new
            {
                Session = s,
                FounderName = s.Founder!.Name,
                s.Founder.Tier,
                CoachName = s.Coach!.Name,
                Present = db.Participations.Where(p => p.SessionId == s.Id && p.JoinedAt != null && p.EndedAt == null).Select(p => p.PersonId).ToList(),
                IsRecorded = db.Recordings.Any(r => r.SessionId == s.Id && r.DeletedAt == null && (r.Status == RecordingStatus.Active || r.Status == RecordingStatus.Paused)),
            })
            .SingleOrDefaultAsync(cancellation);
        if (session is null)
            return null;

        var (s, founderName, coachName) = (session.Session, session.FounderName, session.CoachName);
        var consents = await Consents.OfSessionAsync(db, sessionId, now, cancellation);

        LobbyPerson Person(Guid id, string name, Role role) =>
            new(id, name, role, session.Present.Contains(id), consents.TryGetValue((id, ConsentType.Recording), out var answer) ? answer : null);

        var founder = Person(s.FounderId, founderName, Role.Founder);
        var coach = Person(s.CoachId, coachName, Role.Coach);
        var isFounder = caller.Id == s.FounderId;
        var promises = await PromisesAsync(db, s, caller, cancellation);
        return new(
            s.Id, s.Title, s.StartsAt, s.EndsAt, s.CancelledAt is not null,
            isFounder ? founder : coach,
            isFounder ? coach : founder,
            s.RecordingRequestedAt is not null,
            session.IsRecorded,
            Locked(isFounder, founderName, session.Tier),
            [.. promises.Take(MostPromises)],
            s.CallType)
        {
            HasMorePromises = promises.Count > MostPromises,
        };
    }

    private static string? Locked(bool isFounder, string founderName, Tier tier) => (isFounder, tier) switch
    {
        (true, Tier.Studio) => null,
        (true, _) => $"Recording comes with Studio. Your plan is {tier}.",
        (false, Tier.Studio) => $"{founderName} can ask for a recording; you decide whether you agree.",
        (false, _) => $"Recording comes with Studio, and {founderName}'s plan is {tier}.",
    };

    /// <returns>One more than the lobby shows, where there are more.</returns>
    private static async Task<IReadOnlyList<LobbyPromise>> PromisesAsync(PortalDb db, CoachingSession session, Caller caller, CancellationToken cancellation)
    {
        var open = await db.Sessions.AsNoTracking()
            .VisibleTo(caller)
            .Where(s => s.FounderId == session.FounderId && s.Id != session.Id && s.StartsAt < session.StartsAt)
            .Join(db.Items.Where(i => i.Kind == ItemKind.NextAction && i.DoneAt == null), s => s.Id, i => i.SessionId, (s, i) => new { s.StartsAt, s.Title, Item = i })
            .OrderByDescending(x => x.StartsAt).ThenBy(x => x.Item.Position)
            .Take(MostPromises + 1)
            .ToListAsync(cancellation);
        var unproven = open.Count == 0 ? [] : await db.UnprovenAsync([.. open.Select(x => x.Item)], cancellation);
        return [.. open.Select(x => new LobbyPromise(x.Item.Id, x.Item.Text, x.Item.Owner, x.Item.DueOn, x.Title) { IsUnverified = unproven.Contains(x.Item.Id) })];
    }
}
