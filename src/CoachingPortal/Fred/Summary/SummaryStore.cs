using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred.Summary;

/// <summary>Writes a summary over an earlier one of FRED's, and leaves alone what people wrote, changed or ticked off.</summary>
internal static class SummaryStore
{
    private static readonly SummarySource[] Machines = [SummarySource.Offline, SummarySource.Model];

    /// <summary>The session's row, locked until the transaction ends, so that two writers of a summary follow each other.</summary>
    public static Task<CoachingSession?> LockAsync(PortalDb db, Guid sessionId, CancellationToken cancellation) =>
        db.Sessions.FromSql($"select *, xmin from coaching_sessions where id = {sessionId} and deleted_at is null for update").AsTracking().SingleOrDefaultAsync(cancellation);

    /// <summary>Replaces the items that programs wrote by the draft's. An item that is the same, done, or changed by hand stays as it is.</summary>
    /// <param name="replaces">Whose items are replaced besides FRED's own.</param>
    public static async Task WriteItemsAsync(PortalDb db, Guid sessionId, IReadOnlyList<DraftItem> items, SummarySource source, DateTimeOffset now, CancellationToken cancellation, params SummarySource[] replaces)
    {
        var standing = await db.Items.Where(i => i.SessionId == sessionId).ToListAsync(cancellation);
        var open = items.ToList();
        foreach (var item in standing)
        {
            var same = open.FindIndex(d => d.Kind == item.Kind && string.Equals(d.Text, item.Text, StringComparison.OrdinalIgnoreCase));
            if (same >= 0)
                open.RemoveAt(same);
            else if (item.DoneAt is null && (Machines.Contains(item.Source) || replaces.Contains(item.Source)))
                db.Items.Remove(item);
        }
        var position = standing.Count == 0 ? 0 : standing.Max(i => i.Position) + 1;
        foreach (var item in open)
            db.Items.Add(new()
            {
                SessionId = sessionId,
                Kind = item.Kind,
                Text = item.Text,
                Owner = item.Owner,
                DueOn = item.DueOn,
                Source = source,
                IsUnsure = item.IsUnsure,
                EvidenceTurnIds = item.Evidence,
                Position = position++,
                CreatedAt = now,
            });
    }

    public static void WriteSummary(CoachingSession session, string? text, SummarySource source, DateTimeOffset now)
    {
        session.Summary = text;
        session.SummarySource = text is null ? null : source;
        session.SummaryAt = now;
    }
}
