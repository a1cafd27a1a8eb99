using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Fred.Offline;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred.Summary;

/// <summary>
/// Writes a summary over an earlier one of FRED's, and leaves alone what people wrote, changed or ticked off. What they
/// removed, or put in other words, is not said again.
/// </summary>
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
        var standing = await db.Items.IgnoreQueryFilters().Where(i => i.SessionId == sessionId).ToListAsync(cancellation);
        var open = items.ToList();
        var others = standing.Where(i => !Take(open, d => d.Kind == i.Kind && (Same(d.Text, i.Text) || Same(d.Text, i.SaidAs)))).ToList();
        foreach (var item in others)
        {
            if (item.RemovedAt is not null || item.Source == SummarySource.Hand)
                Take(open, d => IsReworded(d, item));
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
                SaidAs = item.Text,
                Owner = item.Owner,
                DueOn = item.DueOn,
                Source = source,
                IsUnsure = item.IsUnsure,
                IsUnverified = item.IsUnverified,
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

    private static bool Take(List<DraftItem> open, Predicate<DraftItem> match)
    {
        var index = open.FindIndex(match);
        if (index >= 0)
            open.RemoveAt(index);
        return index >= 0;
    }

    private static bool Same(string text, string? other) => string.Equals(text, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same matter in other words: most of its own words, or half of them when it comes from the same turns.</summary>
    private static bool IsReworded(DraftItem draft, SessionItem item)
    {
        if (draft.Kind != item.Kind)
            return false;
        var (now, then) = (Plain.Stems(draft.Text), Plain.Stems(item.SaidAs ?? item.Text));
        double all = now.Union(then).Count(), common = now.Intersect(then).Count();
        return all > 0 && common / all >= (draft.Evidence.Intersect(item.EvidenceTurnIds).Any() ? 0.5 : 0.8);
    }
}
