using System.Data;
using System.IO.Compression;
using System.IO.Pipelines;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace CoachingPortal.Transcripts.Archive;

public enum ArchiveOutcome
{
    /// <summary>It stands as it should, or does not, as it should not.</summary>
    Unchanged,
    Written,
    Removed,
}

/// <summary>
/// Keeps each finished session in the object store as one gzip JSON object, for the business's own questions. Whoever
/// brings one up to date holds the session's lock, so that two never write or remove at the same time. Who writes it
/// first says so in the log, without a word of what was said.
/// </summary>
public sealed partial class SessionArchive(IDbContextFactory<PortalDb> databases, NpgsqlDataSource database, ArchiveStore store, TimeProvider time, ILogger<SessionArchive> log)
{
    /// <summary>Writes the session's object when it is missing or says something else, and removes it when the session is deleted.</summary>
    /// <param name="thoroughly">Also reads back whether the object lies there as it was written.</param>
    /// <exception cref="IOException">The store was away; what lay there still does.</exception>
    public async Task<ArchiveOutcome> RefreshAsync(Guid sessionId, bool thoroughly = false, CancellationToken cancellation = default)
    {
        await using var holder = await LockAsync(sessionId, cancellation);
        var refreshed = await RefreshLockedAsync(sessionId, thoroughly, cancellation);
        await SettleAsync(sessionId, cancellation);
        return refreshed;
    }

    private async Task<ArchiveOutcome> RefreshLockedAsync(Guid sessionId, bool thoroughly, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var row = await db.Archives.SingleOrDefaultAsync(a => a.SessionId == sessionId, cancellation);
        // One state of the session, however long the writing takes.
        await using var transaction = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var session = await db.Sessions.AsNoTracking().Include(s => s.Coach).Include(s => s.Founder).SingleOrDefaultAsync(s => s.Id == sessionId && s.DeletedAt == null, cancellation);
        if (session is null)
        {
            await transaction.RollbackAsync(cancellation);
            return await RemoveAsync(db, row, cancellation) ? ArchiveOutcome.Removed : ArchiveOutcome.Unchanged;
        }
        var key = ArchiveKeys.Of(sessionId, session.StartsAt);
        if (row?.Key == key && (!thoroughly || await LiesThereAsync(row, cancellation)) && (await HashAsync(db, session, cancellation)).AsSpan().SequenceEqual(row.Hash))
            return ArchiveOutcome.Unchanged;

        var (facts, hash, rawSize, size) = await PutAsync(db, session, key, cancellation);
        await transaction.RollbackAsync(cancellation); // it only read
        var old = row?.Key;
        if (row is null)
        {
            // Before the row: a portal that is killed in between says it again rather than never.
            LogArchived(sessionId, key, facts.Calls, facts.Turns, facts.Speakers, facts.Words, facts.TalkSeconds, facts.Decisions, facts.NextActions, facts.Notes, rawSize, size);
            db.Archives.Add(row = new() { SessionId = sessionId, Key = key, Hash = hash });
        }
        (row.Key, row.Hash, row.Size, row.RawSize, row.ArchivedAt) = (key, hash, size, rawSize, time.GetUtcNow());
        await db.SaveChangesAsync(cancellation);
        // The row first: an object that no row names is removed at night, one that a row names is looked for.
        if (old is not null && old != key)
            await store.Objects.DeleteAsync(old, cancellation);
        return ArchiveOutcome.Written;
    }

    /// <summary>Whether the object unpacks to the very JSON that was written: damage may leave its size as it was.</summary>
    private async Task<bool> LiesThereAsync(ArchivedSession row, CancellationToken cancellation)
    {
        if ((await store.Objects.HeadAsync(row.Key, cancellation))?.Size != row.Size || await store.Objects.OpenAsync(row.Key, cancellation: cancellation) is not { } packed)
            return false;
        await using var hashing = new HashingStream(Stream.Null);
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        try
        {
            await plain.CopyToAsync(hashing, cancellation);
        }
        catch (InvalidDataException)
        {
            return false;
        }
        return hashing.TakeHash().AsSpan().SequenceEqual(row.Hash);
    }

