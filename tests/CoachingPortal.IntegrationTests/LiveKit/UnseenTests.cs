using System.Net;
using CoachingPortal.Calls;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>Nobody is in LiveKit's room whom the call does not show, whatever was lost on the way.</summary>
public sealed class UnseenTests(LiveKitPortal portal) : IClassFixture<LiveKitPortal>, IAsyncLifetime
{
    /// <summary>The reconciliation runs when a test has it run, and hides nothing else.</summary>
    public async ValueTask InitializeAsync() => await (await portal.Get<ISchedulerFactory>().GetScheduler()).PauseTrigger(new TriggerKey("room-reconcile"));

    public ValueTask DisposeAsync()
    {
        portal.LiveKit.Works();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Ticket_LapsesWhileItsHolderListens_PutsThemOut()
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        var (participation, token) = await ATicketAsync(portal.Founder, session);
        var listener = portal.LiveKit.Join(token);
        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, listener));
        Assert.Equal(listener.Sid, portal.LiveKit.Participant(session.RoomName, listener.Identity)?.Sid);

        await LapsesAsync(participation);

        await IsOutAsync(session, portal.Founder);
    }

    [Fact]
    public async Task Ticket_OfACallThatNobodyEntered_LapsesAndLeavesNobodyInTheRoom()
    {
        var session = await portal.ASessionAsync();
        var (participation, token) = await ATicketAsync(portal.Founder, session);
        portal.LiveKit.Join(token);

        await LapsesAsync(participation);

        await IsOutAsync(session, portal.Founder);
        Assert.False(await portal.InDbAsync(db => db.Calls.AnyAsync(c => c.SessionId == session.Id)));
    }

    [Fact]
    public async Task Ticket_ThatGoesForNewerOnes_PutsItsHolderOutAndLeavesTheNewOnesGood()
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        var (_, first) = await ATicketAsync(portal.Founder, session);
        portal.LiveKit.Join(first);

        var tokens = new List<string>();
        for (var i = 0; i < 5; i++)
            tokens.Add((await ATicketAsync(portal.Founder, session)).Token);

        await IsOutAsync(session, portal.Founder);
        foreach (var token in tokens)
            portal.LiveKit.Join(token);
    }

    [Fact]
    public async Task Ticket_NeverEntered_LivesNoLongerForComingAndGoing()
    {
        var session = await portal.ASessionAsync();
        var (participation, token) = await ATicketAsync(portal.Founder, session);
        var before = (await portal.ParticipationAsync(participation)).LastSeenAt;
        var listener = portal.LiveKit.Join(token);
        var left = FakeLiveKit.Event("participant_left", session.RoomName, listener);
        left.CreatedAt = DateTimeOffset.UtcNow.AddSeconds(2).ToUnixTimeSeconds();

        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, listener));
        await HearAsync(left);
        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Founder, $"/api/calls/participations/{participation}/gone"));

        Assert.Equal(before, (await portal.ParticipationAsync(participation)).LastSeenAt);
    }

    [Theory]
    [InlineData("agent", true)]
    [InlineData("egress", true)]
    [InlineData("", false)]
    [InlineData("sip", false)]
    public async Task Joined_WithoutATicketOfThePortal_StaysOnlyIfTheServerBroughtThem(string kind, bool stays)
    {
        var session = await portal.ASessionAsync();
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        var joined = portal.LiveKit.Join(AStranger(session.RoomName, "stranger", kind));

        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, joined));
        if (!stays)
            await CallSteps.EventuallyAsync(() => Task.FromResult(portal.LiveKit.Participant(session.RoomName, "stranger") is null), "the stranger is out of the room");
        await portal.Get<RoomReconcile>().RunAsync(default);

        Assert.Equal(stays, portal.LiveKit.Participant(session.RoomName, "stranger") is not null);
    }

    [Fact]
    public async Task Reconcile_AfterRemovalsThatFailed_PutsOutWhoIsNotInTheCall()
    {
        var session = await portal.ASessionAsync();
        var (founder, token) = await ATicketAsync(portal.Founder, session);
        await using var hub = await HubClient.ConnectAsync(portal, portal.Founder);
        await hub.InvokeAsync("Enter", founder);
        portal.LiveKit.Join(token);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        await HasJoinedAsync(session, portal.Coach, coach.Participation);
        portal.LiveKit.Join(AStranger(session.RoomName, "somebody", ""));
        portal.LiveKit.Join(AStranger(session.RoomName, "fred", "agent"));
        portal.LiveKit.Join(AStranger(session.RoomName, "EG_1", "egress"));
        portal.LiveKit.Join(AStranger(session.RoomName, "EG_old", ""));
        // Another application's room on the same server.
        portal.LiveKit.Join(AStranger("elsewhere", "somebody", ""));
        portal.LiveKit.Fails("GetParticipant", LiveKitCode.Unavailable);
        await portal.LeavesAsync(portal.Coach, coach.Participation);
        await CallSteps.EventuallyAsync(
            () => Task.FromResult(portal.LiveKit.Calls.Any(c => c is { Method: "GetParticipant", IsDone: true, Request: RoomParticipantIdentity who } && who.Room == session.RoomName)), "it was tried");
        await portal.Get<RoomReconcile>().RunAsync(default);
        Assert.NotNull(portal.LiveKit.Participant(session.RoomName, portal.Coach.Id.ToString()));

        portal.LiveKit.Works();
        await portal.Get<RoomReconcile>().RunAsync(default);

        Assert.Equal(
            [portal.Founder.Id.ToString(), "EG_1", "EG_old", "fred"],
            new[] { portal.Founder.Id.ToString(), portal.Coach.Id.ToString(), "somebody", "EG_1", "EG_old", "fred" }.Where(who => portal.LiveKit.Participant(session.RoomName, who) is not null));
        Assert.NotNull(portal.LiveKit.Participant("elsewhere", "somebody"));
    }

    [Fact]
    public async Task Reconcile_PersonIsBackWithANewTicket_TakesThatOneNotAway()
    {
        var session = await portal.ASessionAsync();
        var (first, token) = await ATicketAsync(portal.Founder, session);
        await using var hub = await HubClient.ConnectAsync(portal, portal.Founder);
        await hub.InvokeAsync("Enter", first);
        portal.LiveKit.Join(token);
        var (second, next) = await ATicketAsync(portal.Founder, session);
        await hub.InvokeAsync("Enter", second);
        // A token's time is in whole seconds: in the same one nothing would be taken back.
        for (var its = DateTimeOffset.UtcNow.ToUnixTimeSeconds(); DateTimeOffset.UtcNow.ToUnixTimeSeconds() == its;)
            await Task.Delay(20);

        await portal.Get<RoomReconcile>().RunAsync(default);

        Assert.Null(portal.LiveKit.Participant(session.RoomName, portal.Founder.Id.ToString()));
        var here = portal.LiveKit.Join(next);
        await portal.Get<RoomReconcile>().RunAsync(default);
        Assert.Equal(here.Sid, portal.LiveKit.Participant(session.RoomName, portal.Founder.Id.ToString())?.Sid);
    }

    [Fact]
    public async Task Reconcile_CallIsOverAndItsRoomWasNotClosed_ClosesIt()
    {
        var session = await portal.ASessionAsync();
        var coach = await portal.EntersAsync(portal.Coach, session.Id);
        await HasJoinedAsync(session, portal.Coach, coach.Participation);
        portal.LiveKit.Fails("GetParticipant", LiveKitCode.Unavailable);
        portal.LiveKit.Fails("DeleteRoom", LiveKitCode.Unavailable);
        await portal.LeavesAsync(portal.Coach, coach.Participation);
        await CallSteps.EventuallyAsync(() => Task.FromResult(portal.LiveKit.Asked<DeleteRoomRequest>("DeleteRoom").Any(r => r.Room == session.RoomName)), "it was tried");
        portal.LiveKit.OpenRoom("not of the portal");

        portal.LiveKit.Works();
        await portal.Get<RoomReconcile>().RunAsync(default);

        Assert.DoesNotContain(session.RoomName, portal.LiveKit.RoomNames);
        Assert.Contains("not of the portal", portal.LiveKit.RoomNames);
        await coach.DisposeAsync();
    }

    [Fact]
    public async Task Reconcile_LiveKitIsAway_WaitsForTheNextRound()
    {
        portal.LiveKit.Fails("ListRooms", LiveKitCode.Unavailable);

        await portal.Get<RoomReconcile>().RunAsync(default);

        Assert.Contains(portal.Log.Lines, l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("could not be set right yet", StringComparison.Ordinal));
    }

    private async Task<(Guid Participation, string Token)> ATicketAsync(Person person, CoachingSession session)
    {
        var (_, ticket) = await portal.AsksForATicketAsync(person, session.Id);
        return ((Guid)ticket!["participationId"]!, (string)ticket["token"]!);
    }

    private string AStranger(string room, string identity, string kind)
    {
        var token = new AccessToken(portal.LiveKit.Key, portal.LiveKit.Secret).WithIdentity(identity).WithGrants(new VideoGrants { RoomJoin = true, Room = room, CanSubscribe = true });
        return (kind switch
        {
            "agent" => token.WithKind(ParticipantInfo.Types.Kind.Agent),
            "egress" => token.WithKind(ParticipantInfo.Types.Kind.Egress),
            "sip" => token.WithKind(ParticipantInfo.Types.Kind.Sip),
            _ => token,
        }).ToJwt();
    }

    private async Task HasJoinedAsync(CoachingSession session, Person person, Guid participation)
    {
        var row = await portal.ParticipationAsync(participation);
        portal.LiveKit.Join(portal.Get<LiveKitTickets>().TokenFor(session, row, person.Name, new Dictionary<string, string>(), canPublish: true));
    }

    /// <summary>Nothing was heard of the ticket's holder for long.</summary>
    private async Task LapsesAsync(Guid participation)
    {
        var past = DateTimeOffset.UtcNow.AddHours(-1);
        await portal.InDbAsync(db => db.Participations.Where(p => p.Id == participation).ExecuteUpdateAsync(u => u.SetProperty(p => p.LastSeenAt, past)));
        await portal.Get<CallSweep>().SweepAsync(past, default);
    }

    private Task IsOutAsync(CoachingSession session, Person person) =>
        CallSteps.EventuallyAsync(() => Task.FromResult(portal.LiveKit.Participant(session.RoomName, person.Id.ToString()) is null), "the person is out of the room");

    private async Task HearAsync(WebhookEvent happened)
    {
        using var client = portal.SignedIn(null);
        Assert.Equal(HttpStatusCode.OK, await portal.LiveKit.PostAsync(client, happened));
        await CallSteps.EventuallyAsync(() => portal.InDbAsync(db => db.LiveKitEvents.AnyAsync(e => e.Id == happened.Id && e.AppliedAt != null)), "the event is applied");
    }
}
