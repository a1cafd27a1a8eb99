using System.Text.Json;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>What a browser shows LiveKit at the door: who it is, and no more than this person may do.</summary>
public sealed class LiveKitTickets(LiveKitServer livekit)
{
    /// <summary>The attribute that says <c>founder</c> or <c>coach</c>.</summary>
    public const string RoleAttribute = "role";

    // Long enough to press Join and to come back from a break; what stands outlives it.
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    /// <summary>What a call that opens now goes over.</summary>
    public CallTransport Transport => livekit.IsSet ? CallTransport.Livekit : CallTransport.Direct;

    /// <summary>Whether calls of this kind can be joined as the portal is set now.</summary>
    public bool Carries(CallTransport transport) => transport == CallTransport.Direct || livekit.IsSet;

    public string Url => livekit.Url;

    /// <summary>Whether FRED's agent comes into the room of a session of this kind and speaks.</summary>
    public bool BringsFred(string callType) => callType == CoachingSession.OnDemand && livekit.AgentName is not null;

    /// <param name="attributes">More of the participant's attributes.</param>
    /// <param name="canPublish">False for somebody who must wait until a recording has ended.</param>
    public string TokenFor(CoachingSession session, Participation participation, string name, IReadOnlyDictionary<string, string> attributes, bool canPublish)
    {
        var all = new Dictionary<string, string>(attributes)
        {
            [LiveKitServer.ParticipationAttribute] = participation.Id.ToString(),
            [RoleAttribute] = participation.Role == Role.Coach ? "coach" : "founder",
        };
        var token = livekit.NewToken(Life)
            .WithIdentity(participation.PersonId.ToString())
            .WithName(name)
            .WithAttributes(all)
            .WithGrants(new VideoGrants { RoomJoin = true, Room = session.RoomName, CanPublish = canPublish, CanSubscribe = true, CanPublishData = true });
        // Whoever opens the room brings FRED along: so the agent comes when somebody does, and once.
        if (BringsFred(session.CallType))
            token.WithRoomConfig(new RoomConfiguration { Agents = { DispatchOf(session) } });
        return token.ToJwt();
    }

    /// <summary>How FRED's agent is sent to the session's room; only where one <see cref="BringsFred">comes</see>.</summary>
    internal RoomAgentDispatch DispatchOf(CoachingSession session) =>
        new() { AgentName = livekit.AgentName, Metadata = JsonSerializer.Serialize(new { sessionId = session.Id, callType = session.CallType }) };
}
