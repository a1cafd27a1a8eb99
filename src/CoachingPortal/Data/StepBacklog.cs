using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Data;

/// <summary>How one step of the work after calls goes, over all calls.</summary>
/// <param name="Error">Why the last of those that stand failed did; null when none does.</param>
internal sealed record StepBacklog(int Waiting, int ToBeTriedAgain, int GivenUp, string? Error, DateTimeOffset? LastSuccessAt, DateTimeOffset? LastFailureAt)
{
    public bool Fails => ToBeTriedAgain + GivenUp > 0;

    /// <summary>What the last failure was, for a part that failed at all.</summary>
    public string? LastFailure => LastFailureAt is null ? null : Error ?? "What failed then was done when it was tried again.";

    public string Words => Waiting + ToBeTriedAgain + GivenUp == 0 ? "nothing is waiting." : $"{Waiting} waiting or running, {ToBeTriedAgain} to be tried again, {GivenUp} given up.";

    public static async Task<StepBacklog> OfAsync(PortalDb db, string step, CancellationToken cancellation)
    {
        var all = db.PostCallSteps.Where(s => s.Name == step);
        var open = await all.Where(s => s.Status != StepStatus.Done).OrderBy(s => s.FailedAt).Select(s => new { s.Status, s.Error, s.NextAttemptAt }).ToListAsync(cancellation);
        var failed = open.Where(s => s.Status == StepStatus.Failed).ToList();
        var again = failed.Count(s => s.NextAttemptAt is not null);
        return new(
            open.Count - failed.Count, again, failed.Count - again, failed.LastOrDefault()?.Error,
            await all.MaxAsync(s => s.FinishedAt, cancellation), await all.MaxAsync(s => s.FailedAt, cancellation));
    }
}
