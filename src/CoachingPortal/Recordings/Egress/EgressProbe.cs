using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings.Egress;

/// <summary>Whether LiveKit's Egress can be asked, and how it went the last times it had work.</summary>
internal sealed class EgressProbe(LiveKitServer server, IOptions<S3Options> s3, IDbContextFactory<PortalDb> databases) : ISystemProbe
{
    internal static readonly ProbeResult NotSetUp = new(ProbeState.NotSetUp, "It needs both LiveKit and a bucket (Recording:S3). Without them the portal's own recorder takes the sound.");

    public string Name => "egress";

    public string Title => "LiveKit's Egress";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        if (!server.IsSet || !s3.Value.IsSet)
            return NotSetUp;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rooms = db.Set<RecordingEgress>().AsNoTracking().Where(e => e.Kind == EgressKind.Room);
        var succeededAt = await rooms.Where(e => e.Status == EgressState.Complete).MaxAsync(e => (DateTimeOffset?)e.UpdatedAt, cancellation);
        var failed = await rooms.Where(e => e.Status == EgressState.Failed).OrderByDescending(e => e.UpdatedAt).Select(e => new { e.UpdatedAt, e.Failure }).FirstOrDefaultAsync(cancellation);
        var open = await rooms.CountAsync(e => RecordingEgress.Open.Contains(e.Status), cancellation);
        try
        {
            await server.Egress.ListEgress(new() { Active = true }, cancellation);
        }
        catch (LiveKitException e)
        {
            return new(ProbeState.Fails, $"LiveKit cannot be asked about its egresses ({e.Code}): Egress needs LiveKit to run with Redis, and a worker on the same Redis.") { LastSuccessAt = succeededAt };
        }
        var (state, words) = (succeededAt, failed) switch
        {
            (null, null) => (ProbeState.Works, "It can be asked, and has had no work yet."),
            (_, { UpdatedAt: var at }) when succeededAt is null || at > succeededAt => (ProbeState.Fails, $"The last recording failed: {failed.Failure}"),
            _ => (ProbeState.Works, $"It can be asked; {open} at work."),
        };
        return new(state, words) { LastSuccessAt = succeededAt, LastFailureAt = failed?.UpdatedAt, LastFailure = failed?.Failure };
    }
}
