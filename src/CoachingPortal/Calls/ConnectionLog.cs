using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls;

/// <summary>What a page measured during five seconds.</summary>
/// <param name="At">By the portal's clock.</param>
/// <param name="RttMs">Round trip, 0 to 60,000 ms; null when the browser does not say.</param>
/// <param name="Loss">Packets lost of those expected, 0 to 1.</param>
/// <param name="JitterMs">0 to 60,000 ms.</param>
public sealed record ConnectionReading(DateTimeOffset At, double? RttMs, double Loss, double JitterMs);

/// <param name="Score">0 to 100.</param>
public sealed record ScoredReading(int Score, ConnectionLevel Level);

/// <param name="Scores">One a reading, in their order.</param>
/// <param name="IsFull">As many are kept of this participation as there can be; later ones are only scored.</param>
public sealed record ConnectionAnswer(IReadOnlyList<ScoredReading> Scores, bool IsFull);

/// <summary>Keeps what the pages of a call measured of their connections.</summary>
public sealed class ConnectionLog(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Of one message: five minutes.</summary>
    public const int MostAtOnce = 60;

    /// <summary>Kept of one participation: about seven hours.</summary>
    public const int MostKept = 5000;

    private const double Longest = 60_000;
    private static readonly TimeSpan ClockSlack = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LatestAfter = TimeSpan.FromHours(1);

    /// <summary>Scores readings, and keeps those there is room for. The same again changes nothing.</summary>
    /// <returns>Null when the participation has ended or there is none.</returns>
    /// <exception cref="ArgumentException">One of them is out of bounds, and none is kept; the message says how.</exception>
    public async Task<ConnectionAnswer?> KeepAsync(Guid participationId, IReadOnlyList<ConnectionReading>? readings, CancellationToken cancellation)
    {
        var scores = Check(readings).Select(r => ConnectionScore.Of(r.RttMs, r.Loss, r.JitterMs)).ToList();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await db.Participations.Where(p => p.Id == participationId && p.EndedAt == null && db.Sessions.Any(s => s.Id == p.SessionId && s.DeletedAt == null))
            .Select(p => new { p.SessionId, Kept = db.ConnectionSamples.Count(s => s.ParticipationId == p.Id) }).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return null;
        var room = Math.Clamp(MostKept - found.Kept, 0, readings!.Count);
        if (room > 0)
        {
            var kept = readings.Take(room).ToList();
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into connection_samples (participation_id, session_id, at, rtt_ms, loss, jitter_ms, score)
                select {participationId}, {found.SessionId}, r.at, r.rtt_ms, r.loss, r.jitter_ms, r.score
                from unnest({kept.Select(r => r.At.ToUniversalTime()).ToArray()}, {kept.Select(r => (float?)r.RttMs).ToArray()}, {kept.Select(r => (float)r.Loss).ToArray()},
                    {kept.Select(r => (float)r.JitterMs).ToArray()}, {scores.Take(room).Select(s => (short)s).ToArray()}) as r (at, rtt_ms, loss, jitter_ms, score)
                on conflict do nothing
                """,
                cancellation);
        }
        return new([.. scores.Select(s => new ScoredReading(s, ConnectionScore.LevelOf(s)))], found.Kept + readings.Count >= MostKept);
    }

    private IReadOnlyList<ConnectionReading> Check(IReadOnlyList<ConnectionReading>? readings)
    {
        if (readings is not { Count: > 0 and <= MostAtOnce })
            throw new ArgumentException($"Say 1 to {MostAtOnce} measurements at once.");
        var now = time.GetUtcNow();
        foreach (var reading in readings)
        {
            if (reading is null)
                throw new ArgumentException("A measurement is missing.");
            if (reading.At > now + ClockSlack)
                throw new ArgumentException("A measurement cannot lie in the future; check the sender's clock.");
            if (reading.At < now - LatestAfter)
                throw new ArgumentException("A measurement is at most an hour old.");
            if (!IsWithin(reading.RttMs ?? 0, Longest) || !IsWithin(reading.JitterMs, Longest))
                throw new ArgumentException("Round trip and jitter are 0 to 60000 ms.");
            if (!IsWithin(reading.Loss, 1))
                throw new ArgumentException("Loss is a fraction from 0 to 1.");
        }
        return readings;

        // Not for NaN either.
        static bool IsWithin(double value, double most) => value >= 0 && value <= most;
    }
}
