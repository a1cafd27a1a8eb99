using System.Net;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>What LiveKit tells of people, in whatever order it tells it.</summary>
public sealed class ParticipantEventTests(LiveKitPortal portal) : IClassFixture<LiveKitPortal>
{
    private static readonly DateTimeOffset Long = DateTimeOffset.UtcNow.AddMinutes(-5);

    [Fact]
    public async Task Joined_NamesTheParticipation_WhichLearnsItsSid()
    {
        var (session, participation, joined) = await SomeoneInAsync();

        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, joined));

        var row = await portal.ParticipationAsync(participation);
        Assert.Equal((joined.Sid, joined.JoinedAt), (row.LivekitSid, row.LivekitJoinedAt!.Value.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Joined_TwiceByTheSamePage_KeepsTheLaterConnectionInAnyOrder(bool laterFirst)
    {
        var (session, participation, first) = await SomeoneInAsync();
        var second = first.Clone();
        (second.Sid, second.JoinedAt) = ("PA_second", first.JoinedAt + 20);
        var events = new[] { first, second }.Select(p => FakeLiveKit.Event("participant_joined", session.RoomName, p)).ToList();
        if (laterFirst)
            events.Reverse();

        foreach (var happened in events)
            await HearAsync(happened);

        Assert.Equal("PA_second", (await portal.ParticipationAsync(participation)).LivekitSid);
    }

    [Fact]
    public async Task Left_ByThePresentConnection_CountsSilenceFromThen()
    {
        var (session, participation, joined) = await SomeoneInAsync();
        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, joined));
        await SetSeenAsync(participation, Long);
        var at = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 3);

        await HearAsync(Left(session, joined, at));

        var row = await portal.ParticipationAsync(participation);
        Assert.Equal((at, null), (row.LastSeenAt, row.EndedAt));
    }

    [Fact]
    public async Task Left_ToldLate_DoesNotMakeAnyoneSeenLater()
    {
        var (session, participation, joined) = await SomeoneInAsync();
        var seen = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        await SetSeenAsync(participation, seen);

        await HearAsync(Left(session, joined, seen.AddMinutes(-2)));

        Assert.Equal(seen, (await portal.ParticipationAsync(participation)).LastSeenAt);
    }

    [Theory]
    [InlineData("participant_left")]
    [InlineData("participant_connection_aborted")]
    public async Task Left_ByAnOlderConnection_IsPassedOver(string name)
    {
        var (session, participation, first) = await SomeoneInAsync();
        var second = first.Clone();
        (second.Sid, second.JoinedAt) = ("PA_second", first.JoinedAt + 20);
        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, second));
        await SetSeenAsync(participation, Long);

        await HearAsync(Left(session, first, DateTimeOffset.UtcNow, name));

        Assert.Equal(Long, (await portal.ParticipationAsync(participation)).LastSeenAt, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Left_ByAnEarlierParticipation_DoesNotTouchTheNewOne()
    {
        var (session, first, joined) = await SomeoneInAsync();
        await using var again = await portal.EntersAsync(portal.Founder, session.Id);
        var seen = (await portal.ParticipationAsync(again.Participation)).LastSeenAt;

        await HearAsync(Left(session, joined, DateTimeOffset.UtcNow.AddSeconds(5)));

        Assert.Equal(seen, (await portal.ParticipationAsync(again.Participation)).LastSeenAt);
        Assert.NotNull((await portal.ParticipationAsync(first)).EndedAt);
    }

    [Theory]
    [InlineData("agent")]
    [InlineData("another person")]
    [InlineData("another room")]
    [InlineData("no attribute")]
    public async Task Left_ThatIsNotThisPersons_DoesNothing(string what)
    {
        var (session, participation, joined) = await SomeoneInAsync();
        await SetSeenAsync(participation, Long);
        if (what == "agent")
            joined.Kind = ParticipantInfo.Types.Kind.Agent;
        if (what == "another person")
            joined.Identity = portal.Coach.Id.ToString();
        if (what == "no attribute")
            joined.Attributes.Clear();

        await HearAsync(FakeLiveKit.Event("participant_left", what == "another room" ? "session-other" : session.RoomName, joined));

        Assert.Equal(Long, (await portal.ParticipationAsync(participation)).LastSeenAt, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task Joined_WithATicketThatIsNoLongerGood_IsPutOut()
    {
        var session = await portal.ASessionAsync();
        // The call goes on, and its room with it.
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id);
        await using (await EntersAsync(session, (Guid)ticket!["participationId"]!))
            Assert.Equal(HttpStatusCode.NoContent, await portal.LeavesAsync(portal.Founder, (Guid)ticket["participationId"]!));
        // Nobody was in the room when they left; with the ticket in hand they come in now.
        await CallSteps.EventuallyAsync(() => Task.FromResult(IsLookedAt(session)), "the room was looked at");
        var unseen = portal.LiveKit.Join((string)ticket["token"]!);

        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, unseen));

        await CallSteps.EventuallyAsync(() => Task.FromResult(portal.LiveKit.Participant(session.RoomName, unseen.Identity) is null), "the person is out of the room");
        var removal = Assert.Single(portal.LiveKit.Asked<RoomParticipantIdentity>("RemoveParticipant"), r => r.Room == session.RoomName);
        Assert.InRange(removal.RevokeTokenTs, DateTimeOffset.UtcNow.ToUnixTimeSeconds() - 30, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
    }

    [Fact]
    public async Task Joined_ToldAfterThePersonCameBack_PutsNobodyOut()
    {
        var (session, first, joined) = await SomeoneInAsync();
        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id);
        await using var again = await EntersAsync(session, (Guid)ticket!["participationId"]!);
        var now = portal.LiveKit.Join((string)ticket["token"]!);
        Assert.NotNull((await portal.ParticipationAsync(first)).EndedAt);

        await HearAsync(FakeLiveKit.Event("participant_joined", session.RoomName, joined));

        await CallSteps.EventuallyAsync(() => Task.FromResult(IsLookedAt(session)), "it is looked after");
        await Task.Delay(200);
        Assert.Equal(now.Sid, portal.LiveKit.Participant(session.RoomName, now.Identity)?.Sid);
    }

    /// <summary>The founder in the call, here and on LiveKit.</summary>
    private async Task<(CoachingSession Session, Guid Participation, ParticipantInfo Joined)> SomeoneInAsync()
    {
        var session = await portal.ASessionAsync();
        var (_, ticket) = await portal.AsksForATicketAsync(portal.Founder, session.Id);
        var participation = (Guid)ticket!["participationId"]!;
        // Without a line of their own: its signs of life would hide what is tested.
        await portal.InDbAsync(db => db.Participations.Where(p => p.Id == participation).ExecuteUpdateAsync(u => u.SetProperty(p => p.JoinedAt, DateTimeOffset.UtcNow)));
        return (session, participation, portal.LiveKit.Join((string)ticket["token"]!));
    }

    private async Task<HubClient> EntersAsync(CoachingSession session, Guid participation)
    {
        var hub = await HubClient.ConnectAsync(portal, portal.Founder);
        await hub.InvokeAsync("Enter", participation);
        return hub;
    }

    private bool IsLookedAt(CoachingSession session) =>
        portal.LiveKit.Calls.Any(c => c is { Method: "GetParticipant", IsDone: true, Request: RoomParticipantIdentity who } && who.Room == session.RoomName);

    private static WebhookEvent Left(CoachingSession session, ParticipantInfo who, DateTimeOffset at, string name = "participant_left")
    {
        var happened = FakeLiveKit.Event(name, session.RoomName, who);
        happened.CreatedAt = at.ToUnixTimeSeconds();
        return happened;
    }

    private Task SetSeenAsync(Guid participation, DateTimeOffset at) =>
        portal.InDbAsync(db => db.Participations.Where(p => p.Id == participation).ExecuteUpdateAsync(u => u.SetProperty(p => p.LastSeenAt, at)));

    private async Task HearAsync(WebhookEvent happened)
    {
        using var client = portal.SignedIn(null);
        Assert.Equal(HttpStatusCode.OK, await portal.LiveKit.PostAsync(client, happened));
        await CallSteps.EventuallyAsync(() => portal.InDbAsync(db => db.LiveKitEvents.AnyAsync(e => e.Id == happened.Id && e.AppliedAt != null)), "the event is applied");
    }
}
