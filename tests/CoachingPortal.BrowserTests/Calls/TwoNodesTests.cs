using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>A call whose two people sit on different portals of one database, and one of the portals dies in its middle.</summary>
public sealed class TwoNodesTests(Stage stage)
{
    [Fact]
    public async Task TwoPeopleOnTwoNodes_OneNodeKilled_TheCallComesBackAndEndsOnce()
    {
        var (first, database) = await stage.TheMortalPortalAsync();
        await using var second = await Stage.AnotherNodeAsync(first);
        await using var founderDoor = new FrontDoor(first);
        await using var coachDoor = new FrontDoor(second);
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var session = await database.ASessionAsync(coach, founder);
        await using var founderVisit = await Visitor.SignInAsync(stage, founderDoor.Address, founder, 440);
        await using var coachVisit = await Visitor.SignInAsync(stage, coachDoor.Address, coach, 1000);
        var (fiona, carla) = (new Seat(founderVisit, session), new Seat(coachVisit, session));

        await fiona.OpenLobbyAsync();
        await fiona.JoinAsync(record: true, agree: true);
        await carla.OpenLobbyAsync();
        await carla.JoinAsync(agree: true);
        await fiona.SeesAndHearsTheOtherAsync();
        await carla.SeesAndHearsTheOtherAsync();
        await fiona.SeesRecordingAsync(true);
        await carla.SeesRecordingAsync(true);
        await fiona.OpenFredAsync();
        await fiona.AskFredAsync("I keep putting off the pricing talk.");
        await carla.Find("mute").ClickAsync();
        await Assertions.Expect(fiona.Find("tile-coach").Locator(".tile-muted")).ToBeVisibleAsync();

        founderDoor.LeadTo(second);
        await first.KillAsync();
        var killedAt = DateTimeOffset.UtcNow;

        await database.UntilAsync(
            db => db.Participations.Where(p => p.PersonId == founder.Id && p.EndedAt == null).MaxAsync(p => (DateTimeOffset?)p.LastSeenAt),
            seen => seen > killedAt.AddSeconds(1), "the founder on the other node", 90);
        await fiona.CircuitIsBackAsync();
        await fiona.IsInTheCallAsync();
        await carla.Find("mute").ClickAsync();
        await Assertions.Expect(fiona.Find("tile-coach").Locator(".tile-muted")).ToBeHiddenAsync();
        await fiona.SeesAndHearsTheOtherAsync();
        await carla.SeesAndHearsTheOtherAsync();
        await fiona.OpenFredAsync();
        await fiona.AskFredAsync("Where were we?");
        await fiona.LeaveAsync();
        await carla.LeaveAsync();

        await database.UntilAsync(
            db => db.PostCallSteps.Where(s => s.SessionId == session.Id).Select(s => s.Status).ToListAsync(),
            all => all.Count > 0 && all.TrueForAll(s => s == StepStatus.Done), "the work after the call, on the node that is left", 90);
        var calls = await database.AskAsync(db => db.Participations.Where(p => p.SessionId == session.Id).OrderBy(p => p.CreatedAt)
            .Select(p => $"{p.CallId} {p.Role} {p.JoinedAt:HH:mm:ss.f} to {p.EndedAt:HH:mm:ss.f} {p.EndReason}").ToListAsync());
        Assert.True(calls.Select(c => c.Split(' ')[0]).Distinct().Count() == 1, string.Join('\n', calls));
        Assert.Equal(4, await database.AskAsync(db => db.Notes.CountAsync(n => n.SessionId == session.Id && n.Kind == NoteKind.Fred)));
        Assert.Equal(RecordingStatus.Complete, await database.AskAsync(db => db.Recordings.Where(r => r.SessionId == session.Id).Select(r => r.Status).SingleAsync()));
    }
}
