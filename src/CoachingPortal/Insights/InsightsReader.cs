using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Insights;

/// <summary>
/// Reads insights for a session's founder and coach. They are counted from the turns at each reading: so a corrected or
/// replaced turn is in them at once, and nothing is kept that would have to follow.
/// </summary>
public sealed class InsightsReader(IDbContextFactory<PortalDb> databases)
{
    /// <summary>So many sessions a trend goes back, and so many others a session's words are held against.</summary>
    public const int MostSessions = 20;

    /// <returns>Null when there is no such session for the caller.</returns>
    public Task<SessionInsights?> OfSessionAsync(Guid id, Caller caller, CancellationToken cancellation = default) => OfSessionAsync(id, caller, null, cancellation);

    /// <param name="others">Of an earlier reading by the same caller, so as not to read all those sessions again; null to read them.</param>
    internal async Task<SessionInsights?> OfSessionAsync(Guid id, Caller caller, OtherWords? others, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var head = await db.Sessions.VisibleTo(caller).Where(s => s.Id == id)
            .Select(s => new { s.StartsAt, Founder = new InsightPerson(s.FounderId, s.Founder!.Name), Coach = new InsightPerson(s.CoachId, s.Coach!.Name) }).SingleOrDefaultAsync(cancellation);
        if (head is null)
            return null;
        var turns = await TurnsAsync(db, [id], caller, cancellation);
        var here = new Dictionary<string, int>();
        foreach (var (_, turn) in turns)
            Words.AddTo(here, turn.Text);
        if (here.Count > 0)
            others ??= await OthersAsync(db, id, head.Founder.Id, caller, cancellation);
        return new(
            head.Founder, head.Coach, turns.Count > 0 ? Talk.Of(turns.Select(t => t.Turn)) : null, Keywords.Of(here, others?.Counts ?? here), others?.Sessions ?? 0,
            [.. (await ConnectionsAsync(db, [id], caller, cancellation))[id]], (await RecordedAsync(db, [id], caller, cancellation)).GetValueOrDefault(id)) { Others = others };
    }

    private static async Task<OtherWords> OthersAsync(PortalDb db, Guid id, Guid founderId, Caller caller, CancellationToken cancellation)
    {
        var others = await Spoken(db, founderId, caller).Where(s => s.Id != id).Take(MostSessions).Select(s => s.Id).ToListAsync(cancellation);
        var counts = new Dictionary<string, int>();
        foreach (var (_, turn) in await TurnsAsync(db, others, caller, cancellation))
            Words.AddTo(counts, turn.Text);
        return new(counts, others.Count);
    }

    /// <summary>A founder's sessions with a transcript, the newest first: for the founder all of them, for a coach their own with this founder.</summary>
    private static IQueryable<CoachingSession> Spoken(PortalDb db, Guid founderId, Caller caller) =>
        db.Sessions.VisibleTo(caller).Where(s => s.FounderId == founderId && db.Turns.Any(t => t.SessionId == s.Id && t.Role != null)).OrderByDescending(s => s.StartsAt).ThenBy(s => s.Id);

    /// <summary>With whom the caller has sessions that were talked or measured, the last met first.</summary>
    public async Task<IReadOnlyList<InsightPerson>> PeopleAsync(Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var met = await TalkedOrMeasured(db, db.Sessions.VisibleTo(caller)).GroupBy(s => s.FounderId == caller.Id ? s.CoachId : s.FounderId)
            .Select(g => new { Id = g.Key, At = g.Max(s => s.StartsAt) })
            .Join(db.People, m => m.Id, p => p.Id, (m, p) => new { m.At, p.Id, p.Name }).OrderByDescending(m => m.At).ToListAsync(cancellation);
        return [.. met.Select(m => new InsightPerson(m.Id, m.Name))];
    }

    /// <summary>The sessions of the caller with one other person, the oldest first, the last <see cref="MostSessions"/> of them.</summary>
    public async Task<IReadOnlyList<TrendPoint>> TrendAsync(Caller caller, Guid otherId, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var mine = TalkedOrMeasured(db, db.Sessions.VisibleTo(caller).Where(s => s.FounderId == otherId || s.CoachId == otherId));
        var sessions = await mine.OrderByDescending(s => s.StartsAt).ThenBy(s => s.Id).Take(MostSessions)
            .Select(s => new { s.Id, s.Title, s.StartsAt, Founder = new InsightPerson(s.FounderId, s.Founder!.Name), Coach = new InsightPerson(s.CoachId, s.Coach!.Name) }).ToListAsync(cancellation);
        if (sessions.Count == 0)
            return [];
        Guid[] ids = [.. sessions.Select(s => s.Id)];
        // One more than each is held against, as it may be one of them itself.
        var spoken = await Spoken(db, sessions[0].Founder.Id, caller).Take(MostSessions + 1).Select(s => s.Id).ToListAsync(cancellation);
        var turns = (await TurnsAsync(db, [.. spoken.Union(ids)], caller, cancellation)).ToLookup(t => t.SessionId, t => t.Turn);
        var words = new SessionWords(spoken.Union(ids).Where(turns.Contains).Select(id => (id, turns[id].Select(t => t.Text))));
        var fresh = words.NewIn(ids.Reverse());
        var connections = await ConnectionsAsync(db, ids, caller, cancellation);
        var recorded = await RecordedAsync(db, ids, caller, cancellation);
        return [.. sessions.Select(s => new TrendPoint(s.Id, s.Title, s.StartsAt, Of(s.Id, s.Founder, s.Coach), fresh.GetValueOrDefault(s.Id) ?? new HashSet<string>())).Reverse()];

        SessionInsights Of(Guid id, InsightPerson founder, InsightPerson coach)
        {
            var (keywords, comparedWith) = words.Of(id);
            return new(founder, coach, turns.Contains(id) ? Talk.Of(turns[id]) : null, keywords, comparedWith, [.. connections[id]], recorded.GetValueOrDefault(id));
        }
    }

