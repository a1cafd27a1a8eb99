using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Recordings;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

/// <summary>A portal that has calls transcribed by <see cref="FakeTranscription"/>, and words for what was said in one.</summary>
public class TranscriptionWorld(PostgresServer postgres) : RecordingWorld(postgres), IAsyncLifetime
{
    public FakeTranscription Service { get; } = new();

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
    {
        ["Transcription:Endpoint"] = Service.Endpoint,
        ["Transcription:Model"] = FakeTranscription.Model,
        ["Transcription:ApiKey"] = FakeTranscription.Key,
        ["Transcription:MaxUploadBytes"] = FakeTranscription.Limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Transcription:Vocabulary"] = "Quotely",
    };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await Service.StartAsync();
        await InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Service.DisposeAsync();
    }

    /// <summary>A recorded call that is over, its files not yet written: the founder's tone from 1 to 4 s and from 9 to 12 s, the coach's from 5 to 8 s.</summary>
    /// <param name="seconds">How long it is in all.</param>
    public async Task<(Call Call, Recording Recording)> ACallAsync(Person[] consenting, double seconds = 12, byte[]? founderSays = null, byte[]? coachSays = null)
    {
        var (call, recording, founder, coach) = await ARunningRecordingAsync();
        foreach (var person in consenting)
            await TranscriptAsync(call, person, true, recording.StartedAt.AddSeconds(-1));
        Clock.Advance(TimeSpan.FromSeconds(seconds + 1));
        await EndsAsync(call);
        await SaysAsync(Founder, recording, founder, founderSays ?? [.. Pause(1), .. Sound.Tone(440, 3), .. Pause(5), .. Sound.Tone(440, 3)]);
        await SaysAsync(Coach, recording, coach, coachSays ?? [.. Pause(5), .. Sound.Tone(1000, 3)]);
        return (call, (await RecordingOfAsync(call))!);
    }

    public static byte[] Pause(double seconds) => new byte[(int)(seconds * Sound.Rate) * 2];

    public Task TranscriptAsync(Call call, Person person, bool granted, DateTimeOffset? at = null) => InTransactionAsync(async db =>
    {
        await Consents.AnswerAsync(db, call.SessionId, person.Id, ConsentWording.TranscriptBy(Get<IOptions<TranscriptionOptions>>().Value.SentTo), granted, at ?? Clock.GetUtcNow());
        return true;
    });

    public async Task<Turn> ACaptionAsync(Call call, Person person, Recording recording, double from, double to, string text, TurnSource source = TurnSource.Caption)
    {
        var turn = new Turn
        {
            SessionId = call.SessionId, CallId = call.Id, PersonId = person.Id, Speaker = person.Name, Role = person.Role, Text = text,
            StartedAt = recording.StartedAt.AddSeconds(from), EndedAt = recording.StartedAt.AddSeconds(to), Confidence = 0.5, Source = source, Key = Ids.New().ToString("N"),
        };
        await InDbAsync(async db =>
        {
            db.Add(turn);
            await db.SaveChangesAsync();
        });
        return turn;
    }

    public Task AssembleAsync(Call call) => Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);

    /// <summary>What the runner would do, and no other step.</summary>
    public Task TranscribeAsync(Call call) => Get<IEnumerable<IPostCallStep>>().Single(s => s.Name == "transcribe").RunAsync(call.SessionId, call.Id, CancellationToken.None);

    /// <summary>The transcript as it stands: who said what, seconds from the recording's start.</summary>
    public async Task<string[]> TranscriptAsync(Recording recording) =>
        [.. (await TurnsAsync(recording.SessionId)).Select(t => FormattableString.Invariant($"{t.Speaker.Split(' ')[0]}: {t.Text} {(t.StartedAt - recording.StartedAt).TotalSeconds:0.0}-{(t.EndedAt - recording.StartedAt).TotalSeconds:0.0}"))];

    public Task<List<Turn>> TurnsAsync(Guid sessionId, bool all = false) => InDbAsync(db =>
        (all ? db.Turns.IgnoreQueryFilters() : db.Turns).AsNoTracking().Where(t => t.SessionId == sessionId).OrderBy(t => t.StartedAt).ThenBy(t => t.Id).ToListAsync());

    private async Task SaysAsync(Person person, Recording recording, Guid participation, byte[] pcm)
    {
        var client = SignedIn(person);
        var track = await client.BeginsTrackAsync(recording.Id, participation, recording.StartedAt);
        await client.SendsAllAsync(track.TrackId, pcm);
    }
}
