using System.Collections.Concurrent;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.IntegrationTests.Calls;

/// <summary>Two portals on one database; the founder's page is connected to one of them, the coach's to the other.</summary>
public sealed class TwoNodesTests(TwoNodesTests.Nodes nodes) : IClassFixture<TwoNodesTests.Nodes>
{
    private Portal One => nodes;

    private Portal Other => nodes.Second;

    [Fact]
    public async Task Enter_OnEitherNode_BothPagesAreToldOfBoth()
    {
        var session = await One.ASessionAsync();
        await using var founder = await One.EntersAsync(One.Founder, session.Id);
        await using var coach = await Other.EntersAsync(Other.Coach, session.Id);

        await founder.Hub.StateAsync(s => s["people"]!.AsArray().Count == 2);
        Assert.Equal(2, coach.State["people"]!.AsArray().Count);

        Assert.Equal(System.Net.HttpStatusCode.NoContent, await Other.LeavesAsync(Other.Coach, coach.Participation));
        await founder.Hub.StateAsync(s => s["people"]!.AsArray().Count == 1);
    }

    [Fact]
    public async Task Signal_ToAPageOnTheOtherNode_ArrivesWithItsSenderInOrderAndOnce()
    {
        var session = await One.ASessionAsync();
        await using var founder = await One.EntersAsync(One.Founder, session.Id);
        await using var coach = await Other.EntersAsync(Other.Coach, session.Id);

        for (var i = 0; i < 60; i++)
            await founder.Hub.InvokeAsync("Signal", coach.Participation, $$"""{"candidate":{{i}}}""");

        for (var i = 0; i < 60; i++)
        {
            var signal = await coach.Hub.NextAsync("signal");
            Assert.Equal(founder.Participation, (Guid)signal[0]!);
            Assert.Equal($$"""{"candidate":{{i}}}""", (string)signal[1]!);
        }
        await coach.Hub.InvokeAsync("Signal", founder.Participation, """{"answer":1}""");
        Assert.Equal("""{"answer":1}""", (string)(await founder.Hub.NextAsync("signal"))[1]!);
        Assert.DoesNotContain("signal", Waiting(coach.Hub));
    }

    [Fact]
    public async Task Signal_OfTheLargestSize_CrossesTheNodes()
    {
        var session = await One.ASessionAsync();
        await using var founder = await One.EntersAsync(One.Founder, session.Id);
        await using var coach = await Other.EntersAsync(Other.Coach, session.Id);
        var largest = new string('x', CoachingPortal.Calls.CallHub.MaxSignal);

        await founder.Hub.InvokeAsync("Signal", coach.Participation, largest);

        Assert.Equal(largest, (string)(await coach.Hub.NextAsync("signal"))[1]!);
    }

    [Fact]
    public async Task Signal_ToAnotherCallOnTheOtherNode_DoesNotArrive()
    {
        var mine = await One.ASessionAsync();
        var theirs = await One.ASessionAsync(One.OtherCoach, One.OtherFounder);
        await using var founder = await One.EntersAsync(One.Founder, mine.Id);
        await using var stranger = await Other.EntersAsync(Other.OtherCoach, theirs.Id);
        await using var helper = await One.EntersAsync(One.OtherFounder, theirs.Id);

        await founder.Hub.InvokeAsync("Signal", stranger.Participation, "{}");
        await helper.Hub.InvokeAsync("Signal", stranger.Participation, """{"from":"inside"}""");

        Assert.Equal(helper.Participation, (Guid)(await stranger.Hub.NextAsync("signal"))[0]!);
    }

    [Fact]
    public async Task Media_SaidOnOneNode_IsToldOnTheOtherAndKeptForThoseWhoComeLater()
    {
        var session = await One.ASessionAsync();
        await using var founder = await One.EntersAsync(One.Founder, session.Id);
        await founder.Hub.InvokeAsync("Media", new { microphone = true, camera = false, screen = true });
        await using var coach = await Other.EntersAsync(Other.Coach, session.Id);
        var kept = coach.State["people"]![0]!["media"]!;
        Assert.Equal((true, false, true), ((bool)kept["microphone"]!, (bool)kept["camera"]!, (bool)kept["screen"]!));

        await founder.Hub.InvokeAsync("Media", new { microphone = false, camera = true, screen = false });

        var told = (await coach.Hub.StateAsync(s => (bool)s["people"]![0]!["media"]!["camera"]!))["people"]![0]!["media"]!;
        Assert.Equal((false, true, false), ((bool)told["microphone"]!, (bool)told["camera"]!, (bool)told["screen"]!));
    }

