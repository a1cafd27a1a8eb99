using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.LiveKit;
using CoachingPortal.IntegrationTests.S3;
using CoachingPortal.MediaServer;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Quartz;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>A portal whose calls go over (a double of) LiveKit and are recorded by its Egress into a real S3 bucket.</summary>
public class EgressWorld(PostgresServer postgres, S3Server s3) : RecordingWorld(postgres), IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Dictionary<string, string> settings = [];

    public FakeLiveKit LiveKit { get; private set; } = null!;

    public S3Options Bucket { get; private set; } = null!;

    protected override CallTransport Transport => CallTransport.Livekit;

    /// <summary>For another process that is to be the same portal, as <c>Key=value</c>.</summary>
    public string[] Arguments => [.. settings.Select(s => $"{s.Key}={s.Value}")];

    /// <summary>False where a test takes the worker's steps itself.</summary>
    protected virtual bool HasWorker => true;

    protected override IReadOnlyDictionary<string, string> Settings => settings;

    public new async ValueTask InitializeAsync()
    {
        LiveKit = await FakeLiveKit.StartAsync();
        Bucket = await s3.NewBucketAsync();
        foreach (var (key, value) in LiveKit.Settings.Concat(base.Settings))
            settings[key] = value;
        (settings["Recording:S3:AccessKey"], settings["Recording:S3:Secret"]) = (Bucket.AccessKey!, Bucket.Secret!);
        (settings["Recording:S3:Bucket"], settings["Recording:S3:Region"], settings["Recording:S3:Endpoint"]) = (Bucket.Bucket!, Bucket.Region!, Bucket.Endpoint!);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await LiveKit.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void ConfigureServices(IServiceCollection services)
    {
        base.ConfigureServices(services);
        // Quick to look, and slow to give up: a busy machine is no fault.
        services.Replace(ServiceDescriptor.Singleton(new EgressTimes
        {
            Pause = TimeSpan.FromSeconds(0.1), Sweep = TimeSpan.FromSeconds(0.5), RoomWithin = Patience, ActiveWithin = Patience, LostAfter = Patience, VoiceWithin = Patience,
        }));
        if (!HasWorker)
            WithoutWorker(services);
    }

    /// <summary>Its worker does not run by itself.</summary>
    public static void WithoutWorker(IServiceCollection services)
    {
        // Registered by factory: told from the others by what they make.
        foreach (var hosted in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationFactory?.Method.ReturnType == typeof(EgressWorker)).ToList())
            services.Remove(hosted);
    }

    /// <summary>LiveKit works again, and nothing is left to do that another test would see.</summary>
    public async ValueTask CalmAsync()
    {
        await InDbAsync(db => db.Egresses.Where(e => RecordingEgress.Open.Contains(e.Status)).ExecuteUpdateAsync(u => u.SetProperty(e => e.Status, EgressState.Failed)));
        await InDbAsync(db => db.Egresses.ExecuteUpdateAsync(u => u.SetProperty(e => e.HeldPersonIds, Array.Empty<Guid>())));
        LiveKit.Works();
    }

    /// <summary>Both in, both agreed, and the sound is being taken.</summary>
    public async Task<(Call Call, RecordingEgress Egress)> ARecordedCallAsync()
    {
        var (call, _, _, _) = await ARunningRecordingAsync();
        var egress = await EgressAsync(call, e => e.EgressId is not null);
        await TellsAsync(LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive, i => i.StartedAt = FakeLiveKit.Nanoseconds(Clock.GetUtcNow())));
        return (call, await EgressAsync(call, e => e.Status == EgressState.Active));
    }

    /// <summary>What the webhook does with it.</summary>
    public Task<EgressUpdate> TellsAsync(EgressInfo info) => InDbAsync(db => Get<EgressUpdates>().ApplyAsync(db, info));

    /// <summary>The egress ends and its file lies in the bucket.</summary>
    /// <returns>What LiveKit says of it.</returns>
    public async Task<EgressInfo> FinishesAsync(RecordingEgress egress, DateTimeOffset startedAt, TimeSpan duration, int size = 1000)
    {
        await Get<IObjectStore>().PutAsync(egress.Key, new MemoryStream(new byte[size]));
        return LiveKit.Complete(egress.EgressId!, startedAt, duration, size);
    }

    /// <summary>Of the whole room.</summary>
    public async Task<List<RecordingEgress>> EgressesAsync(Call call) => await InDbAsync(db => db.Egresses.AsNoTracking()
        .Where(e => e.SessionId == call.SessionId && e.Kind == EgressKind.Room).OrderBy(e => e.WantedAt).ToListAsync());

    /// <summary>The call's newest egress, as soon as it is as wanted.</summary>
    public async Task<RecordingEgress> EgressAsync(Call call, Func<RecordingEgress, bool> when, double seconds = 60)
    {
        RecordingEgress? last = null;
        for (var until = DateTime.UtcNow.AddSeconds(seconds); DateTime.UtcNow < until; await Task.Delay(30))
            if ((last = await EgressesAsync(call) is { Count: > 0 } all ? all[^1] : null) is not null && when(last))
                return last;
        Assert.Fail($"The egress stayed {last?.Status.ToString() ?? "away"} ({last?.EgressId}, {last?.Failure}).");
        return null!;
    }

    public async Task<RecordingState> StateAsync(Call call, Func<RecordingState, bool> when)
    {
        RecordingState last = null!;
        for (var until = DateTime.UtcNow.AddSeconds(60); DateTime.UtcNow < until; await Task.Delay(30))
            if (when(last = await StateAsync(call)))
                return last;
        Assert.Fail($"The recording stayed {last.Phase}: {last.Reason}");
        return null!;
    }

    public async Task<string> RoomOfAsync(Call call) => await InDbAsync(db => db.Sessions.Where(s => s.Id == call.SessionId).Select(s => s.RoomName).SingleAsync());

    /// <summary>LiveKit's own list of what was started in the call's room.</summary>
    public async Task<List<EgressInfo>> StartedAsync(Call call)
    {
        var room = await RoomOfAsync(call);
        return [.. LiveKit.Egresses.Where(e => e.RoomName == room)];
    }

    /// <summary>The person's browser is in LiveKit's room.</summary>
    /// <param name="participation">As which LiveKit is to know them; their newest when missing.</param>
    /// <returns>As LiveKit knows them.</returns>
    public async Task<ParticipantInfo> ConnectsAsync(Call call, Person person, bool canPublish = true, Guid? participation = null)
    {
        participation ??= await InDbAsync(db => db.Participations.Where(p => p.CallId == call.Id && p.PersonId == person.Id).OrderByDescending(p => p.CreatedAt).Select(p => p.Id).FirstAsync());
        var grants = new VideoGrants { RoomJoin = true, Room = await RoomOfAsync(call), CanPublish = canPublish, CanSubscribe = true, CanPublishData = true };
        // By the real clock, which LiveKit has.
        return LiveKit.Join(new AccessToken(LiveKit.Key, LiveKit.Secret).WithIdentity(person.Id.ToString()).WithGrants(grants)
            .WithAttributes(new Dictionary<string, string> { [LiveKitServer.ParticipationAttribute] = participation.Value.ToString() }).ToJwt());
    }

    public async Task<bool> MayPublishAsync(Call call, Person person) => LiveKit.Participant(await RoomOfAsync(call), person.Id.ToString())!.Permission.CanPublish;
}

/// <summary>The same, where the test takes the worker's steps, and the jobs' too: none comes in between.</summary>
public sealed class EgressStepsWorld(PostgresServer postgres, S3Server s3) : EgressWorld(postgres, s3)
{
    protected override bool HasWorker => false;

    protected override void ConfigureServices(IServiceCollection services)
    {
        base.ConfigureServices(services);
        services.Replace(ServiceDescriptor.Singleton(new EgressTimes { Pause = TimeSpan.Zero, Lease = TimeSpan.FromSeconds(20) }));
        // Pausing its triggers would not be enough: those that are due at the start may be on their way.
        services.Remove(services.Single(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType == typeof(QuartzHostedService)));
    }

    /// <summary>A worker of its own, as of a portal that was just started.</summary>
    public EgressWorker AWorker() => ActivatorUtilities.CreateInstance<EgressWorker>(Services);
}
