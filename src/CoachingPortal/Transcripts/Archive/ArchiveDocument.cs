using System.Globalization;
using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>What an archived session holds, counted.</summary>
/// <param name="TalkSeconds">Of all turns together.</param>
public sealed record ArchiveFacts(int Calls, int Turns, int Speakers, int Words, double TalkSeconds, int Decisions, int NextActions, int Notes);

/// <summary>
/// Writes a session as one JSON object: what its founder and its coach both see. What the coach keeps to themselves, and
/// conversations with FRED that were not appended to the notes, are not the business's and stay out. Turns are read
/// and written one by one, however long the session was.
/// </summary>
internal static partial class ArchiveDocument
{
    /// <summary>Of the object's form; a reader can tell old ones from new.</summary>
    private const int Form = 2;

    /// <summary>Bytes gathered before they are handed on.</summary>
    private const int Portion = 32 * 1024;

    private static readonly JsonWriterOptions Options = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="db">In a transaction that sees one state of the session.</param>
    public static async Task<ArchiveFacts> WriteAsync(PortalDb db, CoachingSession session, Stream to, CancellationToken cancellation)
    {
        await using var json = new Utf8JsonWriter(to, Options);
        var calls = await db.Calls.AsNoTracking().Where(c => c.SessionId == session.Id).OrderBy(c => c.StartedAt).ThenBy(c => c.Id).ToListAsync(cancellation);
        var start = calls is [var first, ..] ? first.StartedAt : (DateTimeOffset?)null;
        var items = await db.Items.AsNoTracking().Where(i => i.SessionId == session.Id).OrderBy(i => i.Position).ThenBy(i => i.CreatedAt).ThenBy(i => i.Id).ToListAsync(cancellation);
        var standing = await db.StandingAsync([.. items.SelectMany(i => i.EvidenceTurnIds), .. session.SummaryPoints.SelectMany(p => p.Turns)], cancellation);
        json.WriteStartObject();
        WriteHead(json, session);
        WritePoints(json, session.SummaryPoints, standing);
        json.WriteStartArray("calls");
        foreach (var call in calls)
        {
            json.WriteStartObject();
            json.WriteString("id", call.Id);
            Write(json, "started_at", call.StartedAt);
            Write(json, "ended_at", call.EndedAt);
            json.WriteString("transport", Word(call.Transport));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        await WriteRecordingsAsync(db, json, session.Id, start ?? session.StartsAt, cancellation);
        WriteItems(json, "decisions", items.Where(i => i.Kind == ItemKind.Decision), standing);
        WriteItems(json, "next_actions", items.Where(i => i.Kind == ItemKind.NextAction), standing);
        WriteItems(json, "open_questions", items.Where(i => i.Kind == ItemKind.OpenQuestion), standing);
        var notes = await WriteNotesAsync(db, json, session.Id, cancellation);
        await WriteCommentsAsync(db, json, session.Id, cancellation);
        var facts = await WriteTurnsAsync(db, json, session.Id, start, cancellation);
        json.WriteEndObject();
        await json.FlushAsync(cancellation);
        return facts with { Calls = calls.Count, Decisions = items.Count(i => i.Kind == ItemKind.Decision), NextActions = items.Count(i => i.Kind == ItemKind.NextAction), Notes = notes };
    }

    private static void WriteHead(Utf8JsonWriter json, CoachingSession session)
    {
        json.WriteNumber("form", Form);
        json.WriteString("id", session.Id);
        json.WriteString("title", session.Title);
        json.WriteString("founder_id", session.FounderId);
        json.WriteString("founder_name", session.Founder!.Name);
        json.WriteString("coach_id", session.CoachId);
        json.WriteString("coach_name", session.Coach!.Name);
        Write(json, "starts_at", session.StartsAt);
        Write(json, "ends_at", session.EndsAt);
        json.WriteString("call_type", session.CallType);
        Write(json, "cancelled_at", session.CancelledAt);
        json.WriteBoolean("is_demo", session.IsDemo);
        json.WriteStartArray("tags");
        foreach (var tag in session.Tags)
            json.WriteStringValue(tag);
        json.WriteEndArray();
        json.WriteString("summary", session.Summary);
        json.WriteString("summary_source", session.SummarySource is { } source ? Word(source) : null);
        Write(json, "summary_at", session.SummaryAt);
    }

    private static void WritePoints(Utf8JsonWriter json, IEnumerable<SummaryPoint> points, Dictionary<Guid, Guid> standing)
    {
        json.WriteStartArray("summary_points");
        foreach (var point in points)
        {
            json.WriteStartObject();
            json.WriteString("text", point.Text);
            json.WriteBoolean("is_unverified", point.IsUnproven(point.Turns.Any(standing.ContainsKey)));
            WriteEvidence(json, point.Turns, standing);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>As ids of the transcript's turns, whatever turns it was found in.</summary>
    private static void WriteEvidence(Utf8JsonWriter json, IEnumerable<Guid> turns, Dictionary<Guid, Guid> standing)
    {
        json.WriteStartArray("evidence_turn_ids");
        foreach (var turn in turns.Where(standing.ContainsKey).Select(t => standing[t]).Distinct())
            json.WriteStringValue(turn);
        json.WriteEndArray();
    }

    private static void WriteItems(Utf8JsonWriter json, string name, IEnumerable<SessionItem> items, Dictionary<Guid, Guid> standing)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            json.WriteString("id", item.Id);
            json.WriteString("text", item.Text);
            json.WriteString("owner", item.Owner is { } owner ? Word(owner) : null);
            json.WriteString("due_on", item.DueOn?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
            Write(json, "done_at", item.DoneAt);
            json.WriteString("source", Word(item.Source));
            json.WriteBoolean("is_unsure", item.IsUnsure);
            json.WriteBoolean("is_unverified", item.IsUnproven(item.EvidenceTurnIds.Any(standing.ContainsKey)));
            WriteEvidence(json, item.EvidenceTurnIds, standing);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static async Task<int> WriteNotesAsync(PortalDb db, Utf8JsonWriter json, Guid sessionId, CancellationToken cancellation)
    {
        var count = 0;
        json.WriteStartArray("notes");
        await foreach (var note in db.Notes.AsNoTracking().Where(n => n.SessionId == sessionId && n.Visibility == NoteVisibility.Shared).OrderBy(n => n.Number).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            count++;
            json.WriteStartObject();
            json.WriteString("kind", Word(note.Kind));
            json.WriteString("author_id", note.AuthorId?.ToString());
            json.WriteString("role", note.ChatRole is { } role ? Word(role) : null);
            json.WriteString("text", note.Text);
            Write(json, "created_at", note.CreatedAt);
            json.WriteEndObject();
            await HandOnAsync(json, cancellation);
        }
        json.WriteEndArray();
        return count;
    }

    private static async Task WriteCommentsAsync(PortalDb db, Utf8JsonWriter json, Guid sessionId, CancellationToken cancellation)
    {
        json.WriteStartArray("comments");
        await foreach (var comment in db.Comments.AsNoTracking().Where(c => c.SessionId == sessionId && c.DeletedAt == null).OrderBy(c => c.At).ThenBy(c => c.CreatedAt).ThenBy(c => c.Id).AsAsyncEnumerable().WithCancellation(cancellation))
        {
            json.WriteStartObject();
            json.WriteString("id", comment.Id);
            json.WriteString("author_id", comment.AuthorId);
            json.WriteString("reply_to_id", comment.ReplyToId?.ToString());
            Write(json, "at", comment.At);
            json.WriteString("text", comment.Text);
            Write(json, "created_at", comment.CreatedAt);
            json.WriteEndObject();
            await HandOnAsync(json, cancellation);
        }
        json.WriteEndArray();
    }

    private static async Task<ArchiveFacts> WriteTurnsAsync(PortalDb db, Utf8JsonWriter json, Guid sessionId, DateTimeOffset? start, CancellationToken cancellation)
    {
        var turns = db.Turns.AsNoTracking().Where(t => t.SessionId == sessionId).OrderBy(t => t.StartedAt).ThenBy(t => t.Id);
        var (count, words, talk, speakers) = (0, 0, 0.0, new HashSet<string>());
        json.WriteStartArray("transcript");
        await foreach (var turn in turns.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            start ??= turn.StartedAt;
            count++;
            words += turn.Text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            talk += (turn.EndedAt - turn.StartedAt).TotalSeconds;
            speakers.Add(turn.Speaker);
            json.WriteStartObject();
            json.WriteString("id", turn.Id);
            json.WriteString("call_id", turn.CallId?.ToString());
            json.WriteString("person_id", turn.PersonId?.ToString());
            json.WriteString("speaker", turn.Speaker);
            json.WriteString("role", turn.Role is { } role ? Word(role) : null);
            json.WriteNumber("start", Seconds(turn.StartedAt - start.Value));
            json.WriteNumber("end", Seconds(turn.EndedAt - start.Value));
            Write(json, "started_at", turn.StartedAt);
            json.WriteString("text", turn.Text);
            if (turn.Confidence is { } confidence)
                json.WriteNumber("confidence", confidence);
            else
                json.WriteNull("confidence");
            json.WriteString("language", turn.Language);
            json.WriteString("source", Word(turn.Source));
            json.WriteEndObject();
            await HandOnAsync(json, cancellation);
        }
        json.WriteEndArray();
        json.WritePropertyName("transcript_text");
        var isFirst = true;
        await foreach (var turn in turns.AsAsyncEnumerable().WithCancellation(cancellation))
        {
            json.WriteStringValueSegment((isFirst ? "" : "\n") + Turns.PlainText([turn]), isFinalSegment: false);
            isFirst = false;
            await HandOnAsync(json, cancellation);
        }
        json.WriteStringValueSegment("", isFinalSegment: true);
        return new(0, count, speakers.Count, words, Math.Round(talk, 1), 0, 0, 0);
    }

    private static async Task HandOnAsync(Utf8JsonWriter json, CancellationToken cancellation)
    {
        if (json.BytesPending > Portion)
            await json.FlushAsync(cancellation);
    }

    private static void Write(Utf8JsonWriter json, string name, DateTimeOffset? at)
    {
        if (at is { } moment)
            json.WriteString(name, moment.UtcDateTime);
        else
            json.WriteNull(name);
    }

    private static double Seconds(TimeSpan span) => Math.Round(span.TotalSeconds, 3);

    private static string Word<T>(T value)
        where T : struct, Enum => PortalDb.SnakeCase(value.ToString());
}
