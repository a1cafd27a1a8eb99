using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Insights;

/// <summary>Sums over everybody's sessions of the last <see cref="InsightSums.Days"/> days.</summary>
/// <param name="Held">Sessions with a call that has ended.</param>
/// <param name="HoursInCalls">From the first to join to the last to leave.</param>
/// <param name="Written">Sessions with a transcript.</param>
/// <param name="FounderShare">Of all that was talked, 0 to 1; null where too few sessions stand behind it.</param>
/// <param name="TurnsAnHour">Lines of transcript an hour talked; null likewise.</param>
/// <param name="Measured">Sessions whose connections were measured.</param>
/// <param name="ConnectionScore">Mean, 0 to 100; null where too few sessions stand behind it.</param>
/// <param name="Poor">Share of measurements with a poor score; null likewise.</param>
public sealed record SumsOfAll(int Held, double HoursInCalls, int Written, double? FounderShare, double? TurnsAnHour, int Measured, double? ConnectionScore, double? Poor);

/// <summary>What an admin sees of all sessions: sums and nobody's name. Where fewer than <see cref="Least"/> sessions stand behind a figure, not even that.</summary>
public sealed class InsightSums(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    public const int Days = 90;
    public const int Least = 5;

    /// <returns>Null when the caller is no admin now.</returns>
    public async Task<SumsOfAll?> OfAllAsync(Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (!await db.IsAdminAsync(caller.Id, cancellation))
            return null;
        var since = time.GetUtcNow().AddDays(-Days);
        var row = await db.Database.SqlQuery<Row>(
            $"""
            with sessions as (select id from coaching_sessions where deleted_at is null and starts_at >= {since}),
            talked as (
                select count(distinct t.session_id) as sessions, count(*) as lines, coalesce(sum(extract(epoch from t.ended_at - t.started_at)), 0)::double precision as seconds,
                    coalesce(sum(extract(epoch from t.ended_at - t.started_at)) filter (where t.role = 'founder'), 0)::double precision as founder_seconds
                from turns t join sessions s on s.id = t.session_id where t.role is not null and t.superseded_at is null),
            called as (
                select count(distinct c.session_id) as sessions, coalesce(sum(extract(epoch from c.ended_at - c.started_at)), 0)::double precision as seconds
                from calls c join sessions s on s.id = c.session_id where c.ended_at is not null),
            measured as (
                select count(distinct m.session_id) as sessions, avg(m.score)::double precision as score,
                    (avg(case when m.score < {ConnectionScore.PoorUnder} then 1 else 0 end))::double precision as poor
                from connection_samples m join sessions s on s.id = m.session_id)
            select called.sessions::int as "Held", called.seconds as "CalledSeconds", talked.sessions::int as "Written", talked.lines as "Lines", talked.seconds as "TalkedSeconds",
                talked.founder_seconds as "FounderSeconds", measured.sessions::int as "Measured", measured.score as "Score", measured.poor as "Poor"
            from talked, called, measured
            """).SingleAsync(cancellation);
        var (saysTalk, saysLine) = (row.Written >= Least && row.TalkedSeconds > 0, row.Measured >= Least);
        return new(
            row.Held, row.CalledSeconds / 3600, row.Written, saysTalk ? row.FounderSeconds / row.TalkedSeconds : null, saysTalk ? row.Lines / (row.TalkedSeconds / 3600) : null,
            row.Measured, saysLine ? row.Score : null, saysLine ? row.Poor : null);
    }

    private sealed record Row(int Held, double CalledSeconds, int Written, long Lines, double TalkedSeconds, double FounderSeconds, int Measured, double? Score, double? Poor);
}
