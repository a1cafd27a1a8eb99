using System.IO.Compression;
using System.Text.Json;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Archive;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests.Transcripts;

/// <summary>A portal with finished sessions, its archive and its log.</summary>
public sealed class ArchiveWorld(PostgresServer postgres) : Portal(postgres)
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 30, 0, TimeSpan.Zero);

    public LogLines Log { get; } = new();

    public IObjectStore Objects => Get<ArchiveStore>().Objects;

    protected override void ConfigureLogging(ILoggingBuilder logging) => logging.ClearProviders().AddProvider(Log);

    public static string KeyOf(CoachingSession session) => $"sessions/year=2026/month=03/day=01/{session.Id}.json.gz";

    public async Task<(CoachingSession Session, Call Call)> AFinishedSessionAsync(params string[] texts)
    {
        var session = await ASessionAsync(change: s => (s.StartsAt, s.EndsAt, s.Tags) = (Start, Start.AddHours(1), ["pricing"]));
        var call = new Call { SessionId = session.Id, StartedAt = session.StartsAt, EndedAt = session.EndsAt, Transport = CallTransport.Direct };
        await InDbAsync(async db =>
        {
            db.Add(call);
            await db.SaveChangesAsync();
            db.AddRange(texts.Select((text, i) => new Turn
            {
                SessionId = session.Id, CallId = call.Id, PersonId = Founder.Id, Speaker = Founder.Name, Role = Role.Founder, Text = text, Source = TurnSource.Caption,
                Key = $"{i}", StartedAt = session.StartsAt.AddSeconds(10 * (i + 1)), EndedAt = session.StartsAt.AddSeconds((10 * (i + 1)) + 4.5), Confidence = 0.75,
            }));
            await db.SaveChangesAsync();
        });
        return (session, call);
    }

    /// <summary>A complete recording of fifteen minutes, of which the eleventh is silence.</summary>
    public async Task<Recording> ARecordingAsync(Call call, DateTimeOffset at)
    {
        var recording = new Recording
        {
            SessionId = call.SessionId, CallId = call.Id, RequestedById = Founder.Id, Status = RecordingStatus.Complete, StartedAt = at, EndedAt = at.AddMinutes(15), DurationMs = 900_000, SampleRate = 16000,
        };
        recording.Segments.Add(new() { RecordingId = recording.Id, Number = 1, StartedAt = at, EndedAt = at.AddMinutes(10), EndedBy = SegmentEnd.Withdrawn });
        recording.Segments.Add(new() { RecordingId = recording.Id, Number = 2, StartedAt = at.AddMinutes(11), EndedAt = at.AddMinutes(15), EndedBy = SegmentEnd.CallEnded });
        foreach (var name in new[] { RecordingKeys.Incoming, RecordingKeys.Mixed, RecordingKeys.Info })
            recording.Files.Add(new() { RecordingId = recording.Id, Name = name, Key = RecordingKeys.File(recording, name), ContentType = name == RecordingKeys.Info ? "application/json" : Wav.ContentType, Size = 44, CreatedAt = at });
        await InDbAsync(db =>
        {
            db.Add(recording);
            return db.SaveChangesAsync();
        });
        return recording;
    }

    /// <returns>Null when it is not there.</returns>
    public async Task<JsonElement?> ReadAsync(string key)
    {
        await using var packed = await Objects.OpenAsync(key);
        if (packed is null)
            return null;
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        return (await JsonDocument.ParseAsync(plain)).RootElement;
    }

    /// <summary>Runs the step of the work after a call.</summary>
    public Task StepAsync(CoachingSession session, Call call) =>
        Services.GetServices<IPostCallStep>().Single(s => s.Name == "archive").RunAsync(session.Id, call.Id, CancellationToken.None);

    /// <summary>What the log says of the session's archiving.</summary>
    public IEnumerable<string> LinesOf(CoachingSession session) => Log.Lines.Where(l => l.Contains($"Archived session {session.Id}", StringComparison.Ordinal));
}
