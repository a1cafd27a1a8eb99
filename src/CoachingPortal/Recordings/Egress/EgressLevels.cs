using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>
/// How loud each microphone was while Egress recorded, as the pages in the call say. The files themselves are not read for
/// the player's outline.
/// </summary>
public sealed class EgressLevels(IDbContextFactory<PortalDb> databases, TimeProvider time)
{
    /// <summary>Of one message: a minute.</summary>
    public const int Most = 600;

    /// <summary>Between two levels.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    private const int MaxBars = 10_000;
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LatestAfter = TimeSpan.FromMinutes(2);

    /// <summary>Keeps the levels of a participation, if its call is being recorded by Egress and everyone agreed to that.</summary>
    /// <param name="startedAt">Of the first level, by the portal's clock.</param>
    /// <param name="levels">From 0 to 255, one a tenth of a second.</param>
    public async Task KeepAsync(Guid participationId, DateTimeOffset startedAt, byte[] levels, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var at = startedAt.ToUniversalTime();
        if (levels.Length is 0 or > Most || at > now + Slack || at < now - LatestAfter)
            return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into recording_levels (participation_id, started_at, recording_id, levels)
            select p.id, {at}, r.id, {levels}
            from participations p join recordings r on r.call_id = p.call_id and r.recorder = 'egress'
            where p.id = {participationId} and p.ended_at is null
              and exists (select 1 from recording_segments s where s.recording_id = r.id and (s.ended_at is null or s.ended_at > {at}))
            on conflict do nothing
            """,
            cancellation);
    }

    /// <returns>JSON: an array of numbers from 0 to 1 over the whole timeline; null when no page said anything.</returns>
    public static async Task<byte[]?> OutlineAsync(PortalDb db, Recording recording, Timeline timeline, CancellationToken cancellation)
    {
        var rows = await db.RecordingLevels.AsNoTracking().Where(l => l.RecordingId == recording.Id).ToListAsync(cancellation);
        if (rows.Count == 0 || timeline.DurationMs == 0)
            return null;
        var bars = new double[Math.Clamp(timeline.DurationMs / (long)Step.TotalMilliseconds, 1, MaxBars)];
        var recorded = timeline.Recorded.ToList();
        foreach (var row in rows)
        {
            var from = (row.StartedAt - timeline.StartedAt).TotalMilliseconds;
            for (var i = 0; i < row.Levels.Length; i++)
            {
                var ms = from + i * Step.TotalMilliseconds;
                if (!recorded.Exists(r => ms >= r.FromMs && ms < r.ToMs))
                    continue;
                ref var bar = ref bars[Math.Min(bars.Length - 1, (int)(ms * bars.Length / timeline.DurationMs))];
                bar = Math.Max(bar, Math.Round(row.Levels[i] / 255d, 3));
            }
        }
        return JsonSerializer.SerializeToUtf8Bytes(bars);
    }
}
