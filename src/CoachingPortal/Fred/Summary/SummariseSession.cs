using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred.Summary;

/// <summary>What came of making a summary again.</summary>
internal enum MadeAgain
{
    /// <summary>No such session of this coach.</summary>
    NotFound,
    NothingWasSaid,
    All,

    /// <summary>The summary was written by hand, and stands.</summary>
    ListsAlone,
}

/// <summary>Summary, decisions, next actions and open questions from what was said: after a call, and when the coach asks for it.</summary>
internal sealed class SummariseSession(IDbContextFactory<PortalDb> databases, Summariser summariser, TimeProvider time) : IPostCallStep
{
    public const string StepName = "summarise";

    public string Name => StepName;

    public string Title => "Summing up";

    /// <summary>An agent's summary, or one written by hand, stands.</summary>
    public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        if (await LoadAsync(sessionId, coachId: null, cancellation) is not { IsEmpty: false } material || await IsAgentsAsync(sessionId, cancellation))
            return;
        await StoreAsync(sessionId, await summariser.MakeAsync(material, cancellation), mayReplaceAgents: false, cancellation);
    }

    /// <summary>Makes it again, after the transcript was corrected. What was written, changed, ticked off or removed by hand stays so.</summary>
    public async Task<MadeAgain> AgainAsync(Guid sessionId, Caller coach, CancellationToken cancellation = default)
    {
        if (await LoadAsync(sessionId, coach.Id, cancellation) is not { } material)
            return MadeAgain.NotFound;
        return material.IsEmpty ? MadeAgain.NothingWasSaid
            : await StoreAsync(sessionId, await summariser.MakeAsync(material, cancellation), mayReplaceAgents: true, cancellation);
    }

    private async Task<SummaryMaterial?> LoadAsync(Guid sessionId, Guid? coachId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var session = await db.Sessions.AsNoTracking().Include(s => s.Coach).Include(s => s.Founder)
            .SingleOrDefaultAsync(s => s.Id == sessionId && s.DeletedAt == null && (coachId == null || s.CoachId == coachId), cancellation);
        return session is null ? null : await Summariser.LoadAsync(db, session, cancellation);
    }

    private async Task<bool> IsAgentsAsync(Guid sessionId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.Sessions.AnyAsync(s => s.Id == sessionId && s.SummarySource == SummarySource.Agent, cancellation);
    }

    private async Task<MadeAgain> StoreAsync(Guid sessionId, SummaryDraft draft, bool mayReplaceAgents, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await SummaryStore.LockAsync(db, sessionId, cancellation);
        if (session is null || (session.SummarySource == SummarySource.Agent && !mayReplaceAgents))
            return MadeAgain.NotFound;
        var (now, isByHand) = (time.GetUtcNow(), session.SummarySource == SummarySource.Hand);
        if (!isByHand)
            SummaryStore.WriteSummary(session, draft.Text, draft.Source, now);
        await SummaryStore.WriteItemsAsync(db, sessionId, draft.Items, draft.Source, now, cancellation, mayReplaceAgents ? [SummarySource.Agent] : []);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        return isByHand ? MadeAgain.ListsAlone : MadeAgain.All;
    }
}
