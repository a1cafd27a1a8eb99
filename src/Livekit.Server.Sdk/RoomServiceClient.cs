
namespace Livekit.Server.Sdk.Dotnet;

/// <summary>
/// Rooms and the people in them. Every method throws <see cref="TwirpException"/> when LiveKit refuses, cannot be reached or
/// takes too long.
/// </summary>
/// <inheritdoc cref="BaseService(string, string, string, HttpClient, ServiceClientOptions)"/>
public sealed class RoomServiceClient(string host, string? apiKey = null, string? apiSecret = null, HttpClient? client = null, ServiceClientOptions? options = null)
    : BaseService(host, apiKey, apiSecret, client, options)
{
    private const string Service = "RoomService";

    /// <summary>Opens a room, or answers with the open one of that name. Not needed before joining.</summary>
    public Task<Room> CreateRoom(CreateRoomRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(CreateRoom), request, new VideoGrants { RoomCreate = true }, reads: false, Room.Parser, cancellationToken);

    /// <summary>Lists open rooms.</summary>
    public Task<ListRoomsResponse> ListRooms(ListRoomsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(ListRooms), request, new VideoGrants { RoomList = true }, reads: true, ListRoomsResponse.Parser, cancellationToken);

    /// <summary>Closes a room and puts everybody out.</summary>
    public Task<DeleteRoomResponse> DeleteRoom(DeleteRoomRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(DeleteRoom), request, new VideoGrants { RoomCreate = true }, reads: false, DeleteRoomResponse.Parser, cancellationToken);

    /// <summary>Lists a room's participants.</summary>
    public Task<ListParticipantsResponse> ListParticipants(ListParticipantsRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(ListParticipants), request, Admin(request.Room), reads: true, ListParticipantsResponse.Parser, cancellationToken);

    /// <summary>Says how one participant is.</summary>
    public Task<ParticipantInfo> GetParticipant(RoomParticipantIdentity request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(GetParticipant), request, Admin(request.Room), reads: true, ParticipantInfo.Parser, cancellationToken);

    /// <summary>
    /// Puts a participant out. Without <see cref="RoomParticipantIdentity.RevokeTokenTs"/> newer servers refuse that identity's
    /// tokens from before about a minute after now, a fresh one included.
    /// </summary>
    public Task<RemoveParticipantResponse> RemoveParticipant(RoomParticipantIdentity request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(RemoveParticipant), request, Admin(request.Room), reads: false, RemoveParticipantResponse.Parser, cancellationToken);

    /// <summary>Mutes a published track; servers mostly refuse to unmute one.</summary>
    public Task<MuteRoomTrackResponse> MutePublishedTrack(MuteRoomTrackRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(MutePublishedTrack), request, Admin(request.Room), reads: false, MuteRoomTrackResponse.Parser, cancellationToken);

    /// <summary>Changes a participant's permissions, name, metadata or attributes; what is left empty stays.</summary>
    public Task<ParticipantInfo> UpdateParticipant(UpdateParticipantRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(UpdateParticipant), request, Admin(request.Room), reads: false, ParticipantInfo.Parser, cancellationToken);

    /// <summary>Replaces a room's metadata.</summary>
    public Task<Room> UpdateRoomMetadata(UpdateRoomMetadataRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(UpdateRoomMetadata), request, Admin(request.Room), reads: false, Room.Parser, cancellationToken);

    /// <summary>Sends a data message into a room.</summary>
    public Task<SendDataResponse> SendData(SendDataRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(SendData), request, Admin(request.Room), reads: false, SendDataResponse.Parser, cancellationToken);

    private static VideoGrants Admin(string room) => new() { RoomAdmin = true, Room = room };
}
