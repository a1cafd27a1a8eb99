using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred;

public sealed partial record FredContext
{
    private const int MaxTurns = 200, MaxTurnChars = 12_000, MaxNoteChars = 4_000, MaxPast = 5, MaxSummaryChars = 800, MaxActions = 20;

    /// <summary>The offline guide looks this far back so as not to repeat itself.</summary>
    private const int MaxChat = 400;

    /// <param name="session">With founder and coach; the caller has checked that it is the asker's.</param>
    /// <param name="upTo">The question's number: what was said to FRED later is not looked at.</param>
    public static async Task<FredContext> LoadAsync(PortalDb db, CoachingSession session, Caller asker, long upTo, DateTimeOffset now, CancellationToken cancellation)
    {
        var isCoach = session.CoachId == asker.Id;
        var turns = await db.Turns.AsNoTracking().Where(t => t.SessionId == session.Id).OrderByDescending(t => t.StartedAt).Take(MaxTurns)
            .Select(t => new Spoken(t.Speaker, t.Role, t.Text, t.StartedAt)).ToListAsync(cancellation);
        var notes = await db.Notes.AsNoTracking()
            .Where(n => n.SessionId == session.Id && (isCoach || n.Visibility == NoteVisibility.Shared) && !(n.Kind == NoteKind.Fred && n.AuthorId == asker.Id) && n.Text != "")
            .OrderByDescending(n => n.Number).Take(50)
            .Select(n => new { n.Kind, n.ChatRole, n.Text }).ToListAsync(cancellation);
        var past = await db.Sessions.VisibleTo(asker).AsNoTracking()
            .Where(s => s.FounderId == session.FounderId && s.Id != session.Id && s.StartsAt < session.StartsAt && s.CancelledAt == null)
            .OrderByDescending(s => s.StartsAt).Take(30)
            .Select(s => new { s.Id, s.Title, s.StartsAt, s.Summary }).ToListAsync(cancellation);
        var ids = past.Select(s => s.Id).Append(session.Id).ToArray();
        var items = await db.Items.AsNoTracking().Where(i => ids.Contains(i.SessionId)).OrderBy(i => i.Position).ToListAsync(cancellation);
        var unproven = await db.UnprovenAsync(items, cancellation);
        var chat = await db.ChatMessages.AsNoTracking().Where(m => m.SessionId == session.Id && m.PersonId == asker.Id && m.Number <= upTo)
            .OrderByDescending(m => m.Number).Take(MaxChat).Select(m => new ChatLine(m.Role, m.Text)).ToListAsync(cancellation);

        var agreedIn = past.ToDictionary(s => s.Id, s => (s.Title, s.StartsAt));
        agreedIn[session.Id] = (session.Title, session.StartsAt);
        return new()
        {
            Asker = isCoach ? Role.Coach : Role.Founder,
            FounderName = session.Founder?.Name ?? "the founder",
            CoachName = session.Coach?.Name ?? "the coach",
            SessionId = session.Id,
            Title = session.Title,
            StartsAt = session.StartsAt,
            Now = now,
            Turns = [.. Newest(turns, t => t.Text, MaxTurnChars)],
            Notes = [.. Newest(notes.Select(n => n.Kind == NoteKind.Fred ? $"{n.ChatRole}: {n.Text}" : n.Text), n => n, MaxNoteChars)],
            OpenActions =
            [
                .. items.Where(i => i.Kind == ItemKind.NextAction && i.DoneAt == null)
                    .OrderBy(i => agreedIn[i.SessionId].StartsAt).ThenBy(i => i.Position).TakeLast(MaxActions)
                    .Select(i => new OpenAction(i.Text, i.Owner, i.DueOn, agreedIn[i.SessionId].StartsAt, agreedIn[i.SessionId].Title, i.SessionId == session.Id, unproven.Contains(i.Id))),
            ],
            Past =
            [
                .. past.Take(MaxPast).Select(s => new PastSession(
                    s.Title, s.StartsAt, Clip(s.Summary, MaxSummaryChars),
                    [.. items.Where(i => i.SessionId == s.Id && i.Kind == ItemKind.Decision).Take(10).Select(i => i.Text + Mark(i))],
                    [.. items.Where(i => i.SessionId == s.Id && i.Kind == ItemKind.NextAction).Take(10).Select(i => i.Text + Mark(i) + (i.DoneAt is null ? "" : " (done)"))])),
            ],
            Chat = [.. chat.AsEnumerable().Reverse()],
        };

        string Mark(SessionItem item) => unproven.Contains(item.Id) ? " (unverified)" : "";
    }

    private static string? Clip(string? text, int length) => text is null || text.Length <= length ? text : text[..length] + "…";

    /// <summary>Turns newest-first material around and drops the oldest beyond the limit.</summary>
    private static IEnumerable<T> Newest<T>(IEnumerable<T> newestFirst, Func<T, string> text, int maxChars)
    {
        var chars = 0;
        return newestFirst.TakeWhile(i => (chars += text(i).Length) <= maxChars || chars == text(i).Length).ToList().AsEnumerable().Reverse();
    }
}
