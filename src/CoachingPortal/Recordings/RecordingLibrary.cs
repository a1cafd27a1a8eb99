using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings;

public enum LibraryOutcome
{
    Done,
    NotFound,

    /// <summary>A recording is its coach's to delete, and to have looked for.</summary>
    NotTheCoach,

    /// <summary>The call goes on.</summary>
    StillRunning,
}

/// <summary>The recordings that stand: what there is, taking one away, bringing it back, and clearing up for good.</summary>
public sealed class RecordingLibrary(IDbContextFactory<PortalDb> databases, IObjectStore store, TimeProvider time)
{
    /// <summary>The caller's recordings, newest first, with their segments and files.</summary>
    /// <param name="sessionId">Of this session alone.</param>
    /// <param name="deleted">With those that can still be brought back.</param>
    public async Task<IReadOnlyList<(Recording Recording, CoachingSession Session)>> ListAsync(Caller caller, Guid? sessionId, bool deleted, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var after = time.GetUtcNow() - Deletion.Grace;
        var sessions = await db.Sessions.AsNoTracking().VisibleTo(caller).Where(s => sessionId == null || s.Id == sessionId)
            .Where(s => db.Recordings.Any(r => r.SessionId == s.Id)).Include(s => s.Founder).Include(s => s.Coach).ToDictionaryAsync(s => s.Id, cancellation);
        var ids = sessions.Keys.ToArray();
        var recordings = await db.Recordings.AsNoTracking().AsSplitQuery().Include(r => r.Segments.OrderBy(s => s.Number)).Include(r => r.Files.OrderBy(f => f.Name))
            .Where(r => ids.Contains(r.SessionId) && (r.DeletedAt == null || (deleted && r.DeletedAt > after)))
            .OrderByDescending(r => r.StartedAt).ToListAsync(cancellation);
        return [.. recordings.Select(r => (r, sessions[r.SessionId]))];
    }

    /// <summary>Why LiveKit's Egress stopped, in words; only of recordings that it has failed.</summary>
    /// <param name="recordings">As <see cref="ListAsync"/> gave them.</param>
    public async Task<IReadOnlyDictionary<Guid, string>> FaultsAsync(IEnumerable<Recording> recordings, CancellationToken cancellation = default)
    {
        var ids = recordings.Where(r => r is { HasStopped: true, Recorder: Recorder.Egress }).Select(r => r.Id).ToArray();
        if (ids.Length == 0)
            return new Dictionary<Guid, string>();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return (await db.Egresses.AsNoTracking().Where(e => ids.Contains(e.RecordingId) && e.Kind == EgressKind.Room && e.Failure != null).OrderBy(e => e.WantedAt)
            .Select(e => new { e.RecordingId, e.Failure }).ToListAsync(cancellation)).GroupBy(e => e.RecordingId).ToDictionary(g => g.Key, g => g.Last().Failure!);
    }

    /// <returns>Null when it is not there, or not the caller's.</returns>
    public async Task<RecordingFile?> FileAsync(Caller caller, Guid recordingId, string name, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.RecordingFiles.AsNoTracking()
            .Where(f => f.RecordingId == recordingId && f.Name == name)
            .SingleOrDefaultAsync(f => db.Recordings.Any(r => r.Id == f.RecordingId && r.DeletedAt == null && db.Sessions.VisibleTo(caller).Any(s => s.Id == r.SessionId)), cancellation);
    }

    /// <summary>Hides a recording from everyone; it can be brought back until <see cref="Deletion.Grace"/> has passed.</summary>
    public Task<LibraryOutcome> DeleteAsync(Caller caller, Guid recordingId, CancellationToken cancellation = default) =>
        ChangeAsync(caller, recordingId, time.GetUtcNow(), cancellation);

    public Task<LibraryOutcome> RestoreAsync(Caller caller, Guid recordingId, CancellationToken cancellation = default) =>
        ChangeAsync(caller, recordingId, null, cancellation);

