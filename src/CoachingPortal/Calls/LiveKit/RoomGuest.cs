using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>Somebody in LiveKit's room of a session, by one connection.</summary>
/// <param name="Room">LiveKit's name of it.</param>
public sealed record RoomGuest(Guid SessionId, string Room, ParticipantInfo Info)
{
    /// <summary>Whether the server itself brought them: FRED's agent, or a recorder. All others must have come in by the portal's leave.</summary>
    /// <remarks>Older Egress workers do not say that they are one, and come under their egress's id. No ticket of the portal has such a name.</remarks>
    public bool IsOfServer =>
        Info.Kind is ParticipantInfo.Types.Kind.Agent or ParticipantInfo.Types.Kind.Egress || Info.Identity.StartsWith("EG_", StringComparison.Ordinal);

    /// <returns>The participation that they came in as, open or not; null when there is none (any more).</returns>
    public async Task<Participation?> ParticipationAsync(PortalDb db, CancellationToken cancellation)
    {
        if (!Guid.TryParse(Info.Identity, out var personId) || !Info.Attributes.TryGetValue(LiveKitServer.ParticipationAttribute, out var text) || !Guid.TryParse(text, out var id))
            return null;
        return await db.Participations.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.PersonId == personId && p.SessionId == SessionId, cancellation);
    }
}
