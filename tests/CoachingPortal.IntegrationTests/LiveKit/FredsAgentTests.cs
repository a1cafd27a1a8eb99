using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Calls.OnDemand;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>FRED's agent is sent for again where it is missing, a few times, and is never there twice.</summary>
public sealed class FredsAgentTests(FredCallPortal portal) : IClassFixture<FredCallPortal>, IAsyncLifetime
{
    /// <summary>The reconciliation runs when a test has it run.</summary>
    public async ValueTask InitializeAsync() => await (await portal.Get<ISchedulerFactory>().GetScheduler()).PauseTrigger(new TriggerKey("room-reconcile"));

    public ValueTask DisposeAsync()
    {
        portal.LiveKit.Works();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Reconcile_AgentDoesNotCome_SendsForItThreeTimesEachAfterALongerWait()
    {
        var session = await ACallAsync();
        var first = Standing(session);
        await LooksAfterAsync(session, 0);

        await LooksAfterAsync(session, 14);
        Assert.Equal(first.Id, Standing(session).Id);
        await LooksAfterAsync(session, 2);
        var second = Standing(session);
        await LooksAfterAsync(session, 29);
        Assert.Equal(second.Id, Standing(session).Id);
        await LooksAfterAsync(session, 2);
        var third = Standing(session);
        await LooksAfterAsync(session, 61);
        var last = Standing(session);
        await LooksAfterAsync(session, 3600);

        Assert.Equal(last.Id, Standing(session).Id);
        Assert.Equal(4, new[] { first, second, third, last }.DistinctBy(d => d.Id).Count());
        Assert.Equal((first.AgentName, first.Metadata), (last.AgentName, last.Metadata));
        Assert.Null(portal.LiveKit.AgentComes(session.RoomName, first.Id)); // too late: its job was taken back
    }

    [Fact]
    public async Task Reconcile_AgentLeavesWhileTheCallRuns_BringsOneBack()
    {
        var session = await ACallAsync();
        var agent = portal.LiveKit.AgentComes(session.RoomName, Standing(session).Id)!;
        await LooksAfterAsync(session, 0);
        await LooksAfterAsync(session, 600);
        Assert.DoesNotContain(portal.LiveKit.Asked<CreateAgentDispatchRequest>("CreateDispatch"), r => r.Room == session.RoomName);

        portal.LiveKit.Leaves(session.RoomName, agent.Identity);
        await LooksAfterAsync(session, 0);
        await LooksAfterAsync(session, 16);
        Assert.NotNull(portal.LiveKit.AgentComes(session.RoomName, Standing(session).Id));
        await LooksAfterAsync(session, 0);
        await LooksAfterAsync(session, 600);

        Assert.Single(portal.LiveKit.Asked<CreateAgentDispatchRequest>("CreateDispatch"), r => r.Room == session.RoomName);
        Assert.Null((await CallAsync(session)).AgentMissingSince);
    }

    [Fact]
    public async Task Reconcile_AgentComesWhileItIsSentFor_IsLeftAlone()
    {
        var session = await ACallAsync();
        await LooksAfterAsync(session, 0);
        var standing = Standing(session);
        portal.LiveKit.After("ListDispatch", () => Task.FromResult(portal.LiveKit.AgentComes(session.RoomName, standing.Id)));

        await LooksAfterAsync(session, 16);

        Assert.Equal(standing.Id, Standing(session).Id);
        Assert.NotNull(portal.LiveKit.Participant(session.RoomName, Assert.Single(Standing(session).State.Jobs).State.ParticipantIdentity));
    }

    [Fact]
    public async Task Reconcile_WhatStandsCannotBeTakenBack_SendsNoSecond()
    {
        var session = await ACallAsync();
        await LooksAfterAsync(session, 0);
        var standing = Standing(session);
        portal.LiveKit.Fails("DeleteDispatch", LiveKitCode.Unavailable);
        await LooksAfterAsync(session, 16);
        Assert.Equal(standing.Id, Standing(session).Id);

        portal.LiveKit.Works();
        await LooksAfterAsync(session, 31);

        Assert.NotEqual(standing.Id, Standing(session).Id);
    }

    [Fact]
    public async Task Reconcile_OnTwoPortalsAtOnce_SendsOnce()
    {
        var session = await ACallAsync();
        await using var other = portal.Again();
        await LooksAfterAsync(session, 0);
        await PassAsync(session, 16);

        await Task.WhenAll(portal.Get<RoomReconcile>().RunAsync(default), other.Get<RoomReconcile>().RunAsync(default));

        Standing(session);
        Assert.Single(portal.LiveKit.Asked<CreateAgentDispatchRequest>("CreateDispatch"), r => r.Room == session.RoomName);
    }

    [Fact]
    public async Task Reconcile_NobodyInTheRoomOrNoCallWithFred_SendsForNobody()
    {
        var session = await ACallAsync();
        portal.LiveKit.Leaves(session.RoomName, session.FounderId.ToString());
        var scheduled = await portal.ASessionAsync();
        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, scheduled.Id);
        portal.LiveKit.Join((string)ticket!["token"]!);

        foreach (var one in new[] { session, scheduled })
        {
            await LooksAfterAsync(one, 0);
            await LooksAfterAsync(one, 600);
            Assert.Equal((0, null), ((await CallAsync(one)).AgentAsks, (await CallAsync(one)).AgentMissingSince));
        }
    }

    /// <summary>A founder is in a call with FRED, whose agent was sent and has not come yet.</summary>
    private async Task<CoachingSession> ACallAsync()
    {
        var founder = await portal.APersonAsync("Frida Founder", Role.Founder);
        await portal.ASessionAsync(portal.Coach, founder, s => (s.StartsAt, s.EndsAt) = (DateTimeOffset.UtcNow.AddDays(-7), DateTimeOffset.UtcNow.AddDays(-7).AddHours(1)));
        var (call, _) = await portal.Get<FredCall>().StartAsync(new(founder.Id, founder.Role, founder.Name), new());
        portal.LiveKit.Join(call!.Ticket.Token!);
        return await portal.InDbAsync(db => db.Sessions.SingleAsync(s => s.Id == call.SessionId));
    }

    /// <summary>The one dispatch that stands.</summary>
    private AgentDispatch Standing(CoachingSession session) => Assert.Single(portal.LiveKit.Agents(session.RoomName));

    private Task<Call> CallAsync(CoachingSession session) => portal.InDbAsync(db => db.Calls.AsNoTracking().SingleAsync(c => c.SessionId == session.Id));

    private async Task LooksAfterAsync(CoachingSession session, int seconds)
    {
        await PassAsync(session, seconds);
        await portal.Get<RoomReconcile>().RunAsync(default);
    }

    private Task PassAsync(CoachingSession session, int seconds) => portal.InDbAsync(db => db.Calls.Where(c => c.SessionId == session.Id)
        .ExecuteUpdateAsync(u => u.SetProperty(c => c.AgentMissingSince, c => c.AgentMissingSince - TimeSpan.FromSeconds(seconds))));
}
