using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

public enum EgressUpdate
{
    /// <summary>The row knows more than before.</summary>
    Applied,

    /// <summary>Nothing new.</summary>
    Known,

    /// <summary>None of the portal's, or one that the portal has given up.</summary>
    Unknown,
}

/// <summary>
/// Takes in what LiveKit tells of an egress: by webhook, by answer or by list, in whatever order and however often. A row
/// only ever goes on to a later state, so the outcome is the same.
/// </summary>
public sealed partial class EgressUpdates(RecordingGate gate, EgressTimes times, TimeProvider time, ILogger<EgressUpdates> log)
{
    /// <remarks>In the caller's transaction, else in one of its own.</remarks>
    public Task<EgressUpdate> ApplyAsync(PortalDb db, EgressInfo info, CancellationToken cancellation = default) => ApplyAsync(db, info, null, cancellation);

    /// <param name="rowId">The row that this answers; null to find it by egress or by key.</param>
    internal async Task<EgressUpdate> ApplyAsync(PortalDb db, EgressInfo info, Guid? rowId, CancellationToken cancellation)
    {
        var facts = EgressFacts.Of(info);
        if (facts.EgressId.Length == 0)
            return EgressUpdate.Unknown;
        var own = db.Database.CurrentTransaction is null ? await db.Database.BeginTransactionAsync(cancellation) : null;
        await using (own)
        {
            var found = await db.Egresses.AsNoTracking()
                .Where(e => e.EgressId == facts.EgressId || (e.EgressId == null && e.Key == facts.Key) || (e.EgressId == null && e.Id == rowId))
                .Select(e => new { e.Id, e.SessionId }).FirstOrDefaultAsync(cancellation);
            if (found is null)
                return EgressUpdate.Unknown;
            await RecordingGate.LockRecordingAsync(db, found.SessionId, cancellation);
            var row = await LockAsync(db, found.Id, cancellation);
            if (row is null || (row.EgressId is not null && row.EgressId != facts.EgressId) || (row.EgressId is null && row.IsFinal))
                return EgressUpdate.Unknown;
            var (wasStarted, hadSound, wasOver) = (row.EgressId is not null, row.FileStartedAt is not null, row.IsFinal);
            if (!Take(row, facts))
                return EgressUpdate.Known;
            await SaveAsync(db, row, cancellation);
            if (own is not null)
                await own.CommitAsync(cancellation);
            var kind = Kind(row);
            if (!wasStarted)
                Telemetry.EgressesStarted.Add(1, kind);
            if (!hadSound && row.FileStartedAt is { } sound)
                Telemetry.EgressStart.Record((sound - row.WantedAt).TotalSeconds, kind);
            if (!wasOver)
                CountIfOver(row);
        }
        return EgressUpdate.Applied;
    }

    /// <summary>It is over for the portal's own reasons.</summary>
    /// <param name="words">Why, for the coach.</param>
    internal async Task FailAsync(PortalDb db, RecordingEgress egress, string words, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await RecordingGate.LockRecordingAsync(db, egress.SessionId, cancellation);
        if (await LockAsync(db, egress.Id, cancellation) is not { IsFinal: false } row)
            return;
        (row.Status, row.Failure, row.EndedAt) = (EgressState.Failed, words, time.GetUtcNow());
        await SaveAsync(db, row, cancellation);
        await transaction.CommitAsync(cancellation);
        CountIfOver(row);
    }

    /// <summary>The file is there although LiveKit knows nothing of it any more.</summary>
    internal async Task FoundAsync(PortalDb db, RecordingEgress egress, long size, DateTimeOffset writtenAt, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        await RecordingGate.LockRecordingAsync(db, egress.SessionId, cancellation);
        if (await LockAsync(db, egress.Id, cancellation) is not { IsFinal: false } row)
            return;
        (row.Status, row.Size) = (EgressState.Complete, size);
        row.FileStartedAt ??= row.AskedAt ?? row.WantedAt;
        row.EndedAt ??= row.StoppedAt ?? row.StopWantedAt ?? writtenAt;
        row.DurationMs ??= Math.Max(0, (long)(row.EndedAt.Value - row.FileStartedAt.Value).TotalMilliseconds);
        await SaveAsync(db, row, cancellation);
        await transaction.CommitAsync(cancellation);
        CountIfOver(row);
    }

    /// <summary>Reads the row as it is now and holds it; the recording is locked before.</summary>
    internal static async Task<RecordingEgress?> LockAsync(PortalDb db, Guid id, CancellationToken cancellation)
    {
        if (db.Egresses.Local.FindEntry(id) is { } held)
            held.State = EntityState.Detached;
        return (await db.Egresses.FromSql($"select * from egresses where id = {id} for update").ToListAsync(cancellation)).SingleOrDefault();
    }

    /// <returns>Whether anything is new.</returns>
    private bool Take(RecordingEgress row, EgressFacts facts)
    {
        var before = (row.EgressId, row.Status, row.FileStartedAt, row.EndedAt, row.Size, row.DurationMs, row.StoppedAt, row.Failure);
        row.EgressId = facts.EgressId;
        if (!row.IsFinal)
        {
            if (facts.State > row.Status)
                row.Status = facts.State;
            if (facts.State >= EgressState.Ending)
                row.StoppedAt ??= facts.EndedAt ?? time.GetUtcNow();
            // The last word on times and sizes is the final one.
            row.FileStartedAt = facts.StartedAt ?? row.FileStartedAt ?? (facts.State == EgressState.Active ? time.GetUtcNow() : null);
            row.EndedAt = facts.EndedAt ?? row.EndedAt;
            row.DurationMs = facts.DurationMs ?? row.DurationMs;
            row.Failure = row.Status == EgressState.Failed ? facts.Failure : row.Status == EgressState.Complete ? null : row.Failure;
            if (row.Status == EgressState.Complete)
                row.EndedAt ??= time.GetUtcNow();
            // A microphone may be changed as soon as it was switched on.
            if (row is { Status: EgressState.Complete, StopWantedAt: null, Kind: EgressKind.Room } && row.DurationMs < times.TooShort.TotalMilliseconds)
                (row.Status, row.Failure) = (EgressState.Failed, EgressWords.TooShort);
        }
        if (row.Status == EgressState.Complete)
            row.Size ??= facts.Size;
        return before != (row.EgressId, row.Status, row.FileStartedAt, row.EndedAt, row.Size, row.DurationMs, row.StoppedAt, row.Failure);
    }

    private static KeyValuePair<string, object?> Kind(RecordingEgress row) => new("kind", row.Kind == EgressKind.Room ? "room" : "track");

    private static void CountIfOver(RecordingEgress row)
    {
        if (row.IsFinal)
            Telemetry.EgressesEnded.Add(1, Kind(row), new("outcome", row.Status == EgressState.Complete ? "complete" : "failed"));
    }

    private async Task SaveAsync(PortalDb db, RecordingEgress row, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        row.UpdatedAt = now;
        // Whoever waits for its end waits for the worker, and the worker for nothing.
        if (row.Status >= EgressState.Ending)
            row.LeaseUntil = now;
        await db.SaveChangesAsync(cancellation);
        LogState(row.Id, row.SessionId, row.Status, row.Failure);
        if (row is { IsFinal: true, Kind: EgressKind.Room })
            await gate.EgressEndedAsync(db, row, row.EndedAt is { } at && at < now ? at : now, cancellation);
        await SessionFeed.PublishAsync(db, row.SessionId, SessionChange.Recording, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Egress {Egress} of session {SessionId} is {State} {Failure}")]
    private partial void LogState(Guid egress, Guid sessionId, EgressState state, string? failure);
}
