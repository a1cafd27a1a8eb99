using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Transcripts.Transcription;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts;

/// <summary>Whether calls whose people agreed to a transcript have one, and how writing them down after their end goes.</summary>
internal sealed class TranscriptProbe(IDbContextFactory<PortalDb> databases, IOptions<TranscriptionOptions> options, TimeProvider time) : ISystemProbe
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
        var words = calls == 0 ? "No call of the last seven days was to have one." : $"Of {calls} calls in the last seven days that were to have one, {calls - without} have one.";

        var backlog = await StepBacklog.OfAsync(db, TranscribeCall.StepName, cancellation);
        var written = await db.Transcriptions.Where(t => t.Turns > 0).MaxAsync(t => (DateTimeOffset?)t.FinishedAt, cancellation);
        words += options.Value.IsSet ? " They are written down after the call" : " Captions are all there is: no Transcription is set up";
        words += "; " + backlog.Words;
        var state = backlog.Fails ? ProbeState.Fails : newest is null ? ProbeState.Unknown : ProbeState.Works;
        return new(state, backlog.Fails ? $"The last one failed: {backlog.Error} {words}" : words)
        {
            LastSuccessAt = options.Value.IsSet ? written ?? newest : newest,
            LastFailureAt = backlog.LastFailureAt,
            LastFailure = backlog.LastFailure,
        };
    }
}
