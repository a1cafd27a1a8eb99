using System.Net;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.LiveKit;
using CoachingPortal.IntegrationTests.S3;
using CoachingPortal.IntegrationTests.Transcripts.Transcription;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>The same where calls are also transcribed: so each microphone is recorded on its own.</summary>
public sealed class VoicesWorld(PostgresServer postgres, S3Server s3) : EgressWorld(postgres, s3), IAsyncLifetime
{
    /// <summary>3.4 s of a synthesised voice in Ogg Opus.</summary>
    public static readonly byte[] Voice = Embedded();

    public FakeTranscription Service { get; } = new();

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>(base.Settings)
    {
        ["Transcription:Endpoint"] = Service.Endpoint,
        ["Transcription:Model"] = FakeTranscription.Model,
        ["Transcription:ApiKey"] = FakeTranscription.Key,
        ["Transcription:MaxUploadBytes"] = FakeTranscription.Limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
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

    /// <summary>A call whose room is about to be recorded: both are in it with their microphones on and agree to that; these agree to a transcript too.</summary>
    public async Task<Talk> ATalkAsync(params Person[] agreeing)
    {
        var (call, _, founder, coach) = await ARunningRecordingAsync();
        foreach (var person in agreeing)
            await TranscriptAsync(call, person, true);
        await ConnectsAsync(call, Founder, participation: founder);
        await ConnectsAsync(call, Coach, participation: coach);
        var room = await RoomOfAsync(call);
        return new(call, room, await EgressAsync(call, e => e.EgressId is not null), LiveKit.Publish(room, Founder.Id.ToString()).Sid, LiveKit.Publish(room, Coach.Id.ToString()).Sid);
    }

    /// <summary>The same, and sound is being taken of the room.</summary>
    public async Task<Talk> ARecordedTalkAsync(params Person[] agreeing)
    {
        var talk = await ATalkAsync(agreeing);
        await TellsAsync(LiveKit.Advance(talk.Room.EgressId!, EgressStatus.EgressActive));
        return talk;
    }

    public Task TranscriptAsync(Call call, Person person, bool granted) => GateAsync(call, (db, _) =>
        Consents.AnswerAsync(db, call.SessionId, person.Id, ConsentWording.TranscriptBy(Get<IOptions<TranscriptionOptions>>().Value.SentTo), granted, Clock.GetUtcNow()));

    public async Task<List<RecordingEgress>> VoicesAsync(Call call) => await InDbAsync(db => db.Egresses.AsNoTracking()
        .Where(e => e.SessionId == call.SessionId && e.Kind == EgressKind.Track).OrderBy(e => e.WantedAt).ThenBy(e => e.Id).ToListAsync());

    /// <summary>The call's voices, as soon as they are as wanted.</summary>
    public async Task<List<RecordingEgress>> VoicesAsync(Call call, Func<List<RecordingEgress>, bool> when, string what)
    {
        List<RecordingEgress> last = [];
        await CallSteps.EventuallyAsync(async () => when(last = await VoicesAsync(call)), what);
        return last;
    }

    /// <summary>LiveKit has begun to record the microphone.</summary>
    public async Task<RecordingEgress> VoiceAsync(Talk talk, string track)
    {
        var voice = (await VoicesAsync(talk.Call, v => v.Exists(e => e.TrackId == track && e.EgressId is not null), $"microphone {track} is recorded")).Last(e => e.TrackId == track);
        await TellsAsync(LiveKit.Advance(voice.EgressId!, EgressStatus.EgressActive));
        return voice;
    }

    /// <summary>The call ends, twenty seconds of it lie in the bucket as one file, and the recording is written.</summary>
    public async Task<DateTimeOffset> IsOverAsync(Talk talk)
    {
        // As if it had lasted so long: LiveKit's clock is the real one.
        var start = talk.Room.WantedAt.AddSeconds(-20);
        await InDbAsync(db => db.RecordingSegments.Where(s => s.Id == talk.Room.SegmentId).ExecuteUpdateAsync(u => u.SetProperty(s => s.StartedAt, start)));
        await InDbAsync(db => db.Consents.Where(c => c.SessionId == talk.Call.SessionId).ExecuteUpdateAsync(u => u.SetProperty(c => c.AnsweredAt, start)));
        await EndsAsync(talk.Call);
        await EgressAsync(talk.Call, e => e.StoppedAt is not null);
        await TellsAsync(await FinishesAsync(talk.Room, start, TimeSpan.FromSeconds(20)));
        await AssembleAsync(talk.Call);
        return start;
    }

    /// <summary>What somebody said lies in the bucket.</summary>
    public async Task SpokeAsync(RecordingEgress voice, DateTimeOffset at)
    {
        await CallSteps.EventuallyAsync(async () => (await InDbAsync(db => db.Egresses.AsNoTracking().SingleAsync(e => e.Id == voice.Id))).StoppedAt is not null, "the voice is stopped");
        await Get<IObjectStore>().PutAsync(voice.Key, new MemoryStream(Voice));
        await TellsAsync(LiveKit.Complete(voice.EgressId!, at, TimeSpan.FromSeconds(3.4), Voice.Length));
    }

    /// <summary>Posts what LiveKit would.</summary>
    public async Task TracksAsync(string happened, Talk talk, Person person, string track)
    {
        using var client = SignedIn(null);
        Assert.Equal(HttpStatusCode.OK, await LiveKit.PostAsync(client, FakeLiveKit.Event(happened, e =>
        {
            e.Room = new() { Sid = "RM_x", Name = talk.RoomName };
            e.Participant = LiveKit.Participant(talk.RoomName, person.Id.ToString());
            e.Track = new() { Sid = track, Type = TrackType.Audio, Source = TrackSource.Microphone };
        })));
    }

    public Task AssembleAsync(Call call) => Get<AssembleRecording>().RunAsync(call.SessionId, call.Id, CancellationToken.None);

    public Task TranscribeAsync(Call call) => Get<IEnumerable<IPostCallStep>>().Single(s => s.Name == "transcribe").RunAsync(call.SessionId, call.Id, CancellationToken.None);

    /// <summary>Who said what when, seconds from the start; and what the page says of it.</summary>
    public async Task<(string[] Turns, string Words)> TranscriptAsync(Call call, DateTimeOffset start) => await InDbAsync(async db => (
        (await db.Turns.AsNoTracking().Where(t => t.SessionId == call.SessionId).OrderBy(t => t.StartedAt).ToListAsync())
            .Select(t => FormattableString.Invariant($"{t.Speaker.Split(' ')[0]}: {t.Text} {(t.StartedAt - start).TotalSeconds:0.0}-{(t.EndedAt - start).TotalSeconds:0.0}")).ToArray(),
        (await db.Transcriptions.AsNoTracking().SingleAsync(t => t.CallId == call.Id)).Words));

    private static byte[] Embedded()
    {
        using var stream = typeof(VoicesWorld).Assembly.GetManifestResourceStream("voice.ogg")!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}

/// <param name="Room">The egress of the whole room.</param>
/// <param name="FounderTrack">LiveKit's name of the founder's microphone.</param>
public sealed record Talk(Call Call, string RoomName, RecordingEgress Room, string FounderTrack, string CoachTrack);
