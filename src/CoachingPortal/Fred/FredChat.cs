using System.Collections.Concurrent;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Fred;

public enum AskOutcome
{
    /// <summary>The question is stored and FRED answers.</summary>
    Asked,

    /// <summary>This question was asked and answered before.</summary>
    Answered,

    /// <summary>Not taken; <see cref="AskResult.Message"/> says why, in words for the person.</summary>
    Refused,

    /// <summary>No such session, or not the caller's.</summary>
    NotFound,
}

public sealed record AskResult(AskOutcome Outcome, string? Message = null, RunningAnswer? Answer = null);

/// <summary>
/// A person's conversation with FRED. The question is stored before anything else happens; the answer is given and
/// stored in the background, whether or not the page that asked is still there.
/// </summary>
public sealed partial class FredChat(
    IDbContextFactory<PortalDb> databases, FredMentor mentor, IOptions<FredOptions> options, TimeProvider time, ILogger<FredChat> log) : IHostedService, IDisposable
{
    public const int MaxQuestion = 4000;
    private const int MaxStored = 32_000;
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<Guid, RunningAnswer> running = new();
    private readonly CancellationTokenSource stopping = new();

    public bool IsOffline => mentor.IsOffline;

    /// <summary>The answer that this person is being given in this session right now.</summary>
    public RunningAnswer? Running(Guid sessionId, Guid personId) =>
        running.TryGetValue(personId, out var answer) && answer.SessionId == sessionId ? answer : null;

    /// <summary>The caller's own conversation in the session, in order; empty when it is not theirs.</summary>
    public async Task<List<ChatMessage>> HistoryAsync(Guid sessionId, Caller caller, CancellationToken cancellation = default)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        return await db.ChatMessages.AsNoTracking()
            .Where(m => m.SessionId == sessionId && m.PersonId == caller.Id && db.Sessions.VisibleTo(caller).Any(s => s.Id == sessionId))
            .OrderBy(m => m.Number).ToListAsync(cancellation);
    }

    /// <summary>Asks FRED. The same <paramref name="clientId"/> again is the same question: it is answered if no answer came.</summary>
    public async Task<AskResult> AskAsync(Guid sessionId, Caller caller, string text, Guid clientId, CancellationToken cancellation = default)
    {
        text = text.Replace("\0", "", StringComparison.Ordinal).Trim();
        if (text.Length == 0)
            return new(AskOutcome.Refused, "Write your question first.");
        if (text.Length > MaxQuestion)
            return new(AskOutcome.Refused, $"That is {text.Length} characters; FRED reads at most {MaxQuestion} at once.");

        var answer = new RunningAnswer(sessionId, caller.Id, clientId);
        while (!running.TryAdd(caller.Id, answer))
        {
            if (!running.TryGetValue(caller.Id, out var other))
                continue;
            return other.ClientId == clientId && other.SessionId == sessionId
                ? new(AskOutcome.Asked, Answer: other)
                : new(AskOutcome.Refused, "FRED is still answering your last question.");
        }
        var started = false;
        try
        {
            var (result, question) = await StoreQuestionAsync(sessionId, caller, text, clientId, cancellation);
            if (question is null)
                return result;
            started = true;
            _ = Task.Run(() => AnswerAsync(question, caller, answer), CancellationToken.None);
            return result with { Answer = answer };
        }
        finally
        {
            if (!started)
                Release(answer, stored: false);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Answers that are nearly there are let finish; what is cut off can be asked again.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (stopping.IsCancellationRequested)
            return; // a host that is disposed of may stop its services twice
        var all = Task.WhenAll(running.Values.Select(a => a.Finished));
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(3), cancellationToken));
        await stopping.CancelAsync();
        await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None));
    }

    public void Dispose()
    {
        if (stopping.IsCancellationRequested)
            return;
        stopping.Cancel();
        stopping.Dispose();
    }

    /// <returns>The question that is to be answered now, if any.</returns>
    private async Task<(AskResult Result, ChatMessage? Question)> StoreQuestionAsync(Guid sessionId, Caller caller, string text, Guid clientId, CancellationToken cancellation)
    {
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var session = await db.Sessions.VisibleTo(caller).AsNoTracking().SingleOrDefaultAsync(s => s.Id == sessionId, cancellation);
        if (session?.RoleOf(caller.Id) is not { } role)
            return (new(AskOutcome.NotFound), null);
        await FredNotes.LockAsync(db, sessionId, caller.Id, cancellation);
        var question = await db.ChatMessages.AsNoTracking()
            .SingleOrDefaultAsync(m => m.SessionId == sessionId && m.PersonId == caller.Id && m.ClientId == clientId, cancellation);
        if (question is not null && await db.ChatMessages.AnyAsync(m => m.ReplyToId == question.Id, cancellation))
            return (new(AskOutcome.Answered), null);
        var now = time.GetUtcNow();
        if (question is null)
        {
            if (await TooManyAsync(db, caller, now, cancellation) is { } refusal)
                return (new(AskOutcome.Refused, refusal), null);
            question = new()
            {
                SessionId = sessionId,
                PersonId = caller.Id,
                Role = role == Role.Coach ? ChatRole.Coach : ChatRole.Founder,
                Text = text,
                CreatedAt = now,
                ClientId = clientId,
            };
            await StoreAsync(db, question, now, cancellation);
            await transaction.CommitAsync(cancellation);
        }
        return (new(AskOutcome.Asked), question);
    }

    private async Task<string?> TooManyAsync(PortalDb db, Caller caller, DateTimeOffset now, CancellationToken cancellation)
    {
        var limit = options.Value.QuestionsInFiveMinutes;
        var since = now - RateWindow;
        var recent = await db.ChatMessages.Where(m => m.PersonId == caller.Id && m.Role != ChatRole.Fred && m.ClientId != null && m.CreatedAt > since)
            .OrderByDescending(m => m.CreatedAt).Take(limit).Select(m => m.CreatedAt).ToListAsync(cancellation);
        if (recent.Count < limit)
            return null;
        var minutes = Math.Max(1, (int)Math.Ceiling((recent[^1] + RateWindow - now).TotalMinutes));
        return $"That was {limit} questions in five minutes. FRED takes the next one in {(minutes == 1 ? "a minute" : $"{minutes} minutes")}.";
    }

    /// <summary>Stores a message and, when its person is not in the call, appends it to the notes at once: nobody will leave later.</summary>
    private static async Task StoreAsync(PortalDb db, ChatMessage message, DateTimeOffset now, CancellationToken cancellation)
    {
        db.ChatMessages.Add(message);
        await db.SaveChangesAsync(cancellation);
        var isPresent = await db.Participations.AnyAsync(
            p => p.SessionId == message.SessionId && p.PersonId == message.PersonId && p.EndedAt == null && p.JoinedAt != null, cancellation);
        if (!isPresent)
            await FredNotes.AppendAsync(db, message.SessionId, message.PersonId, now, cancellation);
        await SessionFeed.PublishAsync(db, message.SessionId, SessionChange.Chat, cancellation);
    }

    private async Task AnswerAsync(ChatMessage question, Caller caller, RunningAnswer answer)
    {
        var stored = false;
        try
        {
            FredContext context;
            await using (var db = await databases.CreateDbContextAsync(stopping.Token))
            {
                var session = await db.Sessions.VisibleTo(caller).AsNoTracking().Include(s => s.Coach).Include(s => s.Founder)
                    .SingleOrDefaultAsync(s => s.Id == question.SessionId, stopping.Token);
                if (session is null)
                    return;
                var number = await db.ChatMessages.Where(m => m.Id == question.Id).Select(m => m.Number).SingleAsync(stopping.Token);
                context = await FredContext.LoadAsync(db, session, caller, number, time.GetUtcNow(), stopping.Token);
            }
            using var activity = Telemetry.Activities.StartActivity("fred answer");
            var startedAt = time.GetTimestamp();
            await foreach (var piece in mentor.AnswerAsync(context, stopping.Token))
                answer.Add(piece);
            await StoreAnswerAsync(question, answer);
            stored = true;
            Telemetry.AnswerDuration.Record(time.GetElapsedTime(startedAt).TotalSeconds, new KeyValuePair<string, object?>("source", answer.IsOffline ? "offline" : "model"));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The portal stops; the question stands and can be asked again.
        }
        catch (Exception e)
        {
            LogFailed(e, question.SessionId);
        }
        finally
        {
            Release(answer, stored);
        }
    }

    private async Task StoreAnswerAsync(ChatMessage question, RunningAnswer answer)
    {
        var text = answer.Text.Replace("\0", "", StringComparison.Ordinal).Trim();
        if (text.Length == 0)
            throw new InvalidOperationException("FRED gave an empty answer.");
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync();
        await using var transaction = await db.Database.BeginTransactionAsync();
        await FredNotes.LockAsync(db, question.SessionId, question.PersonId, CancellationToken.None);
        if (await db.ChatMessages.AnyAsync(m => m.ReplyToId == question.Id))
            return; // another node was asked the same
        var message = new ChatMessage
        {
            SessionId = question.SessionId,
            PersonId = question.PersonId,
            Role = ChatRole.Fred,
            Text = text.Length > MaxStored ? text[..(char.IsHighSurrogate(text[MaxStored - 1]) ? MaxStored - 1 : MaxStored)] : text,
            CreatedAt = now,
            ReplyToId = question.Id,
            IsOffline = answer.IsOffline,
        };
        await StoreAsync(db, message, now, CancellationToken.None);
        await transaction.CommitAsync();
    }

    private void Release(RunningAnswer answer, bool stored)
    {
        running.TryRemove(new(answer.PersonId, answer));
        answer.Finish(stored);
    }

    [LoggerMessage(LogLevel.Error, "FRED's answer in session {SessionId} failed")]
    private partial void LogFailed(Exception exception, Guid sessionId);
}
