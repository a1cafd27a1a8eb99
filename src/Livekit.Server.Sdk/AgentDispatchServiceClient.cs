
namespace Livekit.Server.Sdk.Dotnet;

/// <summary>
/// Sending LiveKit agents to rooms. Every method throws <see cref="TwirpException"/> when LiveKit refuses, cannot be reached or
/// takes too long.
/// </summary>
/// <inheritdoc cref="BaseService(string, string, string, HttpClient, ServiceClientOptions)"/>
public sealed class AgentDispatchServiceClient(
    string host, string? apiKey = null, string? apiSecret = null, HttpClient? client = null, ServiceClientOptions? options = null)
    : BaseService(host, apiKey, apiSecret, client, options)
{
    private const string Service = "AgentDispatchService";

    /// <summary>Sends an agent to a room; it comes as soon as a worker of that name is free.</summary>
    public Task<AgentDispatch> CreateDispatch(CreateAgentDispatchRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(CreateDispatch), request, Admin(request.Room), reads: false, AgentDispatch.Parser, cancellationToken);

    /// <summary>Takes an agent back out.</summary>
    public Task<AgentDispatch> DeleteDispatch(DeleteAgentDispatchRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(DeleteDispatch), request, Admin(request.Room), reads: false, AgentDispatch.Parser, cancellationToken);

    /// <summary>Lists the agents sent to a room.</summary>
    public Task<ListAgentDispatchResponse> ListDispatch(ListAgentDispatchRequest request, CancellationToken cancellationToken = default) =>
        CallAsync(Service, nameof(ListDispatch), request, Admin(request.Room), reads: true, ListAgentDispatchResponse.Parser, cancellationToken);

    private static VideoGrants Admin(string room) => new() { RoomAdmin = true, Room = room };
}
