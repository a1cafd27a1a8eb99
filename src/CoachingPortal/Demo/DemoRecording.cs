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

        await AddFileAsync("incoming.wav", Sound("founder.wav.gz"));
        await AddFileAsync("outgoing.wav", Sound("coach.wav.gz"));
        await using (var founder = Sound("founder.wav.gz"))
        await using (var coach = Sound("coach.wav.gz"))
        {
            var format = await Wav.ReadHeaderAsync(founder, cancellation);
            await Wav.ReadHeaderAsync(coach, cancellation);
            await AddFileAsync("mixed.wav", new MixedWav(founder, coach, format.Samples, format.SampleRate));
        }
        var info = new
        {
            sessionId = session.Id,
            callId = call.Id,
            recordingId = recording.Id,
            founderId = cast.Studio.Id,
            coachId = cast.Coach.Id,
            startedAt,
            endedAt,
            durationMs = conversation.DurationMs,
            sampleRate = conversation.SampleRate,
            files = recording.Files.Select(f => new { name = f.Name, size = f.Size }),
        };
        await AddFileAsync("session_info.json", new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(info, JsonSerializerOptions.Web)), "application/json");
        db.Recordings.Add(recording);
        await db.SaveChangesAsync(cancellation);

        async Task AddFileAsync(string name, Stream content, string type = Wav.ContentType)
        {
            var key = $"recordings/{recording.Id:N}/{name}";
            await using (content)
            {
                var size = await store.PutAsync(key, content, cancellation);
                recording.Files.Add(new() { RecordingId = recording.Id, Name = name, Key = key, ContentType = type, Size = size, CreatedAt = endedAt.AddSeconds(5) });
            }
        }
    }

    private static GZipStream Sound(string name) => new(Resource(name), CompressionMode.Decompress);
}
