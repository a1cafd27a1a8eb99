using System.Collections.Concurrent;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Recordings.Egress;

/// <summary>
/// While a call is recorded, has each microphone recorded on its own too, of whoever agrees to a transcript: so a
/// transcript tells who spoke. Whenever something may have changed it asks LiveKit who sends what, for only LiveKit knows.
/// Nothing waits for it.
/// </summary>
public sealed partial class EgressVoices(
    EgressGate gate, LiveKitServer server, SessionFeed feed, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<EgressVoices> log) : BackgroundService
{
    private const int LongestTrackId = 100;

    private readonly ConcurrentDictionary<Guid, bool> due = new();
    private readonly SemaphoreSlim news = new(0, 1);

    /// <summary>Has it look at the session's call.</summary>
    public void LookSoon(Guid sessionId)
    {
        if (!gate.TakesVoices || sessionId == Guid.Empty)
            return;
        due[sessionId] = true;
        try
        {
            news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to.
        }
    }

    /// <summary>Looks at every call that is being recorded.</summary>
    internal async Task LookEverywhereAsync(CancellationToken cancellation)
    {
        if (!gate.TakesVoices)
            return;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        foreach (var sessionId in await db.VoiceSpans().Select(s => s.SessionId).ToListAsync(cancellation))
            await LookAsync(sessionId, cancellation);
    }

    public override void Dispose()
    {
        news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!gate.TakesVoices)
            return;
        using var subscription = feed.Subscribe(null, (sessionId, change) =>
        {
            if (change is SessionChange.Recording or SessionChange.Consent)
                LookSoon(sessionId);
            return Task.CompletedTask;
        });
        while (!stoppingToken.IsCancellationRequested)
        {
            await news.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var now = due.Keys.Where(id => due.TryRemove(id, out _)).ToList();
            await Task.WhenAll(now.Select(id => LookAsync(id, stoppingToken))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task LookAsync(Guid sessionId, CancellationToken cancellation)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellation);
            if (await db.VoiceSpans().SingleOrDefaultAsync(s => s.SessionId == sessionId, cancellation) is not { } span)
                return;
            var agree = await db.WhoMayBeHeardAloneAsync(sessionId, gate.VoicesGoTo, time.GetUtcNow(), cancellation);
            if (agree.Count == 0)
                return;
            var known = await db.Egresses.Where(e => e.SegmentId == span.SegmentId && e.Kind == EgressKind.Track && e.StopWantedAt == null).Select(e => e.TrackId).ToListAsync(cancellation);
            var answer = await server.Rooms.ListParticipants(new() { Room = span.RoomName }, cancellation);
            foreach (var participant in answer.Participants)
                foreach (var track in participant.Tracks.Where(t => IsMicrophone(t) && !known.Contains(t.Sid)))
                    if (await PersonAsync(db, span, participant, cancellation) is { } whose && agree.ContainsKey(whose.PersonId))
                        await WantAsync(whose, track.Sid, cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            // The reconciliation looks again.
            LogFailed(sessionId, e is LiveKitException ? e.Message : e.ToString());
        }
    }

    private async Task WantAsync(Participation whose, string trackId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        if (!await db.WantVoiceAsync(whose, trackId, gate.VoicesGoTo, time.GetUtcNow(), cancellation))
            return;
        await transaction.CommitAsync(cancellation);
        LogWanted(trackId, whose.PersonId, whose.SessionId);
    }

    private static bool IsMicrophone(TrackInfo track) =>
        track is { Type: TrackType.Audio, Source: TrackSource.Microphone, Sid.Length: > 0 and <= LongestTrackId };

    private static async Task<Participation?> PersonAsync(PortalDb db, VoiceSpan span, ParticipantInfo participant, CancellationToken cancellation)
    {
        if (participant.Kind != ParticipantInfo.Types.Kind.Standard || !Guid.TryParse(participant.Identity, out var personId)
            || !participant.Attributes.TryGetValue(LiveKitServer.ParticipationAttribute, out var text) || !Guid.TryParse(text, out var id))
            return null;
        return await db.Participations.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id && p.PersonId == personId && p.CallId == span.CallId && p.EndedAt == null, cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Microphone {TrackId} of person {PersonId} in session {SessionId} is to be recorded on its own")]
    private partial void LogWanted(string trackId, Guid personId, Guid sessionId);

    [LoggerMessage(LogLevel.Warning, "Whose microphones are on in session {SessionId} could not be found out: {Reason}")]
    private partial void LogFailed(Guid sessionId, string reason);
}
