using System.Collections.Concurrent;
using CoachingPortal.Calls.PostCall;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Calls;

public sealed class PostCallTests(PostCallTests.PortalWithProbes portal) : IClassFixture<PostCallTests.PortalWithProbes>
{
    private const string Fragile = "probe-fragile";
    private const string Solid = "probe-solid";

    public sealed class PortalWithProbes(PostgresServer postgres) : Portal(postgres)
    {
        public ProbeStep FragileStep { get; } = new(Fragile);
        public ProbeStep SolidStep { get; } = new(Solid);

        protected override void ConfigureServices(IServiceCollection services)
        {
            services.AddSingleton<IPostCallStep>(FragileStep);
            services.AddSingleton<IPostCallStep>(SolidStep);
        }
    }

    /// <summary>Counts its runs, and fails as often as it is told to.</summary>
    public sealed class ProbeStep(string name) : IPostCallStep
    {
        private readonly ConcurrentDictionary<Guid, int> runs = new();
        private readonly ConcurrentDictionary<Guid, Exception> faults = new();

        public string Name => name;

        public string Title => "Probing";

        public int RunsOf(Guid callId) => runs.GetValueOrDefault(callId);

        public void Breaks(Guid sessionId, Exception fault) => faults[sessionId] = fault;

        public void Heals(Guid sessionId) => faults.TryRemove(sessionId, out _);

        public Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
        {
            runs.AddOrUpdate(callId, 1, (_, n) => n + 1);
            return faults.TryGetValue(sessionId, out var fault) ? Task.FromException(fault) : Task.CompletedTask;
        }
    }

    [Fact]
    public async Task CallEnds_EveryStep_RunsOnceInOrderByItself()
    {
        var (_, callId) = await AnEndedCallAsync();

        await DoneAsync(callId, Fragile);
        await DoneAsync(callId, Solid);

        Assert.Equal((1, 1), (portal.FragileStep.RunsOf(callId), portal.SolidStep.RunsOf(callId)));
        var rows = await RowsAsync(callId);
        Assert.Equal(["assemble-recording"], rows.Take(1).Select(r => r.Name));
        Assert.All(rows, r => Assert.Equal((StepStatus.Done, 1, (string?)null), (r.Status, r.Attempts, r.Error)));
    }

    [Fact]
    public async Task Step_Fails_SaysWhyBlocksNothingAndIsTriedAgainAlone()
    {
        var session = await portal.ASessionAsync();
        portal.FragileStep.Breaks(session.Id, new StepFailedException("The store is full."));
        var callId = await EndACallAsync(session.Id);

        await DoneAsync(callId, Solid);
        await CallSteps.EventuallyAsync(async () => (await RowAsync(callId, Fragile)).Status == StepStatus.Failed, "the failed step");
        var failed = await RowAsync(callId, Fragile);
        Assert.Equal("The store is full.", failed.Error);
        Assert.NotNull(failed.NextAttemptAt);

        portal.FragileStep.Heals(session.Id);
        await DoneAsync(callId, Fragile);

        Assert.Equal((2, 1), (portal.FragileStep.RunsOf(callId), portal.SolidStep.RunsOf(callId)));
        Assert.Null((await RowAsync(callId, Fragile)).Error);
    }

    [Fact]
    public async Task Step_FailsTooOften_StaysFailedUntilAPersonRetries()
    {
        var session = await portal.ASessionAsync();
        portal.FragileStep.Breaks(session.Id, new InvalidOperationException("secret detail"));
        var callId = await EndACallAsync(session.Id);
        await CallSteps.EventuallyAsync(async () => (await RowAsync(callId, Fragile)).Status == StepStatus.Failed, "the failed step");
        await portal.InDbAsync(db => db.PostCallSteps.Where(s => s.CallId == callId && s.Name == Fragile)
            .ExecuteUpdateAsync(u => u.SetProperty(s => s.Attempts, PostCallRunner.MaxAttempts - 1).SetProperty(s => s.NextAttemptAt, DateTimeOffset.UtcNow)));

        await CallSteps.EventuallyAsync(
            async () =>
            {
                await portal.Get<PostCallRunner>().RunAsync(callId);
                return (await RowAsync(callId, Fragile)) is { Status: StepStatus.Failed, NextAttemptAt: null };
            },
            "giving up");
        var last = await RowAsync(callId, Fragile);
        Assert.Equal(PostCallRunner.MaxAttempts, last.Attempts);
        Assert.DoesNotContain("secret", last.Error!, StringComparison.Ordinal);

        portal.FragileStep.Heals(session.Id);
        foreach (var stranger in new[] { portal.Founder, portal.OtherCoach, portal.Admin })
            Assert.False(await RetryAsync(callId, stranger));
        Assert.True(await RetryAsync(callId, portal.Coach));
        await DoneAsync(callId, Fragile);
        Assert.False(await RetryAsync(callId, portal.Coach));
    }

    private Task<bool> RetryAsync(Guid callId, Person person) => portal.Get<PostCallQueue>().RetryAsync(callId, Fragile, new(person.Id, person.Role, person.Name));

    [Fact]
    public async Task Step_LeftRunningByADeadPortal_IsPickedUp()
    {
        var (_, callId) = await AnEndedCallAsync();
        await DoneAsync(callId, Solid);
        await portal.InDbAsync(db => db.PostCallSteps.Where(s => s.CallId == callId && s.Name == Solid).ExecuteUpdateAsync(u => u.SetProperty(s => s.Status, StepStatus.Running)));

        await portal.Get<PostCallQueue>().WakeDueAsync();

        await DoneAsync(callId, Solid);
        Assert.Equal((1, 2), (portal.FragileStep.RunsOf(callId), portal.SolidStep.RunsOf(callId)));
    }

    [Fact]
    public async Task Run_ByTwoAtOnce_RunsEachStepOnce()
    {
        var session = await portal.ASessionAsync();
        var callId = await EndACallAsync(session.Id);

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => portal.Get<PostCallRunner>().RunAsync(callId)));
        await DoneAsync(callId, Solid);

        Assert.Equal((1, 1), (portal.FragileStep.RunsOf(callId), portal.SolidStep.RunsOf(callId)));
    }

    private async Task<(CoachingSession Session, Guid CallId)> AnEndedCallAsync()
    {
        var session = await portal.ASessionAsync();
        return (session, await EndACallAsync(session.Id));
    }

    private async Task<Guid> EndACallAsync(Guid sessionId)
    {
        await using var founder = await portal.EntersAsync(portal.Founder, sessionId);
        await portal.LeavesAsync(portal.Founder, founder.Participation);
        return (Guid)founder.State["callId"]!;
    }

    private Task DoneAsync(Guid callId, string name) =>
        CallSteps.EventuallyAsync(async () => (await RowAsync(callId, name)).Status == StepStatus.Done, name + " done");

    private Task<PostCallStep> RowAsync(Guid callId, string name) => portal.InDbAsync(db => db.PostCallSteps.AsNoTracking().SingleAsync(s => s.CallId == callId && s.Name == name));

    private Task<List<PostCallStep>> RowsAsync(Guid callId) =>
        portal.InDbAsync(db => db.PostCallSteps.AsNoTracking().Where(s => s.CallId == callId).OrderBy(s => s.Position).ToListAsync());
}
