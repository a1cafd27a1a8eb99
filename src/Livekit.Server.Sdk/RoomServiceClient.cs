
namespace Livekit.Server.Sdk.Dotnet;

/// <summary>Rooms and the people in them.</summary>
/// <inheritdoc cref="BaseService(string, string, string, HttpClient)"/>
public class RoomServiceClient(string host, string apiKey, string apiSecret, HttpClient? client = null)
    : BaseService(host, apiKey, apiSecret, client)
{
    private const string Service = "RoomService";

    /// <summary>Opens a room, or answers with the open one of that name. Not needed before joining.</summary>
    public Task<Room> CreateRoom(CreateRoomRequest request) =>
        CallAsync(Service, nameof(CreateRoom), request, new VideoGrants { RoomCreate = true }, Room.Parser);

    /// <summary>Lists open rooms.</summary>
    public Task<ListRoomsResponse> ListRooms(ListRoomsRequest request) =>
        CallAsync(Service, nameof(ListRooms), request, new VideoGrants { RoomList = true }, ListRoomsResponse.Parser);

    /// <summary>Closes a room and puts everybody out.</summary>
    public Task<DeleteRoomResponse> DeleteRoom(DeleteRoomRequest request) =>
        CallAsync(Service, nameof(DeleteRoom), request, new VideoGrants { RoomCreate = true }, DeleteRoomResponse.Parser);

    /// <summary>Lists a room's participants.</summary>
    public Task<ListParticipantsResponse> ListParticipants(ListParticipantsRequest request) =>
        CallAsync(Service, nameof(ListParticipants), request, Admin(request.Room), ListParticipantsResponse.Parser);

    /// <summary>Says how one participant is.</summary>
    public Task<ParticipantInfo> GetParticipant(RoomParticipantIdentity request) =>
        CallAsync(Service, nameof(GetParticipant), request, Admin(request.Room), ParticipantInfo.Parser);

    /// <summary>
    /// Puts a participant out. Without <see cref="RoomParticipantIdentity.RevokeTokenTs"/> newer servers refuse that identity's
    /// tokens from before about a minute after now, a fresh one included.
    /// </summary>
    public Task<RemoveParticipantResponse> RemoveParticipant(RoomParticipantIdentity request) =>
        CallAsync(Service, nameof(RemoveParticipant), request, Admin(request.Room), RemoveParticipantResponse.Parser);

    /// <summary>Mutes a published track; servers mostly refuse to unmute one.</summary>
    public Task<MuteRoomTrackResponse> MutePublishedTrack(MuteRoomTrackRequest request) =>
        CallAsync(Service, nameof(MutePublishedTrack), request, Admin(request.Room), MuteRoomTrackResponse.Parser);

    /// <summary>Changes a participant's permissions, name, metadata or attributes; what is left empty stays.</summary>
    public Task<ParticipantInfo> UpdateParticipant(UpdateParticipantRequest request) =>
        CallAsync(Service, nameof(UpdateParticipant), request, Admin(request.Room), ParticipantInfo.Parser);

    /// <summary>Replaces a room's metadata.</summary>
    public Task<Room> UpdateRoomMetadata(UpdateRoomMetadataRequest request) =>
        CallAsync(Service, nameof(UpdateRoomMetadata), request, Admin(request.Room), Room.Parser);

    /// <summary>Sends a data message into a room.</summary>
    public Task<SendDataResponse> SendData(SendDataRequest request) =>
        CallAsync(Service, nameof(SendData), request, Admin(request.Room), SendDataResponse.Parser);

    private static VideoGrants Admin(string room) => new() { RoomAdmin = true, Room = room };
}
