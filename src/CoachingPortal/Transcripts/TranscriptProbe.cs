using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts;

/// <summary>Whether calls whose people agreed to a transcript have one.</summary>
internal sealed class TranscriptProbe(IDbContextFactory<PortalDb> databases, TimeProvider time) : ISystemProbe
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public string Name => "transcripts";

    public string Title => "Transcripts";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var since = time.GetUtcNow() - Lately;
        var newest = await db.Turns.MaxAsync(t => (DateTimeOffset?)t.EndedAt, cancellation);
        var agreed = db.Calls.Where(c => c.EndedAt > since && db.Consents.Any(a => a.SessionId == c.SessionId && a.Type == ConsentType.Transcript && a.Answer == ConsentAnswer.Granted));
        var (calls, without) = (await agreed.CountAsync(cancellation), await agreed.CountAsync(c => !db.Turns.Any(t => t.SessionId == c.SessionId), cancellation));
        return new(
            newest is null ? ProbeState.Unknown : ProbeState.Works,
            calls == 0 ? "No call of the last seven days was to have one." : $"Of {calls} calls in the last seven days that were to have one, {calls - without} have one.") { LastSuccessAt = newest };
    }
}
