using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.MediaServer;

/// <summary>What the portal asks of rooms. Each call takes at most 5 s.</summary>
/// <inheritdoc cref="LiveKitLine.AskAsync"/>
public sealed class RoomCalls
{
    private readonly LiveKitLine _line;
    private readonly Func<HttpClient, RoomServiceClient> _sdk;

    internal RoomCalls(LiveKitLine line, Func<HttpClient, RoomServiceClient> sdk) => (_line, _sdk) = (line, sdk);

    public Task<ListRoomsResponse> ListRooms(ListRoomsRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).ListRooms(request), reads: true, cancellation);

    public Task<DeleteRoomResponse> DeleteRoom(DeleteRoomRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).DeleteRoom(request), reads: false, cancellation);

    public Task<ListParticipantsResponse> ListParticipants(ListParticipantsRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).ListParticipants(request), reads: true, cancellation);

    public Task<ParticipantInfo> GetParticipant(RoomParticipantIdentity request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).GetParticipant(request), reads: true, cancellation);

    public Task<RemoveParticipantResponse> RemoveParticipant(RoomParticipantIdentity request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).RemoveParticipant(request), reads: false, cancellation);

    public Task<ParticipantInfo> UpdateParticipant(UpdateParticipantRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).UpdateParticipant(request), reads: false, cancellation);
}

/// <summary>What the portal asks of Egress. Each call takes at most 5 s.</summary>
/// <inheritdoc cref="LiveKitLine.AskAsync"/>
public sealed class EgressCalls
{
    private readonly LiveKitLine _line;
    private readonly Func<HttpClient, EgressServiceClient> _sdk;

    internal EgressCalls(LiveKitLine line, Func<HttpClient, EgressServiceClient> sdk) => (_line, _sdk) = (line, sdk);

    public Task<EgressInfo> StartRoomCompositeEgress(RoomCompositeEgressRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).StartRoomCompositeEgress(request), reads: false, cancellation);

    public Task<EgressInfo> StartTrackEgress(TrackEgressRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).StartTrackEgress(request), reads: false, cancellation);

    public Task<EgressInfo> StopEgress(StopEgressRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).StopEgress(request), reads: false, cancellation);

    public Task<ListEgressResponse> ListEgress(ListEgressRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).ListEgress(request), reads: true, cancellation);
}

/// <summary>What the portal asks of agents. Each call takes at most 5 s.</summary>
/// <inheritdoc cref="LiveKitLine.AskAsync"/>
public sealed class AgentCalls
{
    private readonly LiveKitLine _line;
    private readonly Func<HttpClient, AgentDispatchServiceClient> _sdk;

    internal AgentCalls(LiveKitLine line, Func<HttpClient, AgentDispatchServiceClient> sdk) => (_line, _sdk) = (line, sdk);

    public Task<AgentDispatch> CreateDispatch(CreateAgentDispatchRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).CreateDispatch(request), reads: false, cancellation);

    public Task<AgentDispatch> DeleteDispatch(DeleteAgentDispatchRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).DeleteDispatch(request), reads: false, cancellation);

    public Task<ListAgentDispatchResponse> ListDispatch(ListAgentDispatchRequest request, CancellationToken cancellation = default) =>
        _line.AskAsync(h => _sdk(h).ListDispatch(request), reads: true, cancellation);
}
