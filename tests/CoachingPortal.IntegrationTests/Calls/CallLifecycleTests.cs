using System.Net;
using CoachingPortal.Calls;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Calls;

public sealed class CallLifecycleTests(CallLifecycleTests.PortalWithShortGrace portal) : IClassFixture<CallLifecycleTests.PortalWithShortGrace>
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2.5);

    public sealed class PortalWithShortGrace(PostgresServer postgres) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string> { ["Calls:Grace"] = Grace.ToString() };
    }

    [Fact]
    public async Task Leave_WhileTheOtherStays_EndsAtOnceAndAppendsTheChat()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        await SaysAsync(session.Id, portal.Founder, 3);

        Assert.Equal(HttpStatusCode.NoContent, await portal.LeavesAsync(portal.Founder, founder.Participation));

        Assert.Equal(EndReason.Left, (await portal.ParticipationAsync(founder.Participation)).EndReason);
        Assert.Equal(3, await NotesAsync(session.Id, portal.Founder));
        await coach.Hub.StateAsync(s => s["people"]!.AsArray().Count == 1);
        Assert.Null((await CallsAsync(session.Id)).Single().EndedAt);
    }

    [Fact]
    public async Task Leave_Twice_IsOnce()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await SaysAsync(session.Id, portal.Founder, 2);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => portal.LeavesAsync(portal.Founder, founder.Participation)));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.NoContent, a));
        Assert.Equal(2, await NotesAsync(session.Id, portal.Founder));
        Assert.NotNull(Assert.Single(await CallsAsync(session.Id)).EndedAt);
        Assert.Equal(StepsOfACall(), await portal.InDbAsync(db => db.PostCallSteps.CountAsync(s => s.SessionId == session.Id)));
    }

    [Fact]
    public async Task Leave_AnotherPersons_IsNotFound()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);

        Assert.Equal(HttpStatusCode.NotFound, await portal.LeavesAsync(portal.Coach, founder.Participation));
        Assert.Equal(HttpStatusCode.NotFound, await portal.PostsAsync(portal.Coach, $"/api/calls/participations/{founder.Participation}/gone"));
        Assert.Equal(HttpStatusCode.NotFound, await portal.LeavesAsync(portal.Founder, Ids.New()));

        Assert.Null((await portal.ParticipationAsync(founder.Participation)).EndedAt);
    }

    [Fact]
    public async Task Leave_BothInTheSameInstant_EndsTheCallExactlyOnceEveryTime()
    {
        var steps = StepsOfACall();
        for (var round = 0; round < 12; round++)
        {
            var session = await portal.ASessionAsync();
            await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
            await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
            await SaysAsync(session.Id, portal.Founder, 2);
            await SaysAsync(session.Id, portal.Coach, 1);

            await Task.WhenAll(
                portal.LeavesAsync(portal.Founder, founder.Participation), portal.LeavesAsync(portal.Coach, coach.Participation),
                portal.LeavesAsync(portal.Founder, founder.Participation), portal.LeavesAsync(portal.Coach, coach.Participation));

            Assert.NotNull(Assert.Single(await CallsAsync(session.Id)).EndedAt);
            Assert.Equal(steps, await portal.InDbAsync(db => db.PostCallSteps.CountAsync(s => s.SessionId == session.Id)));
            Assert.Equal((2, 1), (await NotesAsync(session.Id, portal.Founder), await NotesAsync(session.Id, portal.Coach)));
        }
    }

    [Fact]
    public async Task ComingBack_AfterTheEnd_IsANewCall()
    {
        var session = await portal.ASessionAsync();
        await using var first = await portal.EntersAsync(portal.Founder, session.Id);
        await SaysAsync(session.Id, portal.Founder, 1);
        await portal.LeavesAsync(portal.Founder, first.Participation);

        await using var second = await portal.EntersAsync(portal.Founder, session.Id);
        await SaysAsync(session.Id, portal.Founder, 1);
        await portal.LeavesAsync(portal.Founder, first.Participation);
        Assert.Null((await portal.ParticipationAsync(second.Participation)).EndedAt);
        await portal.LeavesAsync(portal.Founder, second.Participation);

        var calls = await CallsAsync(session.Id);
        Assert.Equal(2, calls.Count);
        Assert.All(calls, c => Assert.NotNull(c.EndedAt));
        Assert.Equal(2, await NotesAsync(session.Id, portal.Founder));
    }

    [Fact]
    public async Task Vanishing_WithoutAWord_EndsAfterTheGraceAtTheLastSign()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await SaysAsync(session.Id, portal.Founder, 1);

        founder.Hub.Drop();
        await CallSteps.EventuallyAsync(async () => (await portal.ParticipationAsync(founder.Participation)).EndedAt is not null, "the end of a vanished page");

        var ended = await portal.ParticipationAsync(founder.Participation);
        Assert.Equal(EndReason.Gone, ended.EndReason);
        Assert.Equal(ended.LastSeenAt, ended.EndedAt);
        Assert.Equal(1, await NotesAsync(session.Id, portal.Founder));
        Assert.NotNull(Assert.Single(await CallsAsync(session.Id)).EndedAt);
    }

    [Fact]
    public async Task Vanishing_AndBackWithinTheGrace_IsNotThrownOut()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        founder.Hub.Drop();
        await using var again = await HubClient.ConnectAsync(portal, portal.Founder);
        await again.InvokeAsync("Enter", founder.Participation);

        await Task.Delay(3 * Grace);

        Assert.Null((await portal.ParticipationAsync(founder.Participation)).EndedAt);
        await again.InvokeAsync("Ping", 1);
    }

    [Fact]
    public async Task Gone_ThenBackAsANewParticipation_TheOldSignEndsNothing()
    {
        var session = await portal.ASessionAsync();
        await using var before = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "a tab" });
        await SaysAsync(session.Id, portal.Founder, 1);
        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Founder, $"/api/calls/participations/{before.Participation}/gone"));
        before.Hub.Drop();
        await using var after = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "a tab", resumes = before.Participation });
        await portal.PostsAsync(portal.Founder, $"/api/calls/participations/{before.Participation}/gone");
        await SaysAsync(session.Id, portal.Founder, 1);

        await Task.Delay(3 * Grace);

        Assert.Equal(EndReason.Resumed, (await portal.ParticipationAsync(before.Participation)).EndReason);
        Assert.Null((await portal.ParticipationAsync(after.Participation)).EndedAt);
        await portal.LeavesAsync(portal.Founder, after.Participation);
        Assert.Equal(2, await NotesAsync(session.Id, portal.Founder));
        Assert.Single(await CallsAsync(session.Id));
    }

    [Fact]
    public async Task Gone_PageNotDisconnected_StaysWhileItGivesSigns()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);

        await portal.PostsAsync(portal.Founder, $"/api/calls/participations/{founder.Participation}/gone");
        await Task.Delay(2 * Grace);

        Assert.Null((await portal.ParticipationAsync(founder.Participation)).EndedAt);
    }

    [Fact]
    public async Task Left_ThePagesOwnLineTriesToComeBack_IsRefusedAndOpensNoCall()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "first" });
        await portal.LeavesAsync(portal.Founder, founder.Participation);

        var (status, problem) = await portal.AsksForATicketAsync(portal.Founder, session.Id, new { tabId = "first", resumes = founder.Participation });

        Assert.Equal((HttpStatusCode.Conflict, "/problems/left"), (status, (string)problem!["type"]!));
        Assert.Equal(1, await portal.InDbAsync(db => db.Calls.CountAsync(c => c.SessionId == session.Id)));
        await using var byHand = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "first" });
        Assert.Single(byHand.State["people"]!.AsArray());
    }

    [Fact]
    public async Task SecondTab_TakesOver_TheFirstIsToldAndDoesNotComeBackByItself()
    {
        var session = await portal.ASessionAsync();
        await using var first = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "first" });
        await using var second = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "second" });

        await first.Hub.NextAsync("replaced");
        Assert.Equal(EndReason.Replaced, (await portal.ParticipationAsync(first.Participation)).EndReason);
        Assert.Single(second.State["people"]!.AsArray());
        await Assert.ThrowsAsync<HubRefusedException>(() => first.Hub.InvokeAsync("Ping", 1));

        var (status, problem) = await portal.AsksForATicketAsync(portal.Founder, session.Id, new { tabId = "first", resumes = first.Participation });
        Assert.Equal((HttpStatusCode.Conflict, "/problems/moved"), (status, (string)problem!["type"]!));

        await using var byHand = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "first" });
        await second.Hub.NextAsync("replaced");
    }

    [Fact]
    public async Task SecondTab_WhileTheFirstWasAway_TheFirstDoesNotTakeItBack()
    {
        var session = await portal.ASessionAsync();
        await using var first = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "first" });
        first.Hub.Drop();
        await CallSteps.EventuallyAsync(async () => (await portal.ParticipationAsync(first.Participation)).EndedAt is not null, "the end of the first tab");
        await using var second = await portal.EntersAsync(portal.Founder, session.Id, new { tabId = "second" });

        Assert.Equal(HttpStatusCode.Conflict, (await portal.AsksForATicketAsync(portal.Founder, session.Id, new { tabId = "first", resumes = first.Participation })).Status);
    }

    [Fact]
    public async Task Ticket_NeverUsed_IsSweptWithoutATrace()
    {
        var session = await portal.ASessionAsync();
        var ticket = await portal.ATicketAsync(portal.Founder, session.Id);

        await portal.InDbAsync(db => db.Participations.Where(p => p.Id == ticket).ExecuteUpdateAsync(u => u.SetProperty(p => p.LastSeenAt, DateTimeOffset.UtcNow.AddMinutes(-1))));

        await CallSteps.EventuallyAsync(async () => (await CallsAsync(session.Id)).Count == 0, "the end of a call that nobody entered");
        Assert.False(await portal.InDbAsync(db => db.PostCallSteps.AnyAsync(s => s.SessionId == session.Id)));
    }

    [Fact]
    public async Task Ticket_OfACallThatEndedMeanwhile_OpensANewOne()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        var ticket = await portal.ATicketAsync(portal.Coach, session.Id);
        await portal.LeavesAsync(portal.Founder, founder.Participation);
        await using var hub = await HubClient.ConnectAsync(portal, portal.Coach);

        var state = await hub.InvokeAsync("Enter", ticket);

        var calls = await CallsAsync(session.Id);
        Assert.Equal(2, calls.Count);
        Assert.Equal(calls.Single(c => c.EndedAt is null).Id, (Guid)state!["callId"]!);
    }

    [Fact]
    public async Task Silence_OfAConnectedPage_EndsItAndTellsIt()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        var connection = portal.Get<CallConnections>().All.Single(c => c.ParticipationId == founder.Participation);

        connection.LastPing = DateTimeOffset.UtcNow.AddMinutes(-1);

        Assert.Equal("timeout", (string)(await founder.Hub.NextAsync("ended"))[0]!);
    }

    [Theory]
    [InlineData(true, "cancelled")]
    [InlineData(false, "deleted")]
    public async Task Session_ClosedUnderItsCall_EndsItForAll(bool cancelled, string reason)
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);

        DateTimeOffset? now = DateTimeOffset.UtcNow;
        await portal.InDbAsync(async db =>
        {
            await db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(
                u => u.SetProperty(s => s.CancelledAt, cancelled ? now : null).SetProperty(s => s.DeletedAt, cancelled ? null : now));
            await SessionFeed.PublishAsync(db, session.Id, SessionChange.Session);
        });

        Assert.Equal(reason, (string)(await founder.Hub.NextAsync("ended"))[0]!);
        Assert.Equal(reason, (string)(await coach.Hub.NextAsync("ended"))[0]!);
        Assert.Equal(EndReason.SessionClosed, (await portal.ParticipationAsync(founder.Participation)).EndReason);
        await using var hub = await HubClient.ConnectAsync(portal, portal.Founder);
        await Assert.ThrowsAsync<HubRefusedException>(() => hub.InvokeAsync("Enter", founder.Participation));
    }

    [Fact]
    public async Task Chat_OfSomebodyWhoIsNotThere_IsAppendedByTheSweepAndOfAPresentOneNot()
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        await SaysAsync(session.Id, portal.Founder, 2, TimeSpan.FromSeconds(-10));
        await SaysAsync(session.Id, portal.Coach, 1, TimeSpan.FromSeconds(-10));

        await CallSteps.EventuallyAsync(async () => await NotesAsync(session.Id, portal.Founder) == 2, "the chat of an absent person in the notes");

        Assert.Equal(0, await NotesAsync(session.Id, portal.Coach));
    }

    private int StepsOfACall() => portal.Get<IEnumerable<IPostCallStep>>().Count();

    private Task SaysAsync(Guid sessionId, Person person, int messages, TimeSpan? ago = null) => portal.SaysToFredAsync(sessionId, person, messages, ago);

    private Task<int> NotesAsync(Guid sessionId, Person person) => portal.FredNotesOfAsync(sessionId, person);

    private Task<List<Call>> CallsAsync(Guid sessionId) => portal.InDbAsync(db => db.Calls.AsNoTracking().Where(c => c.SessionId == sessionId).ToListAsync());
}
