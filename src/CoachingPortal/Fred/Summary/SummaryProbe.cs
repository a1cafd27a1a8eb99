using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred.Summary;

/// <summary>Whether sessions are summed up, and by the model where there is one.</summary>
internal sealed class SummaryProbe(IDbContextFactory<PortalDb> databases, FredMentor mentor, TimeProvider time) : ISystemProbe
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public string Name => "summaries";

    public string Title => "Summaries";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var since = time.GetUtcNow() - Lately;
        var steps = await StepBacklog.OfAsync(db, SummariseSession.StepName, cancellation);
        var made = db.Sessions.Where(s => s.SummarySource == SummarySource.Model || s.SummarySource == SummarySource.Offline);
        // The model was asked for it, and the offline guide had to make it.
        var fallenBack = made.Where(s => s.SummarySource == SummarySource.Offline && db.ModelCalls.Any(c => c.SessionId == s.Id && c.Purpose == ModelPurpose.Summary && c.AskedAt <= s.SummaryAt));
        var (lately, offline) = (await made.CountAsync(s => s.SummaryAt > since, cancellation), mentor.IsOffline ? 0 : await fallenBack.CountAsync(s => s.SummaryAt > since, cancellation));
        var (newest, newestFallenBack) = (await made.MaxAsync(s => s.SummaryAt, cancellation), mentor.IsOffline ? null : await fallenBack.MaxAsync(s => s.SummaryAt, cancellation));
        var good = mentor.IsOffline ? newest : await made.Where(s => s.SummarySource == SummarySource.Model).MaxAsync(s => s.SummaryAt, cancellation);
        var isOffline = newestFallenBack > since && !(good > newestFallenBack);
        var words = string.Join(' ', new[]
        {
            steps.Fails ? $"The last one failed: {steps.Error}" : isOffline ? "The last one was made offline, because the model gave none." : null,
            lately == 0 ? "FRED summed up no session in the last seven days" : $"FRED summed up {lately} sessions in the last seven days{(offline > 0 ? $", {offline} of them offline because the model gave no summary" : mentor.IsOffline ? ", offline: no model is set up" : "")}",
        }.Where(w => w is not null)) + "; " + steps.Words;
        return new(steps.Fails || isOffline ? ProbeState.Fails : newest is null ? ProbeState.Unknown : ProbeState.Works, words)
        {
            LastSuccessAt = good,
            LastFailureAt = steps.LastFailureAt > newestFallenBack || newestFallenBack is null ? steps.LastFailureAt : newestFallenBack,
            LastFailure = steps.LastFailureAt > newestFallenBack || newestFallenBack is null ? steps.LastFailure : "A summary was made offline, because the model gave none.",
        };
    }
}
