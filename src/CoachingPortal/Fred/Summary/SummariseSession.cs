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

    /// <summary>The model did not answer; what it, an agent or the coach had made stands.</summary>
    Stands,

    /// <summary>The model did not answer, and nothing stood that was worth more than what could be made offline.</summary>
    Offline,
}

/// <summary>Summary, decisions, next actions and open questions from what was said: after a call, and when the coach asks for it.</summary>
internal sealed class SummariseSession(IDbContextFactory<PortalDb> databases, Summariser summariser, TimeProvider time) : IPostCallStep
{
    public const string StepName = "summarise";

    public string Name => StepName;

    public string Title => "Summing up";

    /// <summary>An agent's summary, or one written by hand, stands.</summary>
    /// <exception cref="StepFailedException">The model did not answer, and what was made before stands.</exception>
    public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        if (await LoadAsync(sessionId, coachId: null, cancellation) is not { IsEmpty: false } material || await IsAgentsAsync(sessionId, cancellation))
            return;
        if (await StoreAsync(sessionId, await summariser.MakeAsync(material, cancellation), mayReplaceAgents: false, cancellation) == MadeAgain.Stands)
            throw new StepFailedException("FRED's model did not answer. The summary and the lists stay as they were.");
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
        var (textStands, listsStand) = draft.IsStopgap ? await SummaryStore.WorthMoreAsync(db, session, cancellation) : (isByHand, false);
        if (textStands && listsStand)
            return MadeAgain.Stands;
        if (!textStands)
            SummaryStore.WriteSummary(session, draft.Text, draft.Points, draft.Source, now);
        if (!listsStand)
            await SummaryStore.WriteItemsAsync(db, session, draft.Items, draft.Source, now, cancellation, mayReplaceAgents ? [SummarySource.Agent] : []);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
        return draft.IsStopgap ? MadeAgain.Offline : isByHand ? MadeAgain.ListsAlone : MadeAgain.All;
    }
}
