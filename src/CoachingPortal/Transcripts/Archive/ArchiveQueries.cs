using CoachingPortal.Data;
using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts.Archive;

internal static class ArchiveQueries
{
    /// <summary>The sessions that belong into the archive by now: a call is over, none is going on, and its own step is not still to come: that one was given up does not keep it out.</summary>
    public static IQueryable<CoachingSession> ForArchive(this PortalDb db) => db.Sessions.Where(s => s.DeletedAt == null
        && db.Calls.Any(c => c.SessionId == s.Id) && !db.Calls.Any(c => c.SessionId == s.Id && c.EndedAt == null)
        && !db.PostCallSteps.Any(p => p.SessionId == s.Id && p.Name == ArchiveSession.StepName && p.Status != StepStatus.Done && !(p.Status == StepStatus.Failed && p.NextAttemptAt == null)));
}
