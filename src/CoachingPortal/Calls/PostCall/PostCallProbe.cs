using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.PostCall;

/// <summary>How far the work after the calls is.</summary>
internal sealed class PostCallProbe(IDbContextFactory<PortalDb> databases) : ISystemProbe
{
    public string Name => "post-call";

    public string Title => "Work after calls";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var open = await db.PostCallSteps.Where(s => s.Status != StepStatus.Done).Select(s => new { s.Status, s.NextAttemptAt, s.Name, s.Error }).ToListAsync(cancellation);
        var succeededAt = await db.PostCallSteps.MaxAsync(s => s.FinishedAt, cancellation);
        var stuck = open.Where(s => s.Status == StepStatus.Failed && s.NextAttemptAt is null).ToList();
        var again = open.Count(s => s.Status == StepStatus.Failed) - stuck.Count;
        var words = open.Count == 0 ? "Nothing is waiting." : $"{open.Count - stuck.Count - again} waiting or running, {again} to be tried again, {stuck.Count} given up.";
        return stuck.Count > 0
            ? new(ProbeState.Fails, $"{words} The last given up is {stuck[^1].Name}: {stuck[^1].Error} Its session's page can have it tried again.") { LastSuccessAt = succeededAt }
            : new(succeededAt is null ? ProbeState.Unknown : ProbeState.Works, words) { LastSuccessAt = succeededAt };
    }
}
