using CoachingPortal.Accounts;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.Transcripts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls;

/// <summary>
/// The pages' line to the portal and to each other during a direct call. It carries signals between browsers, never
/// sound or pictures. A connection may do nothing before <see cref="Enter"/>, and then only within its own call.
/// </summary>
[Authorize(Policy = Policies.Member)]
public sealed class CallHub(
    CallLifecycle lifecycle, CallConnections connections, CallRelay relay, CallStates states, Turns turns, LiveKitTickets tickets, EgressLevels egressLevels, ConnectionLog connectionLog, IDbContextFactory<PortalDb> databases, TimeProvider time) : Hub
{
    /// <summary>Of one signal, in characters; a session description with many candidates has some 10 thousand.</summary>
    public const int MaxSignal = 64 * 1024;

    /// <summary>Of a whole message: a signal with every character escaped once, and its envelope.</summary>
    public const int MaxMessage = 2 * MaxSignal + 4096;

    public static string GroupOf(Guid sessionId) => $"session:{sessionId}";

    public static string GroupOfParticipation(Guid participationId) => $"participation:{participationId}";

    private Caller Me => Caller.From(Context.User!);

    /// <exception cref="HubException">The participation is not the caller's, or it has ended; the message says how.</exception>
    public async Task<CallState> Enter(Guid participationId)
    {
        Limit("enter", 1, 10);
        // A page that comes back as a new participation over the same connection is no longer the old one.
        await ForgetAsync();
        var entry = await lifecycle.EnterAsync(Me, participationId, Context.ConnectionAborted);
        if (entry.Participation is not { } mine)
            throw new HubException($"This connection cannot be in the call ({entry.Refusal}).");

        await Groups.AddToGroupAsync(Context.ConnectionId, GroupOf(mine.SessionId));
        await Groups.AddToGroupAsync(Context.ConnectionId, GroupOfParticipation(mine.Id));
        connections.Add(new(Context.ConnectionId, mine.Id, mine.SessionId, mine.PersonId) { LastPing = time.GetUtcNow() });
        return await states.OfAsync(mine.SessionId, Context.ConnectionAborted) ?? throw new HubException("This session is no longer there.");
    }

    /// <summary>The heartbeat.</summary>
    /// <param name="clientMs">The page's clock; the page measures the way there and back with it.</param>
    /// <returns>The portal's clock, in milliseconds since 1970.</returns>
    /// <exception cref="HubException">The participation has ended meanwhile.</exception>
    public async Task<long> Ping(double clientMs)
    {
        _ = clientMs;
        Limit("ping", 5, 20);
        var connection = Entered();
        var now = time.GetUtcNow();
        // Pages ping a few times in a row to measure the clocks' distance: one of them is sign of life enough.
        if (now - connection.LastPing >= TimeSpan.FromSeconds(1))
        {
            if (!await lifecycle.TouchAsync(connection.ParticipationId, connection.PersonId, Context.ConnectionAborted))
                throw new HubException("This connection cannot be in the call (ended).");
            connection.LastPing = now;
        }
        return time.GetUtcNow().ToUnixTimeMilliseconds();
    }

    /// <summary>Hands a signal to another participant of the same call. One who has just left simply does not get it.</summary>
    public async Task Signal(Guid toParticipationId, string json)
    {
        Limit("signal", 100, 500);
        var connection = Entered();
        if (json is not { Length: > 0 and <= MaxSignal })
            throw new HubException($"A signal has 1 to {MaxSignal} characters.");
        if (connections.OfSession(connection.SessionId).Any(c => c.ParticipationId == toParticipationId))
            await Clients.Group(GroupOfParticipation(toParticipationId)).SendAsync("signal", connection.ParticipationId, json);
        else if (await IsInCallAsync(toParticipationId, connection.SessionId))
            await relay.SendElsewhereAsync(GroupOfParticipation(toParticipationId), "signal", connection.ParticipationId, json);
    }

    /// <summary>Tells everyone what this participant sends.</summary>
    public async Task Media(MediaState state)
    {
        Limit("media", 5, 30);
        var connection = Entered();
        if (state is null)
            throw new HubException("Say what is sent: microphone, camera, screen.");
        await using var db = await databases.CreateDbContextAsync(Context.ConnectionAborted);
        await db.Participations.Where(p => p.Id == connection.ParticipationId && p.EndedAt == null).ExecuteUpdateAsync(
            u => u.SetProperty(p => p.Microphone, state.Microphone).SetProperty(p => p.MutedAt, p => state.Microphone ? null : p.MutedAt ?? time.GetUtcNow()).SetProperty(p => p.Camera, state.Camera).SetProperty(p => p.Screen, state.Screen), Context.ConnectionAborted);
        // As part of the whole state, not as a message of its own: that could overtake, or be overtaken by, a state read before.
        await SessionFeed.PublishAsync(db, connection.SessionId, SessionChange.Media, Context.ConnectionAborted);
    }

    /// <summary>Keeps what the caller said, and shows it to everyone in the call.</summary>
    /// <returns>
    /// Null; or why it will never be kept: the caller was muted when it was said, or has not agreed to a transcript, or the
    /// caption is out of bounds.
    /// </returns>
    /// <exception cref="HubException">It cannot be kept now; sent again, it may be.</exception>
    public Task<string?> Caption(TurnInput caption) => KeepAsync(caption, ofFred: false);

    /// <summary>Keeps what FRED's agent said by voice, as the founder's page heard it from LiveKit, and shows it to everyone in the call.</summary>
    /// <returns>
    /// Null; or why it will never be kept: this is no call with FRED's voice, or the caller is not its founder or has not agreed
    /// to a transcript, or the caption is out of bounds.
    /// </returns>
    /// <exception cref="HubException">It cannot be kept now; sent again, it may be.</exception>
    public Task<string?> FredSaid(TurnInput caption) => KeepAsync(caption, ofFred: true);

    private async Task<string?> KeepAsync(TurnInput caption, bool ofFred)
    {
        Limit("caption", 3, 30);
        var connection = Entered();
        if (caption is null)
            throw new HubException("There is no caption.");
        await using var db = await databases.CreateDbContextAsync(Context.ConnectionAborted);
        await using var transaction = await db.Database.BeginTransactionAsync(Context.ConnectionAborted);
        var found = await db.Participations.AsNoTracking()
            .Where(p => p.Id == connection.ParticipationId && p.EndedAt == null)
            .Join(db.Sessions.AsNoTracking().Where(s => s.DeletedAt == null && s.CancelledAt == null), p => p.SessionId, s => s.Id, (p, s) => new { p.CallId, p.Microphone, p.MutedAt, Session = s })
            .SingleOrDefaultAsync(Context.ConnectionAborted) ?? throw new HubException("This connection cannot be in the call (ended).");
        if (ofFred && (connection.PersonId != found.Session.FounderId || !tickets.BringsFred(found.Session.CallType)))
            return "FRED has no voice here, or this is not the founder's page.";
        // What was said before the mute may come after it.
        if (!ofFred && found.Microphone is false && !(caption.StartedAt < found.MutedAt))
            return "You are muted: nothing you say is written down.";
        Turn? turn;
        try
        {
            turn = await turns.AddAsync(db, found.Session, ofFred ? null : connection.PersonId, ofFred ? TurnSource.Agent : TurnSource.Caption, caption, found.CallId, Context.ConnectionAborted);
        }
        catch (ArgumentException e)
        {
            return e.Message;
        }
        if (turn is null)
            return "You have not agreed to a transcript: nothing you say is written down.";
        await transaction.CommitAsync(Context.ConnectionAborted);
        await relay.SendAsync(GroupOf(connection.SessionId), "caption", new { TurnId = turn.Id, turn.PersonId, turn.Speaker, turn.Role, turn.Text, turn.StartedAt });
        return null;
    }

    /// <summary>How loud the caller's microphone was while LiveKit's Egress recorded; when it does not, nothing is kept.</summary>
    /// <param name="startedAt">Of the first level, by the portal's clock.</param>
    /// <param name="levels">From 0 to 255, one a tenth of a second, at most a minute of them.</param>
    public async Task Levels(DateTimeOffset startedAt, byte[] levels)
    {
        Limit("levels", 1, 10);
        var connection = Entered();
        if (levels is not { Length: > 0 and <= EgressLevels.Most })
            throw new HubException($"Say 1 to {EgressLevels.Most} levels at once.");
        await egressLevels.KeepAsync(connection.ParticipationId, startedAt, levels, Context.ConnectionAborted);
    }

    /// <summary>How good the caller's connection was; scored here, so that page and session page agree.</summary>
    /// <param name="readings">At most five minutes of them, one a five seconds.</param>
    /// <exception cref="HubException">One of them is out of bounds, or the participation has ended: none was kept.</exception>
    public async Task<ConnectionAnswer> Quality(IReadOnlyList<ConnectionReading> readings)
    {
        Limit("quality", 1, 10);
        var connection = Entered();
        try
        {
            return await connectionLog.KeepAsync(connection.ParticipationId, readings, Context.ConnectionAborted)
                ?? throw new HubException("This connection cannot be in the call (ended).");
        }
        catch (ArgumentException e)
        {
            throw new HubException(e.Message);
        }
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        var connection = connections.Remove(Context.ConnectionId);
        if (connection is not null && !connections.IsConnected(connection.ParticipationId))
            await lifecycle.TouchAsync(connection.ParticipationId, connection.PersonId);
    }

    private CallConnection Entered() =>
        connections.Find(Context.ConnectionId) ?? throw new HubException("This connection is not in a call.");

    private async Task<bool> IsInCallAsync(Guid participationId, Guid sessionId)
    {
        await using var db = await databases.CreateDbContextAsync(Context.ConnectionAborted);
        return await db.Participations.AnyAsync(p => p.Id == participationId && p.SessionId == sessionId && p.JoinedAt != null && p.EndedAt == null, Context.ConnectionAborted);
    }

    private async Task ForgetAsync()
    {
        if (connections.Remove(Context.ConnectionId) is not { } before)
            return;
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, GroupOfParticipation(before.ParticipationId));
        await Groups.RemoveFromGroupAsync(Context.ConnectionId, GroupOf(before.SessionId));
    }

    private void Limit(string what, double perSecond, double burst)
    {
        if (!Context.Items.TryGetValue(what, out var bucket))
            Context.Items[what] = bucket = new TokenBucket(perSecond, burst, time);
        if (!((TokenBucket)bucket!).TryTake())
            throw new HubException("Too much at once; slow down.");
    }
}
