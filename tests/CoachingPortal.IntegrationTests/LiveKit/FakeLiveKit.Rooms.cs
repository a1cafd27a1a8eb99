using CoachingPortal.MediaServer;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>Rooms, the people in them, the agents sent to them; and the table of all methods.</summary>
public sealed partial class FakeLiveKit
{
    private static readonly Dictionary<string, Method> Methods = new[]
    {
        Of<CreateRoomRequest>("RoomService/CreateRoom", (g, _) => g.RoomCreate, (f, r) => f.Open(r.Name, r.Metadata).Info),
        Of<ListRoomsRequest>("RoomService/ListRooms", (g, _) => g.RoomList, (f, r) => new ListRoomsResponse { Rooms = { f._rooms.Values.Select(x => x.Info).Where(x => r.Names.Count == 0 || r.Names.Contains(x.Name)) } }),
        Of<DeleteRoomRequest>("RoomService/DeleteRoom", (g, _) => g.RoomCreate, (f, r) => f._rooms.Remove(r.Room) ? new DeleteRoomResponse() : throw NoRoom()),
        Of<ListParticipantsRequest>("RoomService/ListParticipants", (g, r) => IsAdmin(g, r.Room), (f, r) => new ListParticipantsResponse { Participants = { f.Inside(r.Room) } }),
        Of<RoomParticipantIdentity>("RoomService/GetParticipant", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Person(r.Room, r.Identity)),
        Of<RoomParticipantIdentity>("RoomService/RemoveParticipant", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Remove(r)),
        Of<MuteRoomTrackRequest>("RoomService/MutePublishedTrack", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Mute(r)),
        Of<UpdateParticipantRequest>("RoomService/UpdateParticipant", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Update(r)),
        Of<UpdateRoomMetadataRequest>("RoomService/UpdateRoomMetadata", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Describe(r)),
        Of<SendDataRequest>("RoomService/SendData", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Room(r.Room) is not null ? new SendDataResponse() : throw NoRoom()),
        Of<RoomCompositeEgressRequest>("Egress/StartRoomCompositeEgress", (g, _) => g.RoomRecord, (f, r) => f.Start(r)),
        Of<TrackEgressRequest>("Egress/StartTrackEgress", (g, _) => g.RoomRecord, (f, r) => f.Start(r)),
        Of<StopEgressRequest>("Egress/StopEgress", (g, _) => g.RoomRecord, (f, r) => f.Stop(r.EgressId)),
        Of<ListEgressRequest>("Egress/ListEgress", (g, _) => g.RoomRecord, (f, r) => f.List(r)),
        Of<CreateAgentDispatchRequest>("AgentDispatchService/CreateDispatch", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Dispatch(r)),
        Of<DeleteAgentDispatchRequest>("AgentDispatchService/DeleteDispatch", (g, r) => IsAdmin(g, r.Room), (f, r) => f.Undo(r)),
        Of<ListAgentDispatchRequest>("AgentDispatchService/ListDispatch", (g, r) => IsAdmin(g, r.Room), (f, r) => new ListAgentDispatchResponse { AgentDispatches = { f.Room(r.Room).Agents.Where(a => r.DispatchId.Length == 0 || a.Id == r.DispatchId) } }),
    }.ToDictionary(m => m.Path);

    private readonly Dictionary<string, FakeRoom> _rooms = [];
    private readonly Dictionary<(string Room, string Identity), long> _revoked = [];
    private int _number;

    /// <summary>The names of the open rooms.</summary>
    public IReadOnlyList<string> RoomNames
    {
        get
        {
            lock (_lock)
                return [.. _rooms.Keys];
        }
    }

    /// <summary>The agents sent to a room; none when it is not open.</summary>
    public IReadOnlyList<AgentDispatch> Agents(string room)
    {
        lock (_lock)
            return _rooms.TryGetValue(room, out var open) ? [.. open.Agents.Select(a => a.Clone())] : [];
    }

