
namespace Livekit.Server.Sdk.Dotnet;

/// <summary>
/// Recording by LiveKit's Egress. Every method throws <see cref="TwirpException"/> when LiveKit refuses, cannot be reached or
/// takes too long; after a <see cref="TwirpCode.DeadlineExceeded"/> an egress may have been started all the same.
/// </summary>
/// <inheritdoc cref="BaseService(string, string, string, HttpClient, ServiceClientOptions)"/>
public sealed class EgressServiceClient(string host, string? apiKey = null, string? apiSecret = null, HttpClient? client = null, ServiceClientOptions? options = null)
    : BaseService(host, apiKey, apiSecret, client, options)
{
    private const string Service = "Egress";

    /// <summary>Begins to record everybody in a room.</summary>
    public Task<EgressInfo> StartRoomCompositeEgress(RoomCompositeEgressRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(StartRoomCompositeEgress), request, Record(), reads: false, EgressInfo.Parser, cancellationToken);

    /// <summary>Begins to record one track as it is.</summary>
    public Task<EgressInfo> StartTrackEgress(TrackEgressRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(StartTrackEgress), request, Record(), reads: false, EgressInfo.Parser, cancellationToken);

    /// <summary>Ends an egress; its file is finished and uploaded afterwards.</summary>
    public Task<EgressInfo> StopEgress(StopEgressRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(StopEgress), request, Record(), reads: false, EgressInfo.Parser, cancellationToken);

    /// <summary>Lists egresses, running and over.</summary>
    public Task<ListEgressResponse> ListEgress(ListEgressRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(ListEgress), request, Record(), reads: true, ListEgressResponse.Parser, cancellationToken);

    private static VideoGrants Record() => new() { RoomRecord = true };
}
