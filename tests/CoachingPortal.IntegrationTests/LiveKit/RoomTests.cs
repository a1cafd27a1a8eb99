using System.Net;
using CoachingPortal.Calls.LiveKit;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.LiveKit;

/// <summary>What becomes of LiveKit's room when people leave and calls end.</summary>
public sealed class RoomTests(LiveKitPortal portal) : IClassFixture<LiveKitPortal>
{
    [Fact]
    public async Task End_OfACall_ClosesItsRoom()
    {
        var session = await portal.ASessionAsync();
        var (founder, coach) = (await EntersAsync(portal.Founder, session), await EntersAsync(portal.Coach, session));

        await portal.LeavesAsync(portal.Founder, founder.Participation);
        await CallSteps.EventuallyAsync(() => Task.FromResult(portal.LiveKit.Participant(session.RoomName, portal.Founder.Id.ToString()) is null), "the founder is out of the room");
        Assert.Contains(session.RoomName, portal.LiveKit.RoomNames);
        await portal.LeavesAsync(portal.Coach, coach.Participation);

        await CallSteps.EventuallyAsync(() => Task.FromResult(!portal.LiveKit.RoomNames.Contains(session.RoomName)), "the room is closed");
        await founder.Hub.DisposeAsync();
        await coach.Hub.DisposeAsync();
    }

    [Fact]
    public async Task Close_WhenTheNextCallHasBegun_LeavesTheRoomOpen()
    {
        var session = await portal.ASessionAsync();
        var founder = await EntersAsync(portal.Founder, session);

        await portal.Get<LiveKitRooms>().CloseAsync(session.RoomName, session.Id);

        Assert.DoesNotContain(portal.LiveKit.Asked<DeleteRoomRequest>("DeleteRoom"), r => r.Room == session.RoomName);
        await founder.Hub.DisposeAsync();
    }

    [Fact]
    public async Task Cancelled_UnderACall_PutsEverybodyOut()
    {
        var session = await portal.ASessionAsync();
        var founder = await EntersAsync(portal.Founder, session);
        // The room's own end must not overtake it: only who is put out has a token that is good no more.
        portal.LiveKit.IsSlow("GetParticipant", TimeSpan.FromSeconds(1));

        await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.CancelledAt, DateTimeOffset.UtcNow)));

        await CallSteps.EventuallyAsync(() => Task.FromResult(!portal.LiveKit.RoomNames.Contains(session.RoomName)), "the room is closed");
        portal.LiveKit.Works();
        Assert.Equal(portal.Founder.Id.ToString(), Assert.Single(portal.LiveKit.Asked<RoomParticipantIdentity>("RemoveParticipant"), r => r.Room == session.RoomName).Identity);
        await founder.Hub.DisposeAsync();
    }

    [Fact]
    public async Task End_WhileLiveKitIsAway_HoldsNobodyUp()
    {
        var session = await portal.ASessionAsync();
        var founder = await EntersAsync(portal.Founder, session);
        var asked = portal.LiveKit.Hangs("GetParticipant");
        try
        {
            Assert.Equal(HttpStatusCode.NoContent, await portal.LeavesAsync(portal.Founder, founder.Participation));
            await asked.WaitAsync(TimeSpan.FromSeconds(60));
            // Whoever waited for it would have its answer by now, or its failure.
            Assert.DoesNotContain(portal.LiveKit.Calls, c => c is { Method: "GetParticipant", IsDone: true, Request: RoomParticipantIdentity who } && who.Room == session.RoomName);
        }
        finally
        {
            portal.LiveKit.Works();
        }
        await founder.Hub.DisposeAsync();
    }

    private async Task<(HubClient Hub, Guid Participation)> EntersAsync(Person person, CoachingSession session)
    {
        var (_, ticket) = await portal.AsksForATicketAsync(person, session.Id);
        var hub = await HubClient.ConnectAsync(portal, person);
        var participation = (Guid)ticket!["participationId"]!;
        await hub.InvokeAsync("Enter", participation);
        portal.LiveKit.Join((string)ticket["token"]!);
        return (hub, participation);
    }
}