    /// <summary>Somebody joins, as a browser would with the portal's token: its grants, attributes and agents count.</summary>
    /// <returns>The participant, with a sid of its own.</returns>
    public ParticipantInfo Join(string token)
    {
        var claims = _verifier.Verify(token);
        if (!claims.Video.RoomJoin)
            throw new InvalidOperationException("This token does not join.");
        lock (_lock)
        {
            if (_revoked.TryGetValue((claims.Video.Room, claims.Identity), out var before) && BeginsAt(token) < before)
                throw new InvalidOperationException("This token was taken back.");
            var isFirst = !_rooms.ContainsKey(claims.Video.Room);
            var room = Open(claims.Video.Room, "");
            // The room's own configuration counts when it opens, and not again.
            foreach (var agent in isFirst && claims.RoomConfig is { } config ? config.Agents : [])
                Dispatch(new CreateAgentDispatchRequest { Room = claims.Video.Room, AgentName = agent.AgentName, Metadata = agent.Metadata, Attributes = { agent.Attributes } });
            var person = new ParticipantInfo
            {
                Sid = Sid("PA"),
                Identity = claims.Identity,
                Name = claims.Name,
                Kind = Enum.TryParse<ParticipantInfo.Types.Kind>(claims.Kind, ignoreCase: true, out var kind) ? kind : ParticipantInfo.Types.Kind.Standard,
                State = ParticipantInfo.Types.State.Active,
                JoinedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                Permission = new ParticipantPermission
                {
                    CanPublish = claims.Video.CanPublish, CanSubscribe = claims.Video.CanSubscribe, CanPublishData = claims.Video.CanPublishData,
                    CanUpdateMetadata = claims.Video.CanUpdateOwnMetadata,
                },
                Attributes = { claims.Attributes },
            };
            room.People[person.Identity] = person;
            return person.Clone();
        }
    }

    /// <summary>A worker takes a dispatch's job, and its agent comes.</summary>
    /// <returns>The agent; null when the dispatch was taken back meanwhile.</returns>
    public ParticipantInfo? AgentComes(string room, string dispatchId)
    {
        lock (_lock)
        {
            if (!_rooms.TryGetValue(room, out var open) || open.Agents.FirstOrDefault(a => a.Id == dispatchId) is not { } dispatch)
                return null;
            var job = Sid("AJ");
            var agent = new ParticipantInfo
            {
                Sid = Sid("PA"), Identity = "agent-" + job, Kind = ParticipantInfo.Types.Kind.Agent, State = ParticipantInfo.Types.State.Active,
                JoinedAt = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
            };
            (dispatch.State ??= new()).Jobs.Add(new Job { Id = job, DispatchId = dispatchId, AgentName = dispatch.AgentName, State = new() { Status = JobStatus.JsRunning, ParticipantIdentity = agent.Identity } });
            open.People[agent.Identity] = agent;
            return agent.Clone();
        }
    }

    /// <summary>The participant goes by itself.</summary>
    public void Leaves(string room, string identity)
    {
        lock (_lock)
            Room(room).People.Remove(identity);
    }

    /// <summary>Opens the room, as the first to join would.</summary>
    public void OpenRoom(string name)
    {
        lock (_lock)
            Open(name, "");
    }

    /// <summary>The participant publishes a microphone.</summary>
    public TrackInfo Publish(string room, string identity)
    {
        lock (_lock)
        {
            var person = Person(room, identity);
            if (!person.Permission.CanPublish)
                throw new InvalidOperationException("This participant may not publish.");
            var track = new TrackInfo { Sid = Sid("TR"), Type = TrackType.Audio, Source = TrackSource.Microphone, MimeType = "audio/opus" };
            person.Tracks.Add(track);
            return track.Clone();
        }
    }

    /// <summary>The participant takes a track away again.</summary>
    public void Unpublish(string room, string identity, string trackSid)
    {
        lock (_lock)
        {
            var tracks = Person(room, identity).Tracks;
            tracks.Remove(tracks.Single(t => t.Sid == trackSid));
        }
    }

    /// <summary>The participant as the server knows it; null when it is not there.</summary>
    public ParticipantInfo? Participant(string room, string identity)
    {
        lock (_lock)
            return _rooms.TryGetValue(room, out var open) && open.People.TryGetValue(identity, out var person) ? person.Clone() : null;
    }

    /// <summary>Everybody is gone and the room closes by itself.</summary>
    public void CloseRoom(string name)
    {
        lock (_lock)
            _rooms.Remove(name);
    }

    /// <summary>Recorders among them; nobody in a room that is not open.</summary>
    private IEnumerable<ParticipantInfo> Inside(string room) =>
        (_rooms.TryGetValue(room, out var open) ? open.People.Values : Enumerable.Empty<ParticipantInfo>()).Concat(Recorders(room));

    private static Refusal NoRoom() => new(LiveKitCode.NotFound, "requested room does not exist");

