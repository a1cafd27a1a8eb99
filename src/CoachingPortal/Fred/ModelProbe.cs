using System.Globalization;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Fred;

/// <summary>Asks the model for one word when somebody wants to know; by itself, tells how the last real request went.</summary>
internal sealed class ModelProbe(FredMentor mentor, IDbContextFactory<PortalDb> databases, IOptions<FredOptions> options, TimeProvider time) : ISystemProbe
{
    public string Name => "model";

    public string Title => "FRED's model";

    private static ProbeResult NotSet => new(ProbeState.NotSetUp, "No model is set (Fred:Endpoint, Fred:Model, Fred:Key): the offline guide answers.");

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        if (mentor.IsOffline)
            return NotSet;
        var begun = time.GetTimestamp();
        var answer = await mentor.AskModelAsync("This checks that you can be reached. Answer with the single word: ready", "Are you ready?", new(ModelPurpose.Check, null), cancellation);
        return answer is null
            ? new(ProbeState.Fails, $"{options.Value.Model} did not answer; the offline guide takes over. Check Fred:Endpoint and Fred:Key.")
            : new(ProbeState.Works, $"{options.Value.Model} answered in {time.GetElapsedTime(begun).TotalSeconds:0.0} s. {await CostAsync(cancellation)}");
    }

    public async Task<ProbeResult?> GlanceAsync(CancellationToken cancellation)
    {
        if (mentor.IsOffline)
            return NotSet;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // An answer that nobody waited for any more says nothing about the model.
        var asked = db.ModelCalls.AsNoTracking().Where(c => c.Failure != ModelLog.CutShort).OrderByDescending(c => c.AskedAt);
        if (await asked.FirstOrDefaultAsync(cancellation) is not { } last)
            return new(ProbeState.Unknown, $"{options.Value.Model} has not been asked anything yet; “Check now” asks it.");
        var (worked, failed) = (await asked.FirstOrDefaultAsync(c => c.Failure == null, cancellation), await asked.FirstOrDefaultAsync(c => c.Failure != null, cancellation));
        var words = last.Failure is null
            ? string.Create(CultureInfo.InvariantCulture, $"{last.Model} answered the last request in {last.DurationMs / 1000.0:0.0} s.")
            : $"{last.Model} did not answer the last request ({last.Failure}); the offline guide takes over. Check Fred:Endpoint and Fred:Key.";
        return new(last.Failure is null ? ProbeState.Works : ProbeState.Fails, $"{words} {await CostAsync(cancellation)}")
        {
            LastSuccessAt = worked?.AskedAt, LastFailureAt = failed?.AskedAt, LastFailure = failed is null ? null : $"It did not answer ({failed.Failure}).",
        };
    }

    /// <summary>What the last 30 days cost, in tokens, and in money when the prices are set.</summary>
    private async Task<string> CostAsync(CancellationToken cancellation)
    {
        var since = time.GetUtcNow().AddDays(-30);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var sums = await db.ModelCalls.Where(c => c.AskedAt >= since).GroupBy(_ => 1)
            .Select(g => new { Count = g.Count(), Failed = g.Count(c => c.Failure != null), Input = g.Sum(c => (long?)c.InputTokens) ?? 0, Output = g.Sum(c => (long?)c.OutputTokens) ?? 0 })
            .SingleOrDefaultAsync(cancellation);
        if (sums is null)
            return "Nothing was asked of it in 30 days.";
        var o = options.Value;
        var money = o.InputPrice is { } input && o.OutputPrice is { } output
            ? string.Create(CultureInfo.InvariantCulture, $", about {(sums.Input * input + sums.Output * output) / 1_000_000m:0.00} at your prices") : "";
        return string.Create(CultureInfo.InvariantCulture, $"In 30 days: {sums.Count:N0} requests ({sums.Failed:N0} failed), {sums.Input:N0} tokens in, {sums.Output:N0} out{money}.");
    }
}
