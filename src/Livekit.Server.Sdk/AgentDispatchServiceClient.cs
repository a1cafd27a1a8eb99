
namespace Livekit.Server.Sdk.Dotnet;

/// <summary>Sending LiveKit agents to rooms.</summary>
/// <inheritdoc cref="BaseService(string, string, string, HttpClient)"/>
public class AgentDispatchServiceClient(
    string host, string apiKey, string apiSecret, HttpClient? client = null)
    : BaseService(host, apiKey, apiSecret, client)
{
    private const string Service = "AgentDispatchService";

    /// <summary>Sends an agent to a room; it comes as soon as a worker of that name is free.</summary>
    public Task<AgentDispatch> CreateDispatch(CreateAgentDispatchRequest request) =>
        CallAsync(Service, nameof(CreateDispatch), request, Admin(request.Room), AgentDispatch.Parser);

    /// <summary>Takes an agent back out.</summary>
    public Task<AgentDispatch> DeleteDispatch(DeleteAgentDispatchRequest request) =>
        CallAsync(Service, nameof(DeleteDispatch), request, Admin(request.Room), AgentDispatch.Parser);

    /// <summary>Lists the agents sent to a room.</summary>
    public Task<ListAgentDispatchResponse> ListDispatch(ListAgentDispatchRequest request) =>
        CallAsync(Service, nameof(ListDispatch), request, Admin(request.Room), ListAgentDispatchResponse.Parser);

    private static VideoGrants Admin(string room) => new() { RoomAdmin = true, Room = room };
}
