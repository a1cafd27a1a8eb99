using System.Globalization;
using System.Text;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred;

/// <summary>A session's notes as one text: entries in order, FRED's as <c>2026-11-21 14:03:22Z FOUNDER: ...</c> lines.</summary>
public static class NotesText
{
    /// <param name="forCoach">Whether the reader is the session's coach, who alone reads the coach-only entries.</param>
    public static async Task<string> OfSessionAsync(PortalDb db, Guid sessionId, bool forCoach, CancellationToken cancellation = default) =>
        Compose(await db.Notes.AsNoTracking().Where(n => n.SessionId == sessionId).OrderBy(n => n.Number).ToListAsync(cancellation), forCoach);

    /// <inheritdoc cref="OfSessionAsync"/>
    /// <param name="entries">In order.</param>
    public static string Compose(IEnumerable<NoteEntry> entries, bool forCoach)
    {
        var text = new StringBuilder();
        foreach (var entry in entries)
        {
            if (entry.Visibility == NoteVisibility.Coach && !forCoach)
                continue;
            if (text.Length > 0)
                text.Append('\n');
            text.Append(entry.Kind == NoteKind.Fred ? Line(entry.CreatedAt, entry.ChatRole ?? ChatRole.Fred, entry.Text) : entry.Text);
        }
        return text.ToString();
    }

    /// <summary>Such as <c>2026-11-21 14:03:22Z FOUNDER: How do I tell the team?</c></summary>
    public static string Line(DateTimeOffset at, ChatRole role, string text) =>
        string.Create(CultureInfo.InvariantCulture, $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z {role.ToString().ToUpperInvariant()}: {text}");
}