    private static IQueryable<CoachingSession> TalkedOrMeasured(PortalDb db, IQueryable<CoachingSession> sessions) =>
        sessions.Where(s => db.Turns.Any(t => t.SessionId == s.Id && t.Role != null) || db.ConnectionSamples.Any(c => c.SessionId == s.Id));

    private static async Task<List<(Guid SessionId, SpokenTurn Turn)>> TurnsAsync(PortalDb db, IReadOnlyList<Guid> sessions, Caller caller, CancellationToken cancellation)
    {
        var turns = await db.Turns.Where(t => t.Role != null && sessions.Contains(t.SessionId) && db.Sessions.VisibleTo(caller).Any(s => s.Id == t.SessionId))
            .Select(t => new { t.SessionId, t.Role, t.Text, t.StartedAt, t.EndedAt }).ToListAsync(cancellation);
        return [.. turns.Select(t => (t.SessionId, new SpokenTurn(t.Role!.Value, t.Text, t.StartedAt, t.EndedAt)))];
    }

    private static async Task<ILookup<Guid, PersonConnection>> ConnectionsAsync(PortalDb db, IReadOnlyList<Guid> sessions, Caller caller, CancellationToken cancellation)
    {
        var measured = await db.ConnectionSamples.Where(c => sessions.Contains(c.SessionId) && db.Sessions.VisibleTo(caller).Any(s => s.Id == c.SessionId))
            .Join(db.Participations, c => c.ParticipationId, p => p.Id, (c, p) => new { p.PersonId, c })
            .GroupBy(x => new { x.c.SessionId, x.PersonId })
            .Select(g => new
            {
                g.Key.SessionId,
                Of = new PersonConnection(
                    g.Key.PersonId, g.Count(), g.Average(x => (double)x.c.Score), g.Average(x => (double?)x.c.RttMs), g.Average(x => (double)x.c.Loss), g.Average(x => (double)x.c.JitterMs),
                    g.Average(x => x.c.Score < ConnectionScore.PoorUnder ? 1.0 : 0.0)),
            })
            .ToListAsync(cancellation);
        return measured.ToLookup(m => m.SessionId, m => m.Of);
    }

    private static async Task<Dictionary<Guid, RecordedTime?>> RecordedAsync(PortalDb db, IReadOnlyList<Guid> sessions, Caller caller, CancellationToken cancellation)
    {
        var recordings = await db.Recordings.AsNoTracking().Include(r => r.Segments)
            .Where(r => sessions.Contains(r.SessionId) && r.DeletedAt == null && r.Status != RecordingStatus.Failed && db.Sessions.VisibleTo(caller).Any(s => s.Id == r.SessionId))
            .Join(db.Calls.Where(c => c.EndedAt != null), r => r.CallId, c => c.Id, (r, c) => new { c.SessionId, c.StartedAt, c.EndedAt, r.Segments }).ToListAsync(cancellation);
        var lost = await db.Egresses.Where(e => sessions.Contains(e.SessionId) && e.Kind == EgressKind.Room && e.Status == EgressState.Failed).Select(e => e.SegmentId).ToListAsync(cancellation);
        return recordings.GroupBy(r => r.SessionId).ToDictionary(
            g => g.Key,
            g => RecordedTime.Of(g.Select(r => (r.StartedAt, r.EndedAt!.Value, (IReadOnlyList<RecordingSegment>)[.. r.Segments.Where(s => s.EndedAt is not null && !lost.Contains(s.Id))]))));
    }
}

/// <summary>One session of a trend.</summary>
/// <param name="NewWords">Those of its words that were said in none of the trend's sessions before it.</param>
public sealed record TrendPoint(Guid SessionId, string Title, DateTimeOffset StartsAt, SessionInsights Insights, IReadOnlySet<string> NewWords)
{
    /// <summary>Null when nothing was written down.</summary>
    public Talk? Talk => Insights.Talk;
}
