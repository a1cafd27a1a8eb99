using System.IO.Compression;
using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;

namespace CoachingPortal.Demo;

/// <summary>The sound of the demo's finished session: two synthetic voices reading a script of our own, from the program's resources.</summary>
public sealed class DemoRecording(IObjectStore store)
{
    internal static Stream Resource(string name) =>
        typeof(DemoRecording).Assembly.GetManifestResourceStream($"CoachingPortal.Demo.{name}") ?? throw new InvalidOperationException($"The program lacks its resource {name}.");

    /// <summary>Adds the finished recording and its files; saves them.</summary>
    public async Task AddAsync(
        PortalDb db, CoachingSession session, Call call, DemoCast cast, DemoConversation conversation, DateTimeOffset startedAt, CancellationToken cancellation)
    {
        var endedAt = startedAt.AddMilliseconds(conversation.DurationMs);
        var recording = new Recording
        {
            SessionId = session.Id,
            CallId = call.Id,
            RequestedById = cast.Studio.Id,
            Status = RecordingStatus.Complete,
            StartedAt = startedAt,
            EndedAt = endedAt,
            SampleRate = conversation.SampleRate,
            DurationMs = conversation.DurationMs,
        };
        recording.Segments.Add(new() { RecordingId = recording.Id, Number = 1, StartedAt = startedAt, EndedAt = endedAt, EndedBy = SegmentEnd.CallEnded });

        await AddFileAsync(RecordingKeys.Incoming, Wav.ContentType, Sound("founder.wav.gz"));
        await AddFileAsync(RecordingKeys.Outgoing, Wav.ContentType, Sound("coach.wav.gz"));
        await using (var founder = Sound("founder.wav.gz"))
        await using (var coach = Sound("coach.wav.gz"))
        {
            var format = await Wav.ReadHeaderAsync(founder, cancellation);
            await Wav.ReadHeaderAsync(coach, cancellation);
            var mixed = new MixedWav(founder, coach, format.Samples, format.SampleRate);
            await AddFileAsync(RecordingKeys.Mixed, Wav.ContentType, mixed);
            await AddFileAsync(RecordingKeys.Peaks, "application/json", Json(mixed.Peaks.Values, JsonSerializerOptions.Web));
        }
        var people = new[] { cast.Studio, cast.Coach }.Select(p => new RecordedPerson(p.Id, p.Name, p.Role, RecordingKeys.NameOf(p.Role))).ToList();
        var info = SessionInfo.Of(recording, new Timeline(recording.Segments, recording.SampleRate), people, recording.Files.Where(f => f.ContentType == Wav.ContentType));
        await AddFileAsync(RecordingKeys.Info, "application/json", Json(info, SessionInfo.Json));
        db.Recordings.Add(recording);
        await db.SaveChangesAsync(cancellation);

        async Task AddFileAsync(string name, string type, Stream content)
        {
            var key = RecordingKeys.File(recording, name);
            await using (content)
            {
                var size = await store.PutAsync(key, content, cancellation);
                recording.Files.Add(new() { RecordingId = recording.Id, Name = name, Key = key, ContentType = type, Size = size, CreatedAt = endedAt.AddSeconds(5) });
            }
        }
    }

    private static MemoryStream Json<T>(T content, JsonSerializerOptions options) => new(JsonSerializer.SerializeToUtf8Bytes(content, options));

    private static GZipStream Sound(string name) => new(Resource(name), CompressionMode.Decompress);
}
