using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings.Egress;

/// <summary>
/// Whether a worker of LiveKit's Egress is there that would record. Workers are asked only when somebody wants to know: in
/// between, what was found then stands, until a recording shows otherwise.
/// </summary>
internal sealed class EgressWorkerProbe(LiveKitServer server, IOptions<S3Options> s3, IDbContextFactory<PortalDb> databases) : ISystemProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Name => "egress-worker";

    public string Title => "A worker of LiveKit's Egress";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        if (!IsSet)
            return EgressProbe.NotSetUp;
        return await WhyNoneAsync(cancellation) is { } none
            ? new(ProbeState.Fails, $"No worker takes recordings ({none}): none runs on LiveKit's Redis, or all are busy.")
            : new(ProbeState.Works, "A worker is there.");
    }

    public async Task<ProbeResult?> GlanceAsync(CancellationToken cancellation)
    {
        if (!IsSet)
            return EgressProbe.NotSetUp;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var last = await db.SystemChecks.AsNoTracking().SingleOrDefaultAsync(c => c.Name == Name, cancellation);
        var recordedAt = await db.Egresses.Where(e => e.Status == EgressState.Complete).MaxAsync(e => (DateTimeOffset?)e.UpdatedAt, cancellation);
        if (recordedAt is { } at && (last is null || at > last.CheckedAt))
            return new(ProbeState.Works, "A worker has made a recording.") { LastSuccessAt = at };
        return last is null or { State: ProbeState.NotSetUp } ? new(ProbeState.Unknown, "“Check now” asks whether one is there.") : null;
    }

    private bool IsSet => server.IsSet && s3.Value.IsSet;

    /// <summary>
    /// LiveKit has no call that lists workers, so one is asked for what a worker refuses once it has taken it as its work,
    /// sound alone and picture alone at once: it costs no egress and needs no room.
    /// </summary>
    /// <remarks>Source: <c>StartEgress</c> and <c>GetValidatedPipelineConfig</c> of github.com/livekit/egress.</remarks>
    /// <returns>Null when one is there.</returns>
    private async Task<string?> WhyNoneAsync(CancellationToken cancellation)
    {
        // A worker answers at once; without one LiveKit goes on asking for some twenty seconds.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        try
        {
            await server.Egress.StartRoomCompositeEgress(new() { AudioOnly = true, VideoOnly = true }, limit.Token);
            return null;
        }
        catch (LiveKitException e)
        {
            return e.Code == LiveKitCode.InvalidArgument ? null : e.Message;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"no answer within {Patience.TotalSeconds} seconds";
        }
    }
}
