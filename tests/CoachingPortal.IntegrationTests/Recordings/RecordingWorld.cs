using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CoachingPortal.IntegrationTests.Recordings;

/// <summary>A portal whose clock the test can push on, with words for what happens in a recorded call.</summary>
public class RecordingWorld(PostgresServer postgres) : Portal(postgres)
{
    public MovableClock Clock { get; } = new();

    /// <summary>Nobody here is connected: the sweep would end their part in the call when the clock is pushed on.</summary>
    protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Recording:LateChunks"] = "00:00:00",
        ["Calls:Grace"] = "00:10:00",
        ["Calls:SweepEvery"] = "01:00:00",
    };

    protected override void ConfigureServices(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(Clock));

    /// <summary>Of the calls made here.</summary>
    protected virtual CallTransport Transport => CallTransport.Direct;

    /// <summary>A call of a new session with nobody in it.</summary>
    public async Task<Call> ACallAsync(bool requested = true, Person? founder = null, Person? coach = null)
    {
        var session = await ASessionAsync(coach, founder, s => s.RecordingRequestedAt = requested ? Clock.GetUtcNow() : null);
        var call = new Call { SessionId = session.Id, Transport = Transport, StartedAt = Clock.GetUtcNow() };
        await InDbAsync(async db =>
        {
            db.Add(call);
            await db.SaveChangesAsync();
        });
        return call;
    }

    /// <summary>Both in, both agreed, asked for: it runs.</summary>
    public async Task<(Call Call, Recording Recording, Guid Founder, Guid Coach)> ARunningRecordingAsync()
    {
        var call = await ACallAsync();
        await SaysAsync(call, Founder, true);
        await SaysAsync(call, Coach, true);
        var founder = await JoinsAsync(call, Founder);
        var coach = await JoinsAsync(call, Coach);
        return (call, (await RecordingOfAsync(call))!, founder, coach);
    }

    public async Task<Guid> JoinsAsync(Call call, Person person)
    {
        var participation = new Participation
        {
            CallId = call.Id,
            SessionId = call.SessionId,
            PersonId = person.Id,
            Role = person.Role,
            TabId = "tab",
            CreatedAt = Clock.GetUtcNow(),
            JoinedAt = Clock.GetUtcNow(),
            LastSeenAt = Clock.GetUtcNow(),
        };
        await GateAsync(call, (db, _) =>
        {
            db.Add(participation);
            return Task.CompletedTask;
        });
        return participation.Id;
    }

    public Task LeavesAsync(Call call, Guid participationId) => GateAsync(call, (db, _) =>
        db.Participations.Where(p => p.Id == participationId).ExecuteUpdateAsync(u => u.SetProperty(p => p.EndedAt, Clock.GetUtcNow()).SetProperty(p => p.EndReason, EndReason.Left)));

    public Task SaysAsync(Call call, Person person, bool granted) => GateAsync(call, (db, _) =>
        Consents.AnswerAsync(db, call.SessionId, person.Id, ConsentWording.Recording, granted, Clock.GetUtcNow()));

    public Task EndsAsync(Call call) => InTransactionAsync(async db =>
    {
        var now = Clock.GetUtcNow();
        await db.Participations.Where(p => p.CallId == call.Id && p.EndedAt == null).ExecuteUpdateAsync(u => u.SetProperty(p => p.EndedAt, now).SetProperty(p => p.EndReason, EndReason.Left));
        await db.Calls.Where(c => c.Id == call.Id).ExecuteUpdateAsync(u => u.SetProperty(c => c.EndedAt, now));
        await Get<RecordingGate>().EndCallAsync(db, call.Id);
        return true;
    });

    /// <summary>Does something and lets the gate look, in one transaction, as every caller does.</summary>
    public Task GateAsync(Call call, Func<PortalDb, RecordingGate, Task> work) => InTransactionAsync(async db =>
    {
        await work(db, Get<RecordingGate>());
        await Get<RecordingGate>().EvaluateAsync(db, call.SessionId);
        return true;
    });

    public Task<T> InTransactionAsync<T>(Func<PortalDb, Task<T>> work) => InDbAsync(async db =>
    {
        await using var transaction = await db.Database.BeginTransactionAsync();
        var result = await work(db);
        await transaction.CommitAsync();
        return result;
    });

    public Task<RecordingState> StateAsync(Call call) => InDbAsync(async db =>
        await Get<RecordingGate>().StateAsync(db, (await CallFacts.ReadAsync(db, call.SessionId, Get<TimeProvider>().GetUtcNow(), default))!));

    public Task<Recording?> RecordingOfAsync(Call call) => InDbAsync(db => db.Recordings.AsNoTracking()
        .Include(r => r.Segments.OrderBy(s => s.Number)).Include(r => r.Files).SingleOrDefaultAsync(r => r.CallId == call.Id));
}

/// <summary>The real clock, moved by as much as a test asks.</summary>
public sealed class MovableClock : TimeProvider
{
    private long ahead;

    /// <summary>In whole microseconds, as the database keeps them.</summary>
    public override DateTimeOffset GetUtcNow()
    {
        var now = base.GetUtcNow().AddTicks(Interlocked.Read(ref ahead));
        return now.AddTicks(-(now.Ticks % 10));
    }

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);
}