    /// <summary>A step that was given up has been made good, and is no longer said to have failed.</summary>
    private async Task SettleAsync(Guid sessionId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var now = time.GetUtcNow();
        if (await db.PostCallSteps.Where(p => p.SessionId == sessionId && p.Name == ArchiveSession.StepName && p.Status == StepStatus.Failed && p.NextAttemptAt == null)
                .ExecuteUpdateAsync(u => u.SetProperty(p => p.Status, StepStatus.Done).SetProperty(p => p.Error, (string?)null).SetProperty(p => p.FinishedAt, now), cancellation) > 0)
            await SessionFeed.PublishAsync(db, sessionId, SessionChange.PostCall, cancellation);
    }

    /// <summary>Removes an object that no row names.</summary>
    /// <returns>False when a row names it by now.</returns>
    internal async Task<bool> RemoveOrphanAsync(Guid sessionId, string key, CancellationToken cancellation)
    {
        await using var holder = await LockAsync(sessionId, cancellation);
        await using var db = await databases.CreateDbContextAsync(cancellation);
        if (await db.Archives.AnyAsync(a => a.Key == key, cancellation))
            return false;
        await store.Objects.DeleteAsync(key, cancellation);
        return true;
    }

    private async Task<bool> RemoveAsync(PortalDb db, ArchivedSession? row, CancellationToken cancellation)
    {
        if (row is null)
            return false;
        await store.Objects.DeleteAsync(row.Key, cancellation);
        db.Archives.Remove(row);
        await db.SaveChangesAsync(cancellation);
        return true;
    }

    private static async Task<byte[]> HashAsync(PortalDb db, CoachingSession session, CancellationToken cancellation)
    {
        await using var hashing = new HashingStream(Stream.Null);
        await ArchiveDocument.WriteAsync(db, session, hashing, cancellation);
        return hashing.TakeHash();
    }

    /// <summary>One end writes and packs while the other sends, with no more in between than a pipe holds.</summary>
    private async Task<(ArchiveFacts Facts, byte[] Hash, long RawSize, long Size)> PutAsync(PortalDb db, CoachingSession session, string key, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var pipe = new Pipe();
        var writing = WriteAsync();
        long size;
        try
        {
            await using var content = pipe.Reader.AsStream();
            size = await store.Objects.PutAsync(key, content, cancellation);
        }
        catch
        {
            // A store that gave up leaves a writer who waits for room.
            await stop.CancelAsync();
            await ((Task)writing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
        var (facts, hash, rawSize) = await writing;
        return (facts, hash, rawSize, size);

        async Task<(ArchiveFacts, byte[], long)> WriteAsync()
        {
            try
            {
                (ArchiveFacts, byte[], long) written;
                await using (var packed = new GZipStream(pipe.Writer.AsStream(leaveOpen: true), CompressionLevel.Optimal, leaveOpen: true))
                await using (var hashing = new HashingStream(packed))
                {
                    var facts = await ArchiveDocument.WriteAsync(db, session, hashing, stop.Token);
                    written = (facts, hashing.TakeHash(), hashing.Length);
                }
                await pipe.Writer.CompleteAsync();
                return written;
            }
            catch (Exception e)
            {
                // Told to the store's end, so that half a session is never put.
                await pipe.Writer.CompleteAsync(e);
                throw;
            }
        }
    }

    /// <returns>What holds the lock until it is disposed of.</returns>
    private async Task<IAsyncDisposable> LockAsync(Guid sessionId, CancellationToken cancellation)
    {
        var holder = await database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand("select pg_advisory_lock(hashtextextended($1, 0))", holder) { Parameters = { new() { Value = LockName(sessionId) } }, CommandTimeout = 120 };
            await command.ExecuteNonQueryAsync(cancellation);
            return new Held(holder, sessionId);
        }
        catch
        {
            await holder.DisposeAsync();
            throw;
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "Archived session {SessionId} as {Key}: {Calls} calls, {Turns} turns of {Speakers} speakers, {Words} words in {TalkSeconds} s, {Decisions} decisions, {NextActions} next actions, {Notes} notes; {RawSize} bytes of JSON, {Size} packed")]
    private partial void LogArchived(Guid sessionId, string key, int calls, int turns, int speakers, int words, double talkSeconds, int decisions, int nextActions, int notes, long rawSize, long size);

    private static string LockName(Guid sessionId) => $"archive:{sessionId}";

    private sealed class Held(NpgsqlConnection holder, Guid sessionId) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (holder)
            {
                await using var command = new NpgsqlCommand("select pg_advisory_unlock(hashtextextended($1, 0))", holder) { Parameters = { new() { Value = LockName(sessionId) } } };
                await command.ExecuteNonQueryAsync();
            }
        }
    }
}
