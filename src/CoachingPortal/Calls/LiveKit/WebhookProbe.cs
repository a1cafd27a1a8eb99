using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>Whether LiveKit's webhooks arrive.</summary>
internal sealed class WebhookProbe(LiveKitServer server, IDbContextFactory<PortalDb> databases, TimeProvider time) : ISystemProbe
{
    public string Name => "webhooks";

    public string Title => "LiveKit's webhooks";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        if (!server.IsSet)
            return new(ProbeState.NotSetUp, "No LiveKit is set.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var last = await db.Set<LiveKitEvent>().MaxAsync(e => (DateTimeOffset?)e.ReceivedAt, cancellation);
        var waiting = await db.Set<LiveKitEvent>().CountAsync(e => e.NextAttemptAt != null, cancellation);
        // By the calls it should have told of; a call's first webhook comes with its first joining. What was told of older ones is not kept.
        var since = last ?? time.GetUtcNow() - LiveKitEvents.Kept;
        var unheard = await db.Calls.CountAsync(c => c.Transport == CallTransport.Livekit && c.EndedAt != null && c.StartedAt > since, cancellation);
        var (state, words) = (last, unheard) switch
        {
            (_, > 0) => (ProbeState.Fails, $"{unheard} calls went over LiveKit, and no webhook has come since: have LiveKit post its webhooks to /api/livekit/webhook of this portal, signed with LiveKit:ApiKey. Recordings are found without them, but up to a minute late."),
            (null, _) => (ProbeState.Unknown, $"None has come in the last {LiveKitEvents.Kept.Days} days, and there was no call to tell of; the next one will show."),
            _ => (ProbeState.Works, $"They arrive; {waiting} wait to be applied."),
        };
        return new(state, words) { LastSuccessAt = last };
    }
}
