using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using FileInfo = Livekit.Server.Sdk.Dotnet.FileInfo;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>Egresses: the portal starts and stops them, the test lets them become active, complete or fail.</summary>
public sealed partial class FakeLiveKit
{
    private const int PageSize = 100;

    private readonly List<EgressInfo> _egresses = [];
    private readonly HashSet<string> _killed = [];

    /// <summary>All there ever were, oldest first.</summary>
    public IReadOnlyList<EgressInfo> Egresses
    {
        get
        {
            lock (_lock)
                return [.. _egresses.Select(e => e.Clone())];
        }
    }

    /// <summary>Whether an egress needs a room that is open, as on the real server. Off unless a test lets people join.</summary>
    public bool RecordsOnlyOpenRooms { get; set; }

    /// <summary>Whether a worker is there to take a recording.</summary>
    public bool HasEgressWorker { get; set; } = true;

    /// <summary>The egress gets on as it would by itself: the test says to where.</summary>
    /// <returns>As the server knows it now.</returns>
    public EgressInfo Advance(string egressId, EgressStatus status, Action<EgressInfo>? more = null)
    {
        lock (_lock)
        {
            var egress = Egress(egressId);
            egress.Status = status;
            egress.UpdatedAt = Now();
            if (IsOver(egress) && egress.EndedAt == 0)
                egress.EndedAt = Now();
            more?.Invoke(egress);
            return egress.Clone();
        }
    }

    /// <summary>The same, unless it has got on from <paramref name="from"/> meanwhile.</summary>
    /// <returns>As the server knows it now; null when nothing was changed.</returns>
    public EgressInfo? AdvanceFrom(EgressStatus from, string egressId, EgressStatus status, Action<EgressInfo>? more = null)
    {
        lock (_lock)
            return Egress(egressId).Status == from ? Advance(egressId, status, more) : null;
    }

    /// <summary>The egress is done, and its file is in the bucket.</summary>
    /// <param name="startedAt">When the file's first sound was.</param>
    public EgressInfo Complete(string egressId, DateTimeOffset startedAt, TimeSpan duration, long size) => Advance(
        egressId,
        EgressStatus.EgressComplete,
        e =>
        {
            var key = e.RequestCase == EgressInfo.RequestOneofCase.RoomComposite ? e.RoomComposite.FileOutputs[0].Filepath : e.Track.File.Filepath;
            e.FileResults.Clear();
            e.FileResults.Add(new FileInfo
            {
                Filename = key, StartedAt = Nanoseconds(startedAt), EndedAt = Nanoseconds(startedAt + duration), Duration = duration.Ticks * 100, Size = size,
                Location = "https://s3.example.test/bucket/" + key,
            });
        });

    /// <summary>The egress's worker is killed: it leaves the room, and nobody ever says that it has ended.</summary>
    public void Kill(string egressId)
    {
        lock (_lock)
            _killed.Add(Egress(egressId).EgressId);
    }

    public static long Nanoseconds(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static long Now() => Nanoseconds(DateTimeOffset.UtcNow);

    private static bool IsOver(EgressInfo egress) => egress.Status is not (EgressStatus.EgressStarting or EgressStatus.EgressActive or EgressStatus.EgressEnding);

    private EgressInfo Egress(string id) => _egresses.SingleOrDefault(e => e.EgressId == id) ?? throw new Refusal(LiveKitCode.NotFound, "egress not found");

    private EgressInfo Start(RoomCompositeEgressRequest request)
    {
        if (!HasEgressWorker)
            throw new Refusal(LiveKitCode.Unavailable, "no response from servers");
        if (request.AudioOnly && request.VideoOnly)
            throw new Refusal(LiveKitCode.InvalidArgument, "request has missing or invalid field: audio_only and video_only");
        if (request.FileOutputs.Count != 1 || request.FileOutputs[0] is not { Filepath.Length: > 0, S3.Bucket.Length: > 0 })
            throw new Refusal(LiveKitCode.InvalidArgument, "request has invalid field: output");
        var egress = Started(request.RoomName);
        egress.RoomComposite = request.Clone();
        Redact(egress.RoomComposite.FileOutputs[0].S3);
        return egress;
    }

    private EgressInfo Start(TrackEgressRequest request)
    {
        if (request.File is not { S3: { Bucket.Length: > 0, AccessKey.Length: > 0, Secret.Length: > 0 } } file || !file.Filepath.EndsWith(".ogg", StringComparison.Ordinal))
            throw new Refusal(LiveKitCode.InvalidArgument, "request has invalid field: output");
        if (!Room(request.RoomName).People.Values.SelectMany(p => p.Tracks).Any(t => t.Sid == request.TrackId && t.Type == TrackType.Audio))
            throw new Refusal(LiveKitCode.NotFound, "track does not exist");
        var egress = Started(request.RoomName);
        egress.Track = request.Clone();
        Redact(egress.Track.File.S3);
        return egress;
    }

    private EgressInfo Started(string room)
    {
        if (RecordsOnlyOpenRooms)
            Room(room);
        var egress = new EgressInfo { EgressId = Sid("EG"), RoomName = room, RoomId = _rooms.TryGetValue(room, out var open) ? open.Info.Sid : "", Status = EgressStatus.EgressStarting, UpdatedAt = Now() };
        _egresses.Add(egress);
        return egress;
    }

    // The server never hands the key out again.
    private static void Redact(S3Upload s3)
    {
        s3.AccessKey = "{access_key}";
        s3.Secret = "{secret}";
    }

    /// <summary>Each records as a participant of its own, whom the others do not see.</summary>
    private IEnumerable<ParticipantInfo> Recorders(string room) => _egresses
        .Where(e => e.RoomName == room && e.Status == EgressStatus.EgressActive && !_killed.Contains(e.EgressId))
        .Select(e => new ParticipantInfo
        {
            Sid = "PA_" + e.EgressId, Identity = e.EgressId, Kind = ParticipantInfo.Types.Kind.Egress, State = ParticipantInfo.Types.State.Active,
            Permission = new ParticipantPermission { CanSubscribe = true, Hidden = true },
        });

    private EgressInfo Stop(string id)
    {
        var egress = Egress(id);
        if (_killed.Contains(id))
            throw new Refusal(LiveKitCode.DeadlineExceeded, "request timed out");
        if (egress.Status is not (EgressStatus.EgressStarting or EgressStatus.EgressActive))
            throw new Refusal(LiveKitCode.FailedPrecondition, $"egress with status {egress.Status} cannot be stopped");
        egress.Status = EgressStatus.EgressEnding;
        egress.UpdatedAt = Now();
        return egress;
    }

    private ListEgressResponse List(ListEgressRequest request)
    {
        var from = request.PageToken is { Token.Length: > 0 } page ? int.Parse(page.Token, System.Globalization.CultureInfo.InvariantCulture) : 0;
        var found = _egresses
            .Where(e => (request.RoomName.Length == 0 || e.RoomName == request.RoomName) && (request.EgressId.Length == 0 || e.EgressId == request.EgressId) && (!request.Active || !IsOver(e)))
            .ToList();
        return new ListEgressResponse
        {
            Items = { found.Skip(from).Take(PageSize) },
            NextPageToken = found.Count > from + PageSize ? new TokenPagination { Token = (from + PageSize).ToString(System.Globalization.CultureInfo.InvariantCulture) } : null,
        };
    }
}
