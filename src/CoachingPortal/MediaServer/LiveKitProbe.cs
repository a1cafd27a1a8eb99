using CoachingPortal.Domain;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.MediaServer;

/// <summary>Whether LiveKit can be reached and takes the portal's key.</summary>
internal sealed class LiveKitProbe(LiveKitServer server, TimeProvider time) : ISystemProbe
{
    public string Name => "livekit";

    public string Title => "LiveKit";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        if (!server.IsSet)
            return new(ProbeState.NotSetUp, "No LiveKit is set (LiveKit:Url, ApiKey, ApiSecret): calls go from browser to browser.");
        var begun = time.GetTimestamp();
        try
        {
            var rooms = await server.Rooms.ListRooms(new ListRoomsRequest(), cancellation);
            return new(ProbeState.Works, $"Reached, and the key is taken; {rooms.Rooms.Count} rooms open; answered in {time.GetElapsedTime(begun).TotalMilliseconds:0} ms.");
        }
        catch (LiveKitException e) when (e.Code is LiveKitCode.Unauthenticated or LiveKitCode.PermissionDenied)
        {
            return new(ProbeState.Fails, "LiveKit refuses the key: check LiveKit:ApiKey and LiveKit:ApiSecret.");
        }
        catch (LiveKitException e)
        {
            return new(ProbeState.Fails, $"LiveKit does not answer as it should ({e.Code}): check LiveKit:Url, and LiveKit:ApiUrl if the portal reaches it by another way than browsers do.");
        }
    }
}
