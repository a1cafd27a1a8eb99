using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Recordings.Egress;

/// <summary>The steps an egress takes between the row and LiveKit. Each may be cut off anywhere and taken again.</summary>
public sealed partial class EgressSteps(
    LiveKitServer server, EgressGate gate, EgressUpdates updates, EgressLookup lookup, EgressSilence silence, IDbContextFactory<PortalDb> databases, IOptions<S3Options> bucket,
    EgressTimes times, TimeProvider time, ILogger<EgressSteps> log)
{
    /// <param name="egress">As it was claimed; the caller holds its lease.</param>
    /// <returns>After what time the next step is due; null when something else will bring it about.</returns>
    public async Task<TimeSpan?> TakeAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        if (!gate.IsOn && !egress.IsFinal)
        {
            await FailAsync(egress, "LiveKit or the store for its recordings is not set any more.", cancellation);
            return TimeSpan.Zero;
        }
        return egress switch
        {
            { IsFinal: true } => await ReleaseAsync(egress, cancellation),
            { Status: EgressState.Starting, EgressId: null } when egress.LeaseUntil == egress.AskedAt + times.Lease =>
                await StartAsync(egress, cancellation),
            { EgressId: null } => await FindAsync(egress, EgressWords.TookTooLong, cancellation),
            { Status: EgressState.Ending } => await StopAsync(egress, cancellation),
            _ => await FollowStartAsync(egress, cancellation),
        };
    }

    private async Task<TimeSpan?> StartAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        EgressInfo info;
        try
        {
            info = egress.Kind == EgressKind.Room
                ? await server.Egress.StartRoomCompositeEgress(RoomRequest(egress), cancellation) : await server.Egress.StartTrackEgress(TrackRequest(egress), cancellation);
        }
        catch (LiveKitException e) when (e.Code == LiveKitCode.NotFound && egress.Kind == EgressKind.Room && time.GetUtcNow() - egress.WantedAt < times.RoomWithin)
        {
            return await AgainAsync(egress, egress.Key, egress.Attempts - 1, null, cancellation);
        }
        catch (LiveKitException e) when (e.Code is LiveKitCode.DeadlineExceeded or LiveKitCode.Unavailable && e.Status is null)
        {
            // It may have begun all the same.
            LogStartFailed(egress.Id, egress.SessionId, egress.Attempts, e.Message);
            return await FindAsync(egress, EgressWords.Of(e), cancellation);
        }
        catch (LiveKitException e)
        {
            LogStartFailed(egress.Id, egress.SessionId, egress.Attempts, e.Message);
            return await RetryOrFailAsync(egress, EgressWords.Of(e), cancellation);
        }
        return await AdoptAsync(egress, info, cancellation);
    }

    /// <summary>LiveKit was asked, and what it answered is not known.</summary>
    private async Task<TimeSpan?> FindAsync(RecordingEgress egress, string words, CancellationToken cancellation)
    {
        try
        {
            if (await lookup.ByKeyAsync(egress, cancellation) is { } found)
                return await AdoptAsync(egress, found, cancellation);
        }
        catch (LiveKitException e) when (time.GetUtcNow() - egress.WantedAt < times.LostAfter)
        {
            LogLookupFailed(egress.Id, e.Message);
            return await LeaseAsync(egress, cancellation);
        }
        catch (LiveKitException)
        {
            // Away for so long: whatever it is doing, the coach is told, and an egress that nobody knows is stopped later.
        }
        // What was asked may still be on its way there: another try now would have two of them record.
        if (time.GetUtcNow() < egress.AskedAt + times.Lease)
            return await LeaseAsync(egress, cancellation);
        return egress.Status == EgressState.Ending
            ? await FailAsync(egress, EgressRows.NeverBegan, cancellation)
            : await RetryOrFailAsync(egress, words, cancellation);
    }

    private async Task<TimeSpan?> AdoptAsync(RecordingEgress egress, EgressInfo info, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var update = await updates.ApplyAsync(db, info, egress.Id, cancellation);
        if (update == EgressUpdate.Unknown)
        {
            // The row went on without it.
            await StopQuietlyAsync(info.EgressId, cancellation);
            return null;
        }
        // At once where the span has ended meanwhile; else a look now and then, in case no webhook comes.
        var isEnding = await db.Egresses.AnyAsync(e => e.Id == egress.Id && e.Status == EgressState.Ending, cancellation);
        return await LeaseAsync(egress, cancellation, isEnding ? TimeSpan.Zero : times.Pause);
    }

    /// <summary>LiveKit has it, and it takes no sound yet.</summary>
    private async Task<TimeSpan?> FollowStartAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        if (time.GetUtcNow() - (egress.AskedAt ?? egress.WantedAt) > times.ActiveWithin)
        {
            await StopQuietlyAsync(egress.EgressId!, cancellation);
            return await RetryOrFailAsync(egress, EgressWords.TookTooLong, cancellation);
        }
        await lookup.RefreshAsync(egress, cancellation);
        return await LeaseAsync(egress, cancellation);
    }

    private async Task<TimeSpan?> StopAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        if (egress.StoppedAt is not null)
        {
            await lookup.RefreshAsync(egress, cancellation);
            return await LeaseAsync(egress, cancellation);
        }
        using var watch = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var silenced = silence.UnlessStoppedAsync(egress, watch.Token);
        try
        {
            var info = await server.Egress.StopEgress(new() { EgressId = egress.EgressId }, cancellation);
            await watch.CancelAsync();
            await using var db = await databases.CreateDbContextAsync(cancellation);
            // The answer is the promise: it takes no more sound, whatever state it still names.
            if (info.Status is EgressStatus.EgressStarting or EgressStatus.EgressActive)
                info.Status = EgressStatus.EgressEnding;
            await updates.ApplyAsync(db, info, egress.Id, cancellation);
            LogStopped(egress.Id, egress.SessionId);
        }
        catch (LiveKitException e) when (e.Code is LiveKitCode.NotFound or LiveKitCode.FailedPrecondition)
        {
            // Over already.
            await watch.CancelAsync();
            await lookup.RefreshAsync(egress, cancellation);
        }
        catch (LiveKitException e)
        {
            LogStopFailed(egress.Id, egress.SessionId, e.Message);
            // There may be time for another try.
            if (time.GetUtcNow() < egress.StopWantedAt + times.StopWithin)
                await watch.CancelAsync();
        }
        await silenced;
        return await LeaseAsync(egress, cancellation);
    }

    /// <summary>It is over: whoever had to wait for that may speak.</summary>
    private async Task<TimeSpan?> ReleaseAsync(RecordingEgress egress, CancellationToken cancellation) =>
        await silence.EndAsync(egress, cancellation) ? null : await LeaseAsync(egress, cancellation);

    private async Task<TimeSpan?> RetryOrFailAsync(RecordingEgress egress, string words, CancellationToken cancellation) =>
        egress.Attempts < EgressTimes.MaxAttempts
            ? await AgainAsync(egress, await NextKeyAsync(egress, cancellation), egress.Attempts, words, cancellation)
            : await FailAsync(egress, words, cancellation);

    /// <summary>Wanted once more, unless the span has ended meanwhile.</summary>
    private async Task<TimeSpan?> AgainAsync(RecordingEgress egress, string key, int attempts, string? words, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var until = time.GetUtcNow() + times.Pause;
        var again = await db.Egresses.Where(e => e.Id == egress.Id && e.Status == EgressState.Starting).ExecuteUpdateAsync(
            u => u.SetProperty(e => e.Status, EgressState.Wanted).SetProperty(e => e.EgressId, (string?)null).SetProperty(e => e.Key, key)
                .SetProperty(e => e.Attempts, attempts).SetProperty(e => e.Failure, words).SetProperty(e => e.LeaseUntil, until), cancellation);
        if (again > 0)
            return times.Pause;
        // A step that took longer than its lease: somebody else has gone on with it.
        if (!await db.Egresses.AnyAsync(e => e.Id == egress.Id && e.Status == EgressState.Ending, cancellation))
            return null;
        var hasId = egress.EgressId is not null;
        return hasId ? await LeaseAsync(egress, cancellation, TimeSpan.Zero) : await FailAsync(egress, EgressRows.NeverBegan, cancellation);
    }

    private async Task<TimeSpan?> FailAsync(RecordingEgress egress, string words, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await updates.FailAsync(db, egress, words, cancellation);
        return TimeSpan.Zero;
    }

    /// <summary>Gives the lease back, so that the next step is due after <paramref name="pause"/>; one that became due meanwhile stays due.</summary>
    private async Task<TimeSpan?> LeaseAsync(RecordingEgress egress, CancellationToken cancellation, TimeSpan? pause = null)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var until = time.GetUtcNow() + (pause ?? times.Pause);
        await db.Egresses.Where(e => e.Id == egress.Id && e.LeaseUntil == egress.LeaseUntil).ExecuteUpdateAsync(u => u.SetProperty(e => e.LeaseUntil, until), cancellation);
        return pause ?? times.Pause;
    }

    private async Task StopQuietlyAsync(string egressId, CancellationToken cancellation)
    {
        try
        {
            await server.Egress.StopEgress(new() { EgressId = egressId }, cancellation);
        }
        catch (LiveKitException e)
        {
            // The reconciliation stops what nobody wants.
            LogOrphan(egressId, e.Message);
        }
    }

    private async Task<string> NextKeyAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var at = await db.RecordingSegments.Where(s => s.Id == egress.SegmentId).Select(s => s.StartedAt).SingleAsync(cancellation);
        return egress.Kind == EgressKind.Room
            ? RecordingKeys.Egress(at, egress.SessionId, egress.SegmentId, egress.Attempts + 1)
            : RecordingKeys.Voice(at, egress.SessionId, egress.SegmentId, egress.Id, egress.Attempts + 1);
    }

    private RoomCompositeEgressRequest RoomRequest(RecordingEgress egress) => new()
    {
        RoomName = egress.RoomName,
        AudioOnly = true,
        FileOutputs = { new EncodedFileOutput { FileType = EncodedFileType.Mp4, Filepath = egress.Key, DisableManifest = true, S3 = Upload() } },
        // AAC is what every browser plays in an MP4.
        Advanced = new() { AudioCodec = AudioCodec.Aac, AudioBitrate = 96, AudioFrequency = 48000 },
    };

    private TrackEgressRequest TrackRequest(RecordingEgress egress) => new()
    {
        RoomName = egress.RoomName,
        TrackId = egress.TrackId,
        File = new() { Filepath = egress.Key, DisableManifest = true, S3 = Upload() },
    };

    private S3Upload Upload()
    {
        var s3 = bucket.Value;
        return new()
        {
            AccessKey = s3.AccessKey, Secret = s3.Secret, Bucket = s3.Bucket, Region = s3.Region, Endpoint = s3.Endpoint ?? "", ForcePathStyle = !string.IsNullOrWhiteSpace(s3.Endpoint),
        };
    }

    [LoggerMessage(LogLevel.Warning, "Egress {Egress} of session {SessionId} could not be started at try {Attempt}: {Reason}")]
    private partial void LogStartFailed(Guid egress, Guid sessionId, int attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "Egress {Egress} of session {SessionId} could not be stopped yet: {Reason}")]
    private partial void LogStopFailed(Guid egress, Guid sessionId, string reason);

    [LoggerMessage(LogLevel.Information, "LiveKit stopped egress {Egress} of session {SessionId}")]
    private partial void LogStopped(Guid egress, Guid sessionId);

    [LoggerMessage(LogLevel.Warning, "LiveKit could not be asked for egress {Egress}: {Reason}")]
    private partial void LogLookupFailed(Guid egress, string reason);

    [LoggerMessage(LogLevel.Warning, "LiveKit's egress {EgressId} is wanted by nobody and could not be stopped yet: {Reason}")]
    private partial void LogOrphan(string egressId, string reason);
}
