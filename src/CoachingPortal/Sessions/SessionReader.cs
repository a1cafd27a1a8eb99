using System.Globalization;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Transcripts;
using CoachingPortal.Transcripts.Corrections;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Sessions;

/// <summary>
/// Reads a session for one of its two people, a query a part. Nobody else gets anything: every query asks again
/// whether the session is the caller's. The coach's own chat and coach-only notes reach the coach alone.
/// </summary>
public sealed class SessionReader(IDbContextFactory<PortalDb> databases)
{
    /// <returns>Null when there is no such session for the caller.</returns>
    public async Task<SessionMaterial?> LoadAsync(Guid id, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await HeadAsync(db, id, caller, cancellation) is not { } head
            ? null
            : new(
                head,
                await ItemsAsync(db, id, caller, cancellation),
                await NotesAsync(db, id, caller, cancellation),
                await ChatAsync(db, id, caller, cancellation),
                await TurnsAsync(db, head, caller, cancellation),
                await CourseAsync(db, head, cancellation)) { Comments = await CommentsAsync(db, id, caller, cancellation) };
    }

    /// <summary>Reads again what a change touched.</summary>
    /// <returns>Null when the session is no longer there for the caller.</returns>
    public async Task<SessionMaterial?> RefreshAsync(SessionMaterial material, IReadOnlySet<SessionChange> changes, Caller caller, CancellationToken cancellation = default)
    {
        var id = material.Head.Id;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await HeadAsync(db, id, caller, cancellation) is not { } head)
            return null;
        bool Touched(params ReadOnlySpan<SessionChange> parts)
        {
            foreach (var part in parts)
                if (changes.Contains(part))
                    return true;
            return changes.Contains(SessionChange.Resync);
        }
        return new(
            head,
            Touched(SessionChange.Session) ? await ItemsAsync(db, id, caller, cancellation) : material.Items,
            Touched(SessionChange.Notes) ? await NotesAsync(db, id, caller, cancellation) : material.Notes,
            Touched(SessionChange.Chat) ? await ChatAsync(db, id, caller, cancellation) : material.Chat,
            Touched(SessionChange.Turns) ? Kept(material.Turns, await TurnsAsync(db, head, caller, cancellation)) : material.Turns,
            Touched(SessionChange.Presence, SessionChange.Recording, SessionChange.Consent, SessionChange.PostCall)
                ? await CourseAsync(db, head, cancellation)
                : material.Course)
        {
            Comments = Touched(SessionChange.Comments) ? await CommentsAsync(db, id, caller, cancellation) : material.Comments,
        };
    }

    internal static async Task<SessionHead?> HeadAsync(PortalDb db, Guid id, Caller caller, CancellationToken cancellation)
    {
        var s = await db.Sessions.AsNoTracking().VisibleTo(caller).Where(s => s.Id == id)
            .Select(s => new
            {
                s.Title, s.FounderId, FounderName = s.Founder!.Name, s.CoachId, CoachName = s.Coach!.Name, s.StartsAt, s.EndsAt, s.CallType,
                s.Tags, s.Summary, s.SummarySource, s.SummaryAt, s.SummaryPoints, s.ListsAt, s.CancelledAt, s.IsDemo,
                FirstMadeAt = db.Items.Where(i => i.SessionId == s.Id && i.Source != SummarySource.Hand && i.DoneAt == null).Min(i => (DateTimeOffset?)i.CreatedAt),
                WordsAt = db.TurnCorrections.Where(c => c.SessionId == s.Id).Max(c => (DateTimeOffset?)c.CorrectedAt),
                SpeakersAt = db.SpeakerCorrections.Where(c => c.SessionId == s.Id).Max(c => (DateTimeOffset?)c.CorrectedAt),
            })
            .SingleOrDefaultAsync(cancellation);
        if (s is null)
            return null;
        var evidenceOf = await EvidenceAsync(db, id, s.SummaryPoints.SelectMany(p => p.Turns), cancellation);
        return new SessionHead(
            id, s.Title, s.CoachId == caller.Id ? Role.Coach : Role.Founder, new(s.FounderId, s.FounderName), new(s.CoachId, s.CoachName),
            s.StartsAt, s.EndsAt, s.CallType, s.Tags, s.Summary, s.SummarySource, s.SummaryAt, VersionOf(s.SummaryAt), s.CancelledAt, s.IsDemo)
        {
            SummaryPoints = [.. s.SummaryPoints.Select(p => (Point: p, Evidence: evidenceOf(p.Turns, p.At)))
                .Select(x => new SummaryPointLine(x.Point.Text, x.Point.IsUnproven(x.Evidence.Count > 0), x.Evidence))],
            CorrectedAt = s.WordsAt > s.SpeakersAt || s.SpeakersAt is null ? s.WordsAt : s.SpeakersAt,
            ListsAt = s.FirstMadeAt is null ? null : s.ListsAt ?? s.FirstMadeAt,
        };
    }

    /// <summary>The summary's own version: the session's row changes for many reasons that are no conflict.</summary>
    internal static string VersionOf(DateTimeOffset? summaryAt) =>
        summaryAt is { } at ? (at.UtcTicks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture) : "0";

    internal static async Task<IReadOnlyList<ItemLine>> ItemsAsync(PortalDb db, Guid id, Caller caller, CancellationToken cancellation)
    {
        var items = await db.Items.AsNoTracking()
            .Where(i => i.SessionId == id && db.Sessions.VisibleTo(caller).Any(s => s.Id == id))
            .OrderBy(i => i.Position).ThenBy(i => i.CreatedAt).ThenBy(i => i.Id)
            .ToListAsync(cancellation);
        var evidenceOf = await EvidenceAsync(db, id, items.SelectMany(i => i.EvidenceTurnIds), cancellation);
        return [.. items.Select(i => (Item: i, Evidence: evidenceOf(i.EvidenceTurnIds, i.EvidenceAt)))
            .Select(x => new ItemLine(
                x.Item.Id, x.Item.Kind, x.Item.Text, x.Item.Owner, x.Item.DueOn, x.Item.DoneAt, x.Item.Source, x.Item.IsUnsure, x.Item.IsUnproven(x.Evidence.Count > 0),
                x.Evidence, x.Item.Position, x.Item.Version))];
    }

    /// <summary>What turns turn out to be now: those that still exist, in order. The caller has made sure that the reader may see the session.</summary>
    private static async Task<Func<Guid[], DateTimeOffset[], IReadOnlyList<EvidenceLine>>> EvidenceAsync(PortalDb db, Guid sessionId, IEnumerable<Guid> turnIds, CancellationToken cancellation)
    {
        // A summary that was being made while better turns were written names those that they replaced.
        var now = await db.StandingAsync(turnIds, cancellation);
        if (now.Count == 0)
            return (_, _) => [];
        var named = now.Values.Distinct().ToArray();
        var turns = await db.Turns.AsNoTracking().Where(t => t.SessionId == sessionId && named.Contains(t.Id))
            .Select(t => new { Line = new EvidenceLine(t.Id, t.CallId, t.Speaker, t.StartedAt, t.Text.Substring(0, 160)), t.EndedAt })
            .ToDictionaryAsync(t => t.Line.TurnId, cancellation);
        return (ids, moments) => [.. ids.Select(t => now.GetValueOrDefault(t)).Distinct().Where(turns.ContainsKey).Select(t => turns[t])
            .Select(t => moments.FirstOrDefault(at => at >= t.Line.At && at <= t.EndedAt) is var at && at == default ? t.Line : t.Line with { At = at })];
    }

    internal static async Task<IReadOnlyList<NoteLine>> NotesAsync(PortalDb db, Guid id, Caller caller, CancellationToken cancellation) =>
        await db.Notes.AsNoTracking()
            .Where(n => n.SessionId == id && db.Sessions.VisibleTo(caller).Any(s => s.Id == id && (n.Visibility == NoteVisibility.Shared || s.CoachId == caller.Id)))
            .OrderBy(n => n.Number)
            .Select(n => new NoteLine(n.Id, n.Kind, n.Visibility, n.AuthorId, n.ChatRole, n.Text, n.CreatedAt, n.UpdatedAt, n.Version))
            .ToListAsync(cancellation);

    internal static async Task<IReadOnlyList<CommentLine>> CommentsAsync(PortalDb db, Guid id, Caller caller, CancellationToken cancellation)
    {
        var comments = await db.Comments.AsNoTracking().Where(c => c.SessionId == id && db.Sessions.VisibleTo(caller).Any(s => s.Id == id))
            .OrderBy(c => c.At).ThenBy(c => c.CreatedAt).ThenBy(c => c.Id)
            .Select(c => new CommentLine(c.Id, c.AuthorId, c.ReplyToId, c.At, c.DeletedAt == null ? c.Text : "", c.CreatedAt, c.UpdatedAt, c.DeletedAt != null, c.Version)).ToListAsync(cancellation);
        var answered = comments.Where(c => c is { IsDeleted: false, ReplyToId: not null }).Select(c => c.ReplyToId).ToHashSet();
        return [.. comments.Where(c => !c.IsDeleted || answered.Contains(c.Id))];
    }

    internal static async Task<IReadOnlyList<ChatLine>> ChatAsync(PortalDb db, Guid id, Caller caller, CancellationToken cancellation) =>
        await db.ChatMessages.AsNoTracking()
            .Where(m => m.SessionId == id && db.Sessions.VisibleTo(caller).Any(s => s.Id == id && (m.PersonId == s.FounderId || s.CoachId == caller.Id)))
            .OrderBy(m => m.Number)
            .Select(m => new ChatLine(m.Id, m.PersonId, m.Role, m.Text, m.CreatedAt, m.IsOffline))
            .ToListAsync(cancellation);

    private static async Task<IReadOnlyList<TurnLine>> TurnsAsync(PortalDb db, SessionHead head, Caller caller, CancellationToken cancellation)
    {
        var id = head.Id;
        var turns = await db.Turns.AsNoTracking()
            .Where(t => t.SessionId == id && db.Sessions.VisibleTo(caller).Any(s => s.Id == id))
            .OrderBy(t => t.StartedAt).ThenBy(t => t.Id)
            .Select(t => new TurnLine(t.Id, t.CallId, t.Speaker, t.Role, t.Text, t.StartedAt, t.Confidence, t.Language, t.EndedAt))
            .ToListAsync(cancellation);
        var corrected = turns.Count == 0 || head.CorrectedAt is null ? [] : await TurnCorrections.OfSessionAsync(db, id, cancellation);
        return corrected.Count == 0 ? turns : [.. turns.Select(t => corrected.TryGetValue(t.Id, out var correction) ? t with { Corrected = correction } : t)];
    }

    /// <summary>The list at hand while it still says the same: a long transcript is not drawn again for nothing.</summary>
    private static IReadOnlyList<TurnLine> Kept(IReadOnlyList<TurnLine> shown, IReadOnlyList<TurnLine> read) => shown.SequenceEqual(read) ? shown : read;

    private static async Task<SessionCourse> CourseAsync(PortalDb db, SessionHead head, CancellationToken cancellation)
    {
        var id = head.Id;
        var calls = await CallsAsync(db, id, cancellation);
        var steps = calls.Count == 0
            ? []
            : await db.PostCallSteps.AsNoTracking().Where(s => s.SessionId == id).OrderBy(s => s.CallId).ThenBy(s => s.Position)
                .Select(s => new StepLine(s.CallId, s.Name, s.Status, s.Attempts, s.Error)).ToListAsync(cancellation);
        var recordings = calls.Count == 0
            ? []
            : await db.Recordings.AsNoTracking().Where(r => r.SessionId == id).OrderBy(r => r.StartedAt)
                .Select(r => new { r.DeletedAt, Line = new RecordingLine(r.Id, r.CallId, r.Status, r.StartedAt, r.DurationMs, r.FailureReason) }).ToListAsync(cancellation);
        var standing = recordings.Where(r => r.DeletedAt is null).Select(r => r.Line).ToList();
        var reason = standing.Count > 0 || !calls.Any(c => c.EndedAt is not null)
            ? null
            : recordings.Count > 0
                ? "The recording was deleted."
                : await NoRecordingReasonAsync(db, head, cancellation);
        return new(calls, steps, standing, reason) { TranscriptWords = calls.Count == 0 ? [] : await TranscriptWordsAsync(db, id, cancellation) };
    }

    private static Task<List<string>> TranscriptWordsAsync(PortalDb db, Guid id, CancellationToken cancellation) =>
        db.Transcriptions.Where(t => t.SessionId == id).Select(t => t.Words).Distinct().OrderBy(w => w).ToListAsync(cancellation);

    private static async Task<List<CallLine>> CallsAsync(PortalDb db, Guid id, CancellationToken cancellation)
    {
        var calls = await db.Calls.AsNoTracking().Where(c => c.SessionId == id).OrderBy(c => c.StartedAt).Select(c => new { c.Id, c.StartedAt, c.EndedAt }).ToListAsync(cancellation);
        var people = calls.Count == 0
            ? []
            : await db.Participations.AsNoTracking().Where(p => p.SessionId == id && p.JoinedAt != null).GroupBy(p => new { p.CallId, p.PersonId })
                .Select(g => new { g.Key.CallId, From = g.Min(p => p.JoinedAt), To = g.Max(p => p.EndedAt) }).ToListAsync(cancellation);
        return [.. calls.Select(c => people.Where(p => p.CallId == c.Id).ToList() is { Count: > 1 } both
            ? new CallLine(c.Id, c.StartedAt, c.EndedAt, both.Max(p => p.From), both.Min(p => p.To))
            : new CallLine(c.Id, c.StartedAt, c.EndedAt, null, null))];
    }

    private static async Task<string> NoRecordingReasonAsync(PortalDb db, SessionHead head, CancellationToken cancellation)
    {
        if (await db.Sessions.AnyAsync(s => s.Id == head.Id && s.RecordingRequestedAt == null, cancellation))
            return "Nobody asked for a recording. A founder on the Studio tier can ask for one in the lobby, before a call.";
        var now = DateTimeOffset.UtcNow;
        var answers = await Consents.OfSessionAsync(db, head.Id, now, cancellation);
        foreach (var person in new[] { head.Founder, head.Coach })
            if (!answers.TryGetValue((person.Id, ConsentType.Recording), out var answer))
                return $"{person.Name} was never asked, so nothing was recorded.";
            else if (answer != ConsentAnswer.Granted)
                return $"{person.Name} did not agree to a recording, so nothing was recorded.";
        return "A recording was asked for, but not everyone was in the call at the same time.";
    }
}
