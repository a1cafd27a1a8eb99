using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Archive;

internal static partial class ArchiveDocument
{
    /// <summary>What was recorded and where the portal plays it; the sound itself and where it lies are not the archive's business.</summary>
    /// <param name="start">Of the first call: all seconds count from it, as the turns' do.</param>
    private static async Task WriteRecordingsAsync(PortalDb db, Utf8JsonWriter json, Guid sessionId, DateTimeOffset start, CancellationToken cancellation)
    {
        json.WriteStartArray("recordings");
        foreach (var recording in await db.Recordings.AsNoTracking().AsSplitQuery().Include(r => r.Segments).Include(r => r.Files)
            .Where(r => r.SessionId == sessionId && r.DeletedAt == null).OrderBy(r => r.StartedAt).ThenBy(r => r.Id).ToListAsync(cancellation))
        {
            var sound = PlaybackEndpoints.Sound(recording).ToList();
            json.WriteStartObject();
            json.WriteString("id", recording.Id);
            json.WriteString("call_id", recording.CallId);
            json.WriteString("status", Word(recording.Status));
            json.WriteString("failure_reason", recording.FailureReason);
            json.WriteString("missing", recording.Missing);
            json.WriteNumber("start", Seconds(recording.StartedAt - start));
            WriteDuration(json, recording.DurationMs);
            Write(json, "started_at", recording.StartedAt);
            json.WriteString("url", sound is [var first, ..] ? PlaybackEndpoints.UrlOf(recording.Id, first.Name) : null);
            json.WriteStartArray("files");
            foreach (var file in sound)
            {
                json.WriteStartObject();
                json.WriteString("name", file.Name);
                json.WriteString("url", PlaybackEndpoints.UrlOf(recording.Id, file.Name));
                json.WriteString("content_type", file.ContentType);
                json.WriteNumber("size", file.Size);
                json.WriteNumber("start", Seconds((file.StartedAt ?? recording.StartedAt) - start));
                WriteDuration(json, file.StartedAt is null ? recording.DurationMs : file.DurationMs);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("gaps");
            if (recording.Status == RecordingStatus.Complete && sound.Count > 0)
                WriteGaps(json, Timeline.Of(recording), start);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteGaps(Utf8JsonWriter json, Timeline timeline, DateTimeOffset start)
    {
        foreach (var (after, from, to) in timeline.NotRecorded)
        {
            json.WriteStartObject();
            json.WriteNumber("start", Seconds(timeline.StartedAt.AddMilliseconds(from) - start));
            json.WriteNumber("end", Seconds(timeline.StartedAt.AddMilliseconds(to) - start));
            json.WriteString("because", after.EndedBy is { } by ? Word(by) : null);
            json.WriteEndObject();
        }
    }

    private static void WriteDuration(Utf8JsonWriter json, long? milliseconds)
    {
        if (milliseconds is { } length)
            json.WriteNumber("duration", length / 1000.0);
        else
            json.WriteNull("duration");
    }
}