    private static bool IsAdmin(VideoGrants grants, string room) => grants.RoomAdmin && grants.Room == room;

    private static Method Of<T>(string path, Func<VideoGrants, T, bool> isGranted, Func<FakeLiveKit, T, IMessage> work)
        where T : IMessage<T>, new() => new("livekit." + path, new T().Descriptor, (g, r) => isGranted(g, (T)r), (f, r) => work(f, (T)r));

    private string Sid(string kind) => $"{kind}_{Interlocked.Increment(ref _number):0000}";

    private FakeRoom Open(string name, string metadata)
    {
        if (name.Length == 0)
            throw new Refusal(LiveKitCode.InvalidArgument, "room name is empty");
        if (!_rooms.TryGetValue(name, out var room))
        {
            room = new FakeRoom(new Room { Sid = Sid("RM"), Name = name, Metadata = metadata, CreationTime = DateTimeOffset.UtcNow.ToUnixTimeSeconds() });
            _rooms[name] = room;
        }
        return room;
    }

    private FakeRoom Room(string name) => _rooms.TryGetValue(name, out var room) ? room : throw NoRoom();

    private ParticipantInfo Person(string room, string identity) =>
        Room(room).People.TryGetValue(identity, out var person) ? person : throw new Refusal(LiveKitCode.NotFound, "participant does not exist");

    private RemoveParticipantResponse Remove(RoomParticipantIdentity request)
    {
        Room(request.Room).People.Remove(Person(request.Room, request.Identity).Identity);
        // As newer servers do.
        _revoked[(request.Room, request.Identity)] = request.RevokeTokenTs > 0 ? request.RevokeTokenTs : DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeSeconds();
        return new();
    }

    private static long BeginsAt(string token)
    {
        using var claims = System.Text.Json.JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]));
        return claims.RootElement.GetProperty("nbf").GetInt64();
    }

    private MuteRoomTrackResponse Mute(MuteRoomTrackRequest request)
    {
        var track = Person(request.Room, request.Identity).Tracks.FirstOrDefault(t => t.Sid == request.TrackSid) ?? throw new Refusal(LiveKitCode.NotFound, "track does not exist");
        if (!request.Muted)
            throw new Refusal(LiveKitCode.FailedPrecondition, "remote unmute not enabled");
        track.Muted = true;
        return new MuteRoomTrackResponse { Track = track };
    }

    private ParticipantInfo Update(UpdateParticipantRequest request)
    {
        var person = Person(request.Room, request.Identity);
        if (request.Permission is not null)
        {
            person.Permission = request.Permission.Clone();
            if (!person.Permission.CanPublish)
                person.Tracks.Clear();
        }
        if (request.Name.Length > 0)
            person.Name = request.Name;
        if (request.Metadata.Length > 0)
            person.Metadata = request.Metadata;
        foreach (var (name, value) in request.Attributes)
        {
            person.Attributes.Remove(name);
            if (value.Length > 0)
                person.Attributes.Add(name, value);
        }
        return person;
    }

    private Room Describe(UpdateRoomMetadataRequest request)
    {
        var room = Room(request.Room).Info;
        room.Metadata = request.Metadata;
        return room;
    }

    private AgentDispatch Dispatch(CreateAgentDispatchRequest request)
    {
        var dispatch = new AgentDispatch { Id = Sid("AD"), AgentName = request.AgentName, Room = request.Room, Metadata = request.Metadata, Attributes = { request.Attributes } };
        // As the server does: a dispatch opens the room.
        Open(request.Room, "").Agents.Add(dispatch);
        return dispatch;
    }

    private AgentDispatch Undo(DeleteAgentDispatchRequest request)
    {
        var agents = Room(request.Room).Agents;
        var dispatch = agents.FirstOrDefault(a => a.Id == request.DispatchId) ?? throw new Refusal(LiveKitCode.NotFound, "dispatch does not exist");
        agents.Remove(dispatch);
        // Its jobs are ended with it.
        foreach (var job in dispatch.State?.Jobs ?? [])
            Room(request.Room).People.Remove(job.State.ParticipantIdentity);
        return dispatch;
    }

    private sealed record Method(string Path, MessageDescriptor Request, Func<VideoGrants, IMessage, bool> IsGranted, Func<FakeLiveKit, IMessage, IMessage> Do);

    private sealed record FakeRoom(Room Info)
    {
        public Dictionary<string, ParticipantInfo> People { get; } = [];

        public List<AgentDispatch> Agents { get; } = [];
    }
}