    [Fact]
    public async Task Caption_SaidOnOneNode_IsReadOnTheOther()
    {
        var session = await One.ASessionAsync();
        await using var founder = await One.EntersAsync(One.Founder, session.Id, new { consents = new { transcript = true } });
        await using var coach = await Other.EntersAsync(Other.Coach, session.Id);
        var now = DateTimeOffset.UtcNow;

        await founder.Hub.InvokeAsync("Caption", new { key = "1", text = "We ship on Friday", startedAt = now.AddSeconds(-2), endedAt = now });

        var caption = (await coach.Hub.NextAsync("caption"))[0]!;
        Assert.Equal(("We ship on Friday", "founder"), ((string)caption["text"]!, (string)caption["role"]!));
    }

    [Fact]
    public async Task SecondTab_OnTheOtherNode_MovesTheCallThere()
    {
        var session = await One.ASessionAsync();
        await using var here = await One.EntersAsync(One.Founder, session.Id, new { tabId = "one" });

        await using var there = await Other.EntersAsync(Other.Founder, session.Id, new { tabId = "two" });

        await here.Hub.NextAsync("replaced");
        Assert.Single(there.State["people"]!.AsArray());
    }

    [Fact]
    public async Task CallEnds_TwoSchedulers_EachStepRunsOnce()
    {
        for (var i = 0; i < 5; i++)
        {
            var session = await One.ASessionAsync();
            await using var founder = await One.EntersAsync(One.Founder, session.Id);
            await using var coach = await Other.EntersAsync(Other.Coach, session.Id);
            await Task.WhenAll(One.LeavesAsync(One.Founder, founder.Participation), Other.LeavesAsync(Other.Coach, coach.Participation));
            var call = await One.InDbAsync(db => db.Calls.SingleAsync(c => c.SessionId == session.Id));
            await CallSteps.EventuallyAsync(
                () => One.InDbAsync(async db => await db.PostCallSteps.AnyAsync(s => s.CallId == call.Id) && !await db.PostCallSteps.AnyAsync(s => s.CallId == call.Id && s.Status != StepStatus.Done)), "the work after the call");

            Assert.Equal(1, nodes.Probe.RunsOf(call.Id));
        }
    }

    [Fact]
    public async Task Message_SentWhileTheListenerWasAway_ArrivesWhenItIsBack()
    {
        var session = await One.ASessionAsync();
        await using var founder = await One.EntersAsync(One.Founder, session.Id);
        await using var coach = await Other.EntersAsync(Other.Coach, session.Id);
        // Heard once, so that both nodes know what they have.
        await founder.Hub.InvokeAsync("Signal", coach.Participation, "\"before\"");
        await coach.Hub.NextAsync("signal");

        var ended = await One.InDbAsync(db => db.Database.SqlQuery<bool>(
            $"select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query in ('listen hub_message', 'select 1')").ToListAsync());
        Assert.NotEmpty(ended);
        await founder.Hub.InvokeAsync("Signal", coach.Participation, "\"meanwhile\"");

        Assert.Equal("\"meanwhile\"", (string)(await coach.Hub.NextAsync("signal"))[1]!);
    }

    private static IEnumerable<string> Waiting(HubClient hub)
    {
        while (hub.Events.TryRead(out var e))
            yield return e.Target;
    }

    public sealed class Nodes(PostgresServer postgres) : Portal(postgres), IAsyncLifetime
    {
        public Portal Second { get; private set; } = null!;

        public CountingStep Probe { get; } = new();

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await InitializeAsync();
            Second = Again(ConfigureServices);
            _ = Second.Server;
        }

        protected override void ConfigureServices(IServiceCollection services) => services.AddSingleton<IPostCallStep>(Probe);

        public override async ValueTask DisposeAsync()
        {
            await Second.DisposeAsync();
            await base.DisposeAsync();
        }
    }

    public sealed class CountingStep : IPostCallStep
    {
        private readonly ConcurrentDictionary<Guid, int> runs = new();

        public string Name => "probe-counting";

        public string Title => "Counting";

        public int RunsOf(Guid callId) => runs.GetValueOrDefault(callId);

        public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
        {
            runs.AddOrUpdate(callId, 1, (_, n) => n + 1);
            // Long enough for the other node to begin the same, if nothing kept it from that.
            await Task.Delay(300, cancellation);
        }
    }
}
