using System.Diagnostics;
using System.Security.Cryptography;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Google.Protobuf;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Calls.LiveKit;

/// <summary>
/// Applies what LiveKit has posted, whichever portal it reached. Each event is applied once, but whoever applies one takes
/// it as if it could come twice, late or out of order. What fails is tried again for a few minutes.
/// </summary>
public sealed partial class LiveKitEvents(
    LiveKitEventHandlers handlers, IDbContextFactory<PortalDb> databases, TimeProvider time, ILogger<LiveKitEvents> log) : BackgroundService
{
    /// <summary>How long applied events are kept, for whoever looks for what happened.</summary>
    internal static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const int LongestName = 100;
    private const int MostAttempts = 10;

    /// <summary>Another portal's events wait for this one when that one dies.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan PurgeEvery = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim news = new(0, 1);
    private DateTimeOffset lastPurge;

    /// <summary>Keeps the event, unless it is kept already, and has it applied soon.</summary>
    public async Task KeepAsync(WebhookEvent happened, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var body = happened.ToByteArray();
        // Old servers give no id; the same event is then the same bytes.
        var id = IsPlain(happened.Id) ? happened.Id : Convert.ToHexString(SHA256.HashData(body));
        var name = IsPlain(happened.Event) ? happened.Event : "unknown";
        var at = happened.CreatedAt is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(happened.CreatedAt) : now;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        var isNew = await db.Database.ExecuteSqlAsync(
            $"""
            insert into livekit_events (id, name, happened_at, received_at, body, next_attempt_at) values ({id}, {name}, {at}, {now}, {body}, {now})
            on conflict (id) do nothing
            """,
            cancellation) > 0;
        Telemetry.Webhooks.Add(1, new KeyValuePair<string, object?>("outcome", isNew ? "kept" : "repeated"));
        if (isNew)
            Wake();
        else
            LogRepeated(name, id);
    }

    /// <summary>Applies everything that is due.</summary>
    internal async Task ApplyDueAsync(CancellationToken cancellation)
    {
        while (await ApplyOneAsync(cancellation))
        {
        }
    }

    public override void Dispose()
    {
        news.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ApplyDueAsync(stoppingToken);
                await PurgeAsync(stoppingToken);
                await news.WaitAsync(LookEvery, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogLookFailed(e);
                await Task.Delay(LookEvery, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static bool IsPlain(string text) => text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    private void Wake()
    {
        try
        {
            news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to look.
        }
    }

    /// <returns>False when nothing is due.</returns>
    private async Task<bool> ApplyOneAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var kept = (await db.LiveKitEvents.FromSql(
            $"select * from livekit_events where next_attempt_at <= {now} order by next_attempt_at, id limit 1 for update skip locked").AsNoTracking().ToListAsync(cancellation)).SingleOrDefault();
        if (kept is null)
            return false;
        using var activity = Telemetry.Activities.StartActivity($"webhook {kept.Name}")?.SetTag("portal.webhook.id", kept.Id);
        string? outcome = null;
        await transaction.CreateSavepointAsync("claimed", cancellation);
        try
        {
            await handlers.ApplyAsync(db, WebhookEvent.Parser.ParseFrom(kept.Body), kept, cancellation);
            await db.LiveKitEvents.Where(e => e.Id == kept.Id).ExecuteUpdateAsync(
                u => u.SetProperty(e => e.AppliedAt, time.GetUtcNow()).SetProperty(e => e.NextAttemptAt, (DateTimeOffset?)null).SetProperty(e => e.Attempts, kept.Attempts + 1), cancellation);
            outcome = "applied";
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            await transaction.RollbackToSavepointAsync("claimed", cancellation);
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            var next = kept.Attempts + 1 < MostAttempts ? now.AddSeconds(Math.Min(60, Math.Pow(2, kept.Attempts))) : (DateTimeOffset?)null;
            await db.LiveKitEvents.Where(x => x.Id == kept.Id).ExecuteUpdateAsync(
                u => u.SetProperty(x => x.NextAttemptAt, next).SetProperty(x => x.Attempts, kept.Attempts + 1), cancellation);
            outcome = next is null ? "given_up" : null;
            if (next is null)
                LogGivenUp(e, kept.Name, kept.Id);
            else
                LogFailed(e, kept.Name, kept.Id, kept.Attempts + 1);
        }
        await transaction.CommitAsync(cancellation);
        if (outcome is not null)
            Telemetry.WebhookLag.Record((time.GetUtcNow() - kept.ReceivedAt).TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
        return true;
    }

    private async Task PurgeAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now - lastPurge < PurgeEvery)
            return;
        lastPurge = now;
        await using var db = await databases.CreateDbContextAsync(cancellation);
        await db.LiveKitEvents.Where(e => e.NextAttemptAt == null && e.ReceivedAt < now - Kept).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Webhook {Name} {EventId} came again and is ignored")]
    private partial void LogRepeated(string name, string eventId);

    [LoggerMessage(LogLevel.Warning, "Webhook {Name} {EventId} could not be applied (attempt {Attempt}); it is tried again")]
    private partial void LogFailed(Exception exception, string name, string eventId, int attempt);

    [LoggerMessage(LogLevel.Error, "Webhook {Name} {EventId} could not be applied and is given up")]
    private partial void LogGivenUp(Exception exception, string name, string eventId);

    [LoggerMessage(LogLevel.Error, "Looking for webhooks to apply failed; the next look tries again")]
    private partial void LogLookFailed(Exception exception);
}
