using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>Whoever does not agree is not heard while an egress may still take sound, and is heard again as soon as it has ended.</summary>
public sealed partial class EgressSilence(LiveKitServer server, IDbContextFactory<PortalDb> databases, EgressTimes times, TimeProvider time, ILogger<EgressSilence> log)
{
    private static readonly EgressState[] EgressesThatRun = [EgressState.Starting, EgressState.Active, EgressState.Ending];

    /// <summary>Takes the right to publish from whoever withdrew, when the egress has not stopped in time; until then it waits.</summary>
    /// <param name="stopped">Cancelled when LiveKit has taken the order to stop.</param>
    public async Task UnlessStoppedAsync(RecordingEgress egress, CancellationToken stopped)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(stopped);
            var withdrew = await db.RecordingSegments.Where(s => s.Id == egress.SegmentId && s.EndedBy == SegmentEnd.Withdrawn).Select(s => s.EndedById).SingleOrDefaultAsync(stopped);
            if (withdrew is not { } personId || egress.HeldPersonIds.Contains(personId) || (egress.Kind == EgressKind.Track && egress.PersonId != personId))
                return;
            var wait = egress.StopWantedAt!.Value + times.StopWithin - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, stopped);
            // Noted first: what is noted is undone, even if this portal does not live to see it.
            await db.Database.ExecuteSqlAsync(
                $"update egresses set held_person_ids = array_append(held_person_ids, {personId}) where id = {egress.Id} and status = 'ending' and not {personId} = any(held_person_ids)", stopped);
            await AllowAsync(egress.RoomName, personId, false, stopped);
            LogSilenced(personId, egress.SessionId);
        }
        catch (OperationCanceledException)
        {
            // It has stopped.
        }
        catch (LiveKitException e)
        {
            LogFailed(egress.SessionId, e.Message);
        }
    }

    /// <summary>The egress is over. Lets those speak who waited for it, unless another one of the same session is not over.</summary>
    /// <returns>False when there is more to do.</returns>
    public async Task<bool> EndAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var isDone = true;
        foreach (var personId in egress.HeldPersonIds)
        {
            var isHere = await db.Participations.AnyAsync(p => p.SessionId == egress.SessionId && p.PersonId == personId && p.EndedAt == null, cancellation);
            if (isHere && !await IsHeldAsync(db, egress.SessionId, personId, cancellation) && server.IsSet && !await TryAllowAsync(egress, personId, cancellation))
            {
                isDone = false;
                continue;
            }
            await db.Database.ExecuteSqlAsync($"update egresses set held_person_ids = array_remove(held_person_ids, {personId}) where id = {egress.Id}", cancellation);
        }
        return isDone;
    }

    /// <summary>
    /// Has LiveKit let a person publish as the rows say. A ticket from before can outlive both the order to be silent and
    /// its end, whenever its page comes in anew.
    /// </summary>
    /// <param name="canPublish">As LiveKit told it; null when it did not.</param>
    /// <exception cref="LiveKitException">LiveKit could not be told, or does not know the person any more.</exception>
    public async Task AlignAsync(Guid sessionId, string room, Guid personId, bool? canPublish, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        // Looked at again after each change: what the rows say may have changed meanwhile.
        while (await IsHeldAsync(db, sessionId, personId, cancellation) is var isHeld && (canPublish ?? true) == isHeld)
        {
            await AllowAsync(room, personId, !isHeld, cancellation);
            canPublish = !isHeld;
            LogAligned(personId, sessionId, !isHeld);
        }
    }

    private static Task<bool> IsHeldAsync(PortalDb db, Guid sessionId, Guid personId, CancellationToken cancellation) =>
        db.Egresses.AnyAsync(e => e.SessionId == sessionId && EgressesThatRun.Contains(e.Status) && e.HeldPersonIds.Contains(personId), cancellation);

    private async Task<bool> TryAllowAsync(RecordingEgress egress, Guid personId, CancellationToken cancellation)
    {
        try
        {
            await AllowAsync(egress.RoomName, personId, true, cancellation);
            return true;
        }
        catch (LiveKitException e)
        {
            // Not in the room yet, perhaps: the ticket they hold still says that they may not.
            LogFailed(egress.SessionId, e.Message);
            return false;
        }
    }

    private async Task AllowAsync(string room, Guid personId, bool canPublish, CancellationToken cancellation) =>
        await server.Rooms.UpdateParticipant(
            new() { Room = room, Identity = personId.ToString(), Permission = new() { CanPublish = canPublish, CanSubscribe = true, CanPublishData = true, CanUpdateMetadata = false } }, cancellation);

    [LoggerMessage(LogLevel.Warning, "Person {PersonId} withdrew in session {SessionId} and the egress did not stop in time: silenced until it has")]
    private partial void LogSilenced(Guid personId, Guid sessionId);

    [LoggerMessage(LogLevel.Warning, "Person {PersonId} came into session {SessionId} with a ticket from before: may speak is now {CanPublish}")]
    private partial void LogAligned(Guid personId, Guid sessionId, bool canPublish);

    [LoggerMessage(LogLevel.Warning, "Who may speak in session {SessionId} could not be changed yet: {Reason}")]
    private partial void LogFailed(Guid sessionId, string reason);
}
