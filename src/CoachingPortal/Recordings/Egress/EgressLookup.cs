using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>Asks LiveKit, and the store, how an egress stands that nothing was heard of.</summary>
public sealed partial class EgressLookup(
    LiveKitServer server, EgressUpdates updates, IObjectStore store, IDbContextFactory<PortalDb> databases, EgressTimes times, TimeProvider time, ILogger<EgressLookup> log)
{
    private const int MaxPages = 20;

    /// <returns>The egress that writes the row's object; null when LiveKit has none.</returns>
    /// <exception cref="LiveKitException">LiveKit could not be asked.</exception>
    public async Task<EgressInfo?> ByKeyAsync(RecordingEgress egress, CancellationToken cancellation) =>
        (await ListAsync(new() { RoomName = egress.RoomName }, cancellation)).FirstOrDefault(i => EgressFacts.Of(i).Key == egress.Key);

    /// <summary>Brings the row up to date. What LiveKit has forgotten is complete if its object is there, and lost if it stays away.</summary>
    public async Task RefreshAsync(RecordingEgress egress, CancellationToken cancellation)
    {
        try
        {
            var found = egress.EgressId is { } id
                ? (await ListAsync(new() { EgressId = id }, cancellation)).FirstOrDefault(i => i.EgressId == id)
                : await ByKeyAsync(egress, cancellation);
            await using var db = await databases.CreateDbContextAsync(cancellation);
            if (found is not null)
                await updates.ApplyAsync(db, found, egress.Id, cancellation);
            if (found is null)
                await JudgeAsync(db, egress, isAtWork: false, EgressWords.Lost, cancellation);
            else if (EgressFacts.Of(found).State == EgressState.Ending)
                await JudgeAsync(db, egress, isAtWork: true, EgressWords.Lost, cancellation);
            else if (await WasCutOffAsync(egress, found, cancellation))
                await JudgeAsync(db, egress, isAtWork: false, EgressWords.CutOff, cancellation);
        }
        catch (LiveKitException e) when (egress.StopWantedAt is { } stopped && time.GetUtcNow() - stopped > times.GiveUpAfter)
        {
            // LiveKit is away for good, it seems. What it wrote before that is not.
            LogFailed(egress.Id, e.Message);
            await using var db = await databases.CreateDbContextAsync(cancellation);
            await JudgeAsync(db, egress, isAtWork: false, EgressWords.Lost, cancellation);
        }
        catch (Exception e) when (e is LiveKitException or IOException)
        {
            LogFailed(egress.Id, e.Message);
        }
    }

    /// <summary>All pages.</summary>
    /// <exception cref="LiveKitException">LiveKit could not be asked.</exception>
    public async Task<List<EgressInfo>> ListAsync(ListEgressRequest request, CancellationToken cancellation)
    {
        var all = new List<EgressInfo>();
        for (var page = 0; page < MaxPages; page++)
        {
            var answer = await server.Egress.ListEgress(request, cancellation);
            all.AddRange(answer.Items);
            if (string.IsNullOrEmpty(answer.NextPageToken?.Token) || answer.Items.Count == 0)
                break;
            request.PageToken = answer.NextPageToken;
        }
        return all;
    }

    /// <summary>
    /// Whether an egress that LiveKit calls active is not in its room. That stays so for ever when its worker was killed, or
    /// its machine: nobody tells LiveKit of an end.
    /// </summary>
    /// <exception cref="LiveKitException">LiveKit could not be asked.</exception>
    public async Task<bool> IsAwayAsync(string room, string egressId, CancellationToken cancellation)
    {
        try
        {
            return (await server.Rooms.ListParticipants(new() { Room = room }, cancellation)).Participants.All(p => p.Identity != egressId);
        }
        catch (LiveKitException e) when (e.Code == LiveKitCode.NotFound)
        {
            return true;
        }
    }

    /// <summary>Looked at twice: one that ends by itself leaves a little before it says so.</summary>
    private async Task<bool> WasCutOffAsync(RecordingEgress egress, EgressInfo info, CancellationToken cancellation)
    {
        if (EgressFacts.Of(info).State != EgressState.Active || !await IsAwayAsync(egress.RoomName, info.EgressId, cancellation))
            return false;
        await Task.Delay(times.Pause, cancellation);
        return await IsAwayAsync(egress.RoomName, info.EgressId, cancellation)
            && (await ListAsync(new() { EgressId = info.EgressId }, cancellation)).All(i => EgressFacts.Of(i).State == EgressState.Active);
    }

    /// <param name="isAtWork">Whether LiveKit's recorder may still bring the file.</param>
    /// <param name="words">Why there is none, if it does not.</param>
    private async Task JudgeAsync(PortalDb db, RecordingEgress egress, bool isAtWork, string words, CancellationToken cancellation)
    {
        var silentSince = egress.StopWantedAt ?? egress.UpdatedAt;
        if (time.GetUtcNow() - silentSince < times.LostAfter)
            return;
        if (await store.HeadAsync(egress.Key, cancellation) is { Size: > 0 } found)
        {
            // A recorder that has just brought the file is about to say so, and knows to the millisecond from when to when it is.
            if (!isAtWork || time.GetUtcNow() - found.ModifiedAt >= times.LostAfter)
                await updates.FoundAsync(db, egress, found.Size, found.ModifiedAt, cancellation);
        }
        // What would keep a call's recording from being finished goes on until LiveKit says something; one voice does not.
        else if (!isAtWork || (egress.Kind == EgressKind.Track && time.GetUtcNow() - silentSince > times.GiveUpAfter))
            await updates.FailAsync(db, egress, words, cancellation);
    }

    [LoggerMessage(LogLevel.Warning, "How egress {Egress} stands could not be found out: {Reason}")]
    private partial void LogFailed(Guid egress, string reason);
}
