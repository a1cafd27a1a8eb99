
namespace Livekit.Server.Sdk.Dotnet;

/// <summary>Recording by LiveKit's Egress.</summary>
/// <inheritdoc cref="BaseService(string, string, string, HttpClient)"/>
public class EgressServiceClient(string host, string apiKey, string apiSecret, HttpClient? client = null)
    : BaseService(host, apiKey, apiSecret, client)
{
    private const string Service = "Egress";

    /// <summary>Begins to record everybody in a room.</summary>
    public Task<EgressInfo> StartRoomCompositeEgress(RoomCompositeEgressRequest request) =>
        CallAsync(Service, nameof(StartRoomCompositeEgress), request, Record(), EgressInfo.Parser);

    /// <summary>Begins to record one track as it is.</summary>
    public Task<EgressInfo> StartTrackEgress(TrackEgressRequest request) =>
        CallAsync(Service, nameof(StartTrackEgress), request, Record(), EgressInfo.Parser);

    /// <summary>Ends an egress; its file is finished and uploaded afterwards.</summary>
    public Task<EgressInfo> StopEgress(StopEgressRequest request) =>
        CallAsync(Service, nameof(StopEgress), request, Record(), EgressInfo.Parser);

    /// <summary>Lists egresses, running and over.</summary>
    public Task<ListEgressResponse> ListEgress(ListEgressRequest request) =>
        CallAsync(Service, nameof(ListEgress), request, Record(), ListEgressResponse.Parser);

    private static VideoGrants Record() => new() { RoomRecord = true };
}
