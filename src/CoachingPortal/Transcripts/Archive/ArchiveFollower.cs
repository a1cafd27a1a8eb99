using CoachingPortal.Data;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>Writes an archived session again when something in it is corrected, and removes it when it is deleted.</summary>
internal sealed class ArchiveFollower(SessionFeed feed, SessionArchive archive, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<ArchiveFollower> log)
    : SettledSessions(feed, TimeSpan.FromSeconds(3), time, log)
{
    protected override bool Matters(SessionChange change) => change is SessionChange.Session or SessionChange.Turns or SessionChange.Notes or SessionChange.Comments or SessionChange.Recording;

    protected override async Task FollowAsync(Guid sessionId, CancellationToken cancellation)
    {
        await using (var db = await databases.CreateDbContextAsync(cancellation))
            if (!await db.ForArchive().AnyAsync(s => s.Id == sessionId, cancellation)
                && !await db.Archives.AnyAsync(a => a.SessionId == sessionId && !db.Sessions.Any(s => s.Id == sessionId && s.DeletedAt == null), cancellation))
                return;
        await archive.RefreshAsync(sessionId, cancellation: cancellation);
    }
}
