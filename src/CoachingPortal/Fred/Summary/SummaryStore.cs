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

    /// <summary>Whether the text, and the lists, that stand are worth more than what is made offline.</summary>
    public static async Task<(bool Text, bool Lists)> WorthMoreAsync(PortalDb db, CoachingSession session, CancellationToken cancellation)
    {
        var text = session.Summary is not null && session.SummarySource != SummarySource.Offline;
        return (text, session is { Summary: not null, SummarySource: SummarySource.Model or SummarySource.Agent }
            || await db.Items.AnyAsync(i => i.SessionId == session.Id && (i.Source == SummarySource.Model || i.Source == SummarySource.Agent), cancellation));
    }

    /// <summary>
    /// Replaces the items that programs wrote by the draft's. One that says the same keeps its place, and takes what the draft
    /// knows of it by now; one that is done, or changed by hand, stays as it is.
    /// </summary>
    /// <param name="replaces">Whose items are replaced besides FRED's own.</param>
    public static async Task WriteItemsAsync(PortalDb db, CoachingSession session, IReadOnlyList<DraftItem> items, SummarySource source, DateTimeOffset now, CancellationToken cancellation, params SummarySource[] replaces)
    {
        session.ListsAt = now;
        var standing = await db.Items.IgnoreQueryFilters().Where(i => i.SessionId == session.Id).ToListAsync(cancellation);
        var open = items.ToList();
        var others = new List<SessionItem>();
        foreach (var item in standing)
            if (Take(open, d => d.Kind == item.Kind && (Same(d.Text, item.Text) || Same(d.Text, item.SaidAs))) is not { } same)
                others.Add(item);
            else if (IsReplaced(item))
                (item.Owner, item.DueOn, item.IsUnsure, item.IsUnverified, item.EvidenceTurnIds, item.EvidenceAt, item.Source) = (same.Owner, same.DueOn, same.IsUnsure, same.IsUnverified, same.Evidence, same.At, source);
        // One that somebody wrote may say what FRED says in two.
        foreach (var item in standing.Where(i => i.RemovedAt is not null || i.Source == SummarySource.Hand))
            open.RemoveAll(d => IsReworded(d, item));
        db.Items.RemoveRange(others.Where(IsReplaced));
        var position = standing.Count == 0 ? 0 : standing.Max(i => i.Position) + 1;
        foreach (var item in open)
            db.Items.Add(new()
            {
                SessionId = session.Id,
                Kind = item.Kind,
                Text = item.Text,
                SaidAs = item.Text,
                Owner = item.Owner,
                DueOn = item.DueOn,
                Source = source,
                IsUnsure = item.IsUnsure,
                IsUnverified = item.IsUnverified,
                EvidenceTurnIds = item.Evidence,
                EvidenceAt = item.At,
                Position = position++,
                CreatedAt = now,
            });

        bool IsReplaced(SessionItem item) => item is { RemovedAt: null, DoneAt: null } && (Machines.Contains(item.Source) || replaces.Contains(item.Source));
    }

    public static void WriteSummary(CoachingSession session, string? text, IEnumerable<SummaryPoint> points, SummarySource source, DateTimeOffset now)
    {
        session.Summary = text;
        session.SummaryPoints = [.. points];
        session.SummarySource = text is null ? null : source;
        session.SummaryAt = now;
    }

    private static DraftItem? Take(List<DraftItem> open, Predicate<DraftItem> match)
    {
        var index = open.FindIndex(match);
        if (index < 0)
            return null;
        var taken = open[index];
        open.RemoveAt(index);
        return taken;
    }

    private static bool Same(string text, string? other) => string.Equals(text, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The same matter in other words, be it those that stand now or those that a program first had.</summary>
    private static bool IsReworded(DraftItem draft, SessionItem item)
    {
        if (draft.Kind != item.Kind)
            return false;
        // Of all words most, and of the draft's alone nearly all: one entry may hold more than one of FRED's.
        var (ofAll, ofDraft, fewest) = draft.Evidence.Intersect(item.EvidenceTurnIds).Any() ? (0.5, 0.75, 2) : item.EvidenceTurnIds.Length == 0 ? (0.8, 1, 3) : (0.8, 1, int.MaxValue);
        var now = Plain.Stems(draft.Text);
        return new[] { item.Text, item.SaidAs }.OfType<string>().Any(text =>
        {
            var then = Plain.Stems(text);
            double all = now.Union(then).Count(), common = now.Intersect(then).Count();
            return all > 0 && (common / all >= ofAll || (common >= fewest && common / now.Count >= ofDraft));
        });
    }
}
