using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Fred.Summary;

/// <summary>After a call: summary, decisions and next actions from what was said. An agent's summary, or one written by hand, stands.</summary>
internal sealed class SummariseSession(IDbContextFactory<PortalDb> databases, Summariser summariser, TimeProvider time) : IPostCallStep
{
    public const string StepName = "summarise";

    public string Name => StepName;

    public string Title => "Summing up";

    public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        SummaryMaterial material;
        await using (var db = await databases.CreateDbContextAsync(cancellation))
        {
            var session = await db.Sessions.AsNoTracking().Include(s => s.Coach).Include(s => s.Founder)
                .SingleOrDefaultAsync(s => s.Id == sessionId && s.DeletedAt == null, cancellation);
            if (session is null || session.SummarySource == SummarySource.Agent)
                return;
            material = await Summariser.LoadAsync(db, session, cancellation);
        }
        if (material.IsEmpty)
            return;
        var draft = await summariser.MakeAsync(material, cancellation);
        await StoreAsync(sessionId, draft, cancellation);
    }

    private async Task StoreAsync(Guid sessionId, SummaryDraft draft, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await SummaryStore.LockAsync(db, sessionId, cancellation);
        if (session is null || session.SummarySource == SummarySource.Agent)
            return;
        var now = time.GetUtcNow();
        if (session.SummarySource != SummarySource.Hand)
            SummaryStore.WriteSummary(session, draft.Text, draft.Source, now);
        await SummaryStore.WriteItemsAsync(db, sessionId, draft.Items, draft.Source, now, cancellation);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, sessionId, SessionChange.Session, cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
