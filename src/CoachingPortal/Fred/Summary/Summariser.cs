using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred.Summary;

/// <summary>Makes a session's summary: by the model, and offline without one or, as a stopgap that says so, when it fails.</summary>
internal sealed class Summariser(FredMentor mentor)
{
    internal const string NoAnswer = "FRED's model did not answer. This was drawn together offline, from the words themselves.";

    public async Task<SummaryDraft> MakeAsync(SummaryMaterial material, CancellationToken cancellation)
    {
        if (!mentor.IsOffline)
        {
            var (text, lines, isCondensed) = ModelSummary.Describe(material);
            if (await mentor.AskModelAsync(Prompts.Summary, text, new(ModelPurpose.Summary, material.SessionId), cancellation) is { } answer
                && ModelSummary.Read(answer, material, lines, isCondensed) is { } draft)
                return draft;
        }
        // Off the caller's thread: minutes of talk are many sentences and patterns.
        var offline = await Task.Run(() => OfflineSummary.Make(material), cancellation);
        return mentor.IsOffline ? offline : offline with { Text = $"{NoAnswer}\n\n{offline.Text}", IsStopgap = true };
    }

    /// <summary>All that was said and noted in the session that both may read.</summary>
    /// <param name="session">With founder and coach.</param>
    public static async Task<SummaryMaterial> LoadAsync(PortalDb db, CoachingSession session, CancellationToken cancellation)
    {
        var turns = await db.Turns.AsNoTracking().Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).ThenBy(t => t.Id).Take(20_000)
            .Select(t => new { t.Id, Said = new Spoken(t.Speaker, t.Role, t.Text, t.StartedAt) { Pieces = t.Pieces } }).ToListAsync(cancellation);
        var name = session.Founder?.Name ?? "Founder";
        var chat = await db.ChatMessages.AsNoTracking()
            .Where(m => m.SessionId == session.Id && m.PersonId == session.FounderId && m.Role == ChatRole.Founder).OrderByDescending(m => m.Number).Take(500).OrderBy(m => m.Number)
            .Select(m => new { m.Text, m.CreatedAt }).ToListAsync(cancellation);
        var notes = await db.Notes.AsNoTracking()
            .Where(n => n.SessionId == session.Id && n.Kind == NoteKind.Manual && n.Visibility == NoteVisibility.Shared && n.Text != "").OrderByDescending(n => n.Number).Take(200).OrderBy(n => n.Number)
            .Select(n => n.Text).ToListAsync(cancellation);
        var heldAt = turns.Count > 0 ? turns[0].Said.At : session.StartsAt;
        return new(
            [.. turns.Select(t => (t.Id, t.Said))], [.. chat.Select(c => new Spoken(name, Role.Founder, c.Text, c.CreatedAt))], notes,
            Day(heldAt, session.Coach?.TimeZone ?? session.Founder?.TimeZone), session.Title, name, session.Coach?.Name ?? "Coach", session.Id);
    }

    private static DateOnly Day(DateTimeOffset at, string? zone) =>
        DateOnly.FromDateTime(zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? TimeZoneInfo.ConvertTime(at, found).DateTime : at.UtcDateTime);
}