    /// <summary>
    /// Has the work after the call look once more for what LiveKit's Egress should have written: of a recording that failed,
    /// or that a part is missing of. It begins within half a minute.
    /// </summary>
    /// <returns><see cref="LibraryOutcome.Done"/> also when there is nothing to look for, or it is being looked for.</returns>
    public async Task<LibraryOutcome> LookAgainAsync(Caller caller, Guid recordingId, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var found = await (
            from recording in db.Recordings
            join session in db.Sessions.VisibleTo(caller) on recording.SessionId equals session.Id
            where recording.Id == recordingId && recording.DeletedAt == null
            select new { Recording = recording, session.CoachId }).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return LibraryOutcome.NotFound;
        if (found.CoachId != caller.Id)
            return LibraryOutcome.NotTheCoach;
        if (!found.Recording.MayTurnUp)
            return LibraryOutcome.Done;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var begun = await db.PostCallSteps
            .Where(s => s.CallId == found.Recording.CallId && s.Name == AssembleRecording.StepName && (s.Status == StepStatus.Done || s.Status == StepStatus.Failed))
            .ExecuteUpdateAsync(
                u => u.SetProperty(s => s.Status, StepStatus.Waiting).SetProperty(s => s.Attempts, 0).SetProperty(s => s.NextAttemptAt, (DateTimeOffset?)null)
                    .SetProperty(s => s.Error, (string?)null).SetProperty(s => s.FinishedAt, (DateTimeOffset?)null),
                cancellation);
        if (begun == 0)
            return LibraryOutcome.Done;
        (found.Recording.Status, found.Recording.FailureReason, found.Recording.Missing) = (RecordingStatus.Processing, null, null);
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, found.Recording.SessionId, SessionChange.Recording, cancellation);
        await SessionFeed.PublishAsync(db, found.Recording.SessionId, SessionChange.PostCall, cancellation);
        await transaction.CommitAsync(cancellation);
        return LibraryOutcome.Done;
    }

    /// <summary>Removes, rows and objects, what was deleted longer ago than <see cref="Deletion.Grace"/>, also with its session.</summary>
    /// <returns>How many recordings went.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var before = time.GetUtcNow() - Deletion.Grace;
        var gone = await db.Recordings.AsNoTracking()
            .Where(r => r.DeletedAt <= before || db.Sessions.Any(s => s.Id == r.SessionId && s.DeletedAt <= before)).ToListAsync(cancellation);
        foreach (var recording in gone)
        {
            // Objects first: a row without objects can be cleared up later, objects without a row are found by nobody.
            await foreach (var found in store.ListAsync(RecordingKeys.Folder(recording), cancellation))
                await store.DeleteAsync(found.Key, cancellation);
            foreach (var key in await db.RecordingFiles.Where(f => f.RecordingId == recording.Id).Select(f => f.Key).ToListAsync(cancellation))
                await store.DeleteAsync(key, cancellation);
            foreach (var segment in await db.RecordingSegments.AsNoTracking().Where(s => s.RecordingId == recording.Id).ToListAsync(cancellation))
                await foreach (var found in store.ListAsync(RecordingKeys.EgressPrefix(segment.StartedAt, recording.SessionId, segment.Id), cancellation))
                    await store.DeleteAsync(found.Key, cancellation);
            await db.Recordings.Where(r => r.Id == recording.Id).ExecuteDeleteAsync(cancellation);
        }
        return gone.Count;
    }

    private async Task<LibraryOutcome> ChangeAsync(Caller caller, Guid recordingId, DateTimeOffset? deletedAt, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var after = time.GetUtcNow() - Deletion.Grace;
        var found = await (
            from recording in db.Recordings
            join session in db.Sessions.VisibleTo(caller) on recording.SessionId equals session.Id
            where recording.Id == recordingId && (recording.DeletedAt == null || recording.DeletedAt > after)
            select new { Recording = recording, session.CoachId }).SingleOrDefaultAsync(cancellation);
        if (found is null)
            return LibraryOutcome.NotFound;
        if (found.CoachId != caller.Id)
            return found.Recording.DeletedAt is null ? LibraryOutcome.NotTheCoach : LibraryOutcome.NotFound;
        if (found.Recording.Status is RecordingStatus.Active or RecordingStatus.Paused)
            return LibraryOutcome.StillRunning;
        if ((found.Recording.DeletedAt is null) == (deletedAt is null))
            return LibraryOutcome.Done;
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        found.Recording.DeletedAt = deletedAt;
        found.Recording.DeletedById = deletedAt is null ? null : caller.Id;
        await db.SaveChangesAsync(cancellation);
        await SessionFeed.PublishAsync(db, found.Recording.SessionId, SessionChange.Recording, cancellation);
        await transaction.CommitAsync(cancellation);
        return LibraryOutcome.Done;
    }
}
