using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings.Egress;

/// <summary>Whether LiveKit's Egress can be asked, whether a worker is there that would record, and how it went the last times it had work.</summary>
internal sealed class EgressProbe(LiveKitServer server, IOptions<S3Options> s3, IDbContextFactory<PortalDb> databases) : ISystemProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "egress";

    public string Title => "LiveKit's Egress";

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellation) => LookAsync(asksWorkers: true, cancellation);

    public Task<ProbeResult> GlanceAsync(CancellationToken cancellation) => LookAsync(asksWorkers: false, cancellation);

    private async Task<ProbeResult> LookAsync(bool asksWorkers, CancellationToken cancellation)
    {
        if (!server.IsSet || !s3.Value.IsSet)
            return new(ProbeState.NotSetUp, "It needs both LiveKit and a bucket (Recording:S3). Without them the portal's own recorder takes the sound.");
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var rooms = db.Set<RecordingEgress>().AsNoTracking().Where(e => e.Kind == EgressKind.Room);
        var succeededAt = await rooms.Where(e => e.Status == EgressState.Complete).MaxAsync(e => (DateTimeOffset?)e.UpdatedAt, cancellation);
        var failed = await rooms.Where(e => e.Status == EgressState.Failed).OrderByDescending(e => e.UpdatedAt).Select(e => new { e.UpdatedAt, e.Failure }).FirstOrDefaultAsync(cancellation);
        var open = await rooms.CountAsync(e => RecordingEgress.Open.Contains(e.Status), cancellation);
        var (state, words) = (succeededAt, failed) switch
        {
            (null, null) when asksWorkers => (ProbeState.Works, "It has had no work yet."),
            (null, null) => (ProbeState.Unknown, "It can be asked, and has had no work yet: “Check now” asks whether a worker is there."),
            (_, { UpdatedAt: var at }) when succeededAt is null || at > succeededAt => (ProbeState.Fails, $"The last recording failed: {failed.Failure}"),
            _ => (ProbeState.Works, $"It can be asked; {open} at work."),
        };
        try
        {
            await server.Egress.ListEgress(new() { Active = true }, cancellation);
        }
        catch (TwirpException e)
        {
            return new(ProbeState.Fails, $"LiveKit cannot be asked about its egresses ({e.Code}): Egress needs LiveKit to run with Redis, and a worker on the same Redis.") { LastSuccessAt = succeededAt };
        }
        if (asksWorkers && await WhyNoWorkerAsync(cancellation) is { } none)
            return new(ProbeState.Fails, $"No worker takes recordings ({none}): none runs on LiveKit's Redis, or all are busy.") { LastSuccessAt = succeededAt };
        return new(state, asksWorkers ? $"A worker is there. {words}" : words) { LastSuccessAt = succeededAt, LastFailureAt = failed?.UpdatedAt, LastFailure = failed?.Failure };
    }

    /// <summary>
    /// LiveKit has no call that lists workers, so one is asked for what a worker refuses once it has taken it as its work,
    /// sound alone and picture alone at once: it costs no egress and needs no room.
    /// </summary>
    /// <remarks>Source: <c>StartEgress</c> and <c>GetValidatedPipelineConfig</c> of github.com/livekit/egress.</remarks>
    /// <returns>Null when one is there.</returns>
    private async Task<string?> WhyNoWorkerAsync(CancellationToken cancellation)
    {
        // A worker answers at once; without one LiveKit goes on asking for some twenty seconds.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await server.Egress.StartRoomCompositeEgress(new() { AudioOnly = true, VideoOnly = true }, limit.Token);
            return null;
        }
        catch (TwirpException e)
        {
            return e.Code == TwirpCode.InvalidArgument ? null : e.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds} seconds";
        }
    }
}
