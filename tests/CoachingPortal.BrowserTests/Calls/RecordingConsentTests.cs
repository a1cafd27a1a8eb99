using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>Who may have a call recorded, and how it stops.</summary>
public sealed class RecordingConsentTests(Stage stage) : IAsyncLifetime
{
    private readonly List<Visitor> visitors = [];
    private PortalProcess portal = null!;
    private Stage.Database database = null!;
    private Person coach = null!;
    private Person founder = null!;
    private CoachingSession session = null!;

    public async ValueTask InitializeAsync()
    {
        (portal, database) = await stage.ThePortalAsync();
        coach = await database.APersonAsync("Carla Coach", Role.Coach);
        founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        session = await database.ASessionAsync(coach, founder);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors)
            await visitor.DisposeAsync();
    }

    [Fact]
    public async Task ProFounder_SeesTheToggleLocked_ForgedRequestIsRefusedAndLogged_StudioUnlocksAtTheNextLobby()
    {
        var pro = await database.APersonAsync("Paul Pro", Role.Founder, Tier.Pro);
        var his = await database.ASessionAsync(coach, pro);
        var paul = await SeatAsync(pro, his, 440);
        await paul.OpenLobbyAsync();

        await Assertions.Expect(paul.Find("recording-locked")).ToContainTextAsync("Studio");
        await Assertions.Expect(paul.Find("recording-toggle")).ToHaveCountAsync(0);
        var (status, _) = await paul.PostAsync("/api/livekit/token", new { sessionId = his.Id, enableRecording = true, consents = new { recording = true } });
        Assert.Equal(403, status);
        await database.UntilAsync(_ => Task.FromResult(portal.Log.Any(l => l.Contains(his.Id.ToString(), StringComparison.Ordinal) && l.Contains("Warning", StringComparison.Ordinal))), l => l, "the refusal in the log");

        var admin = await database.APersonAsync("Ada Admin", Role.Admin);
        var ada = await Visitor.SignInAsync(stage, portal, admin);
        visitors.Add(ada);
        await ada.GoToAsync("/people?q=" + Uri.EscapeDataString(pro.Email!));
        await ada.Find($"person-tier-{pro.Email}").SelectOptionAsync("Studio");
        await database.UntilAsync(db => db.People.Where(p => p.Id == pro.Id).Select(p => p.Tier).SingleAsync(), t => t == Tier.Studio, "the tier");

        await paul.OpenLobbyAsync();
        await Assertions.Expect(paul.Find("recording-toggle")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task CoachDeclines_CallGoesOnUnrecorded_BothSeeWhy()
    {
        var (fiona, carla) = await InTheCallAsync(coachAgrees: false);

        await fiona.SeesAndHearsTheOtherAsync();
        await fiona.SeesReasonAsync("Carla");
        await carla.SeesReasonAsync("record");
        await fiona.SeesRecordingAsync(false);
        Assert.Equal(0, await database.AskAsync(db => db.Recordings.CountAsync(r => r.SessionId == session.Id)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EitherWithdraws_RecordingStopsWithinTwoSecondsAndTheSpanIsMarked(bool coachWithdraws)
    {
        var (fiona, carla) = await InTheCallAsync(coachAgrees: true);
        await fiona.SeesRecordingAsync(true);
        await carla.SeesRecordingAsync(true);
        var (who, other, person) = coachWithdraws ? (carla, fiona, coach) : (fiona, carla, founder);

        await who.Find("withdraw-recording").ClickAsync();

        await who.SeesRecordingAsync(false, 2000);
        await other.SeesRecordingAsync(false, 2000);
        var segment = await database.AskAsync(db => db.RecordingSegments.SingleAsync(s => db.Recordings.Any(r => r.Id == s.RecordingId && r.SessionId == session.Id)));
        Assert.Equal(SegmentEnd.Withdrawn, segment.EndedBy);
        Assert.Equal(person.Id, segment.EndedById);
    }

    [Fact]
    public async Task PauseAndResume_BothSeeIt_TwoSpansOfOneRecording()
    {
        var (fiona, carla) = await InTheCallAsync(coachAgrees: true);
        await fiona.SeesRecordingAsync(true);

        await carla.Find("recording-pause").ClickAsync();
        await fiona.SeesRecordingAsync(false, 5000);
        await fiona.Find("recording-resume").ClickAsync();
        await carla.SeesRecordingAsync(true);

        var spans = await database.AskAsync(db => db.Recordings.Where(r => r.SessionId == session.Id).Select(r => r.Segments.OrderBy(s => s.Number).Select(s => s.EndedBy).ToList()).SingleAsync());
        Assert.Equal([SegmentEnd.Paused, null], spans);
    }

    [Fact]
    public async Task CoachComesBackDuringARecordingAndSaysNo_ItHasStoppedBeforeTheyAreIn()
    {
        var (fiona, carla) = await InTheCallAsync(coachAgrees: true);
        await fiona.SeesRecordingAsync(true);
        await carla.LeaveAsync();
        await fiona.SeesRecordingAsync(true);
        await carla.OpenLobbyAsync();

        await carla.JoinAsync(agree: false);

        await fiona.SeesRecordingAsync(false, 3000);
        var (joined, ended) = await database.AskAsync(async db => (
            await db.Participations.Where(p => p.SessionId == session.Id && p.PersonId == coach.Id && p.EndedAt == null).Select(p => p.JoinedAt!.Value).SingleAsync(),
            await db.RecordingSegments.Where(s => db.Recordings.Any(r => r.Id == s.RecordingId && r.SessionId == session.Id)).Select(s => s.EndedAt).SingleAsync()));
        Assert.True(ended < joined, $"the recording ended at {ended:O}, the coach came in at {joined:O}");
    }

    private async Task<(Seat Fiona, Seat Carla)> InTheCallAsync(bool coachAgrees)
    {
        var fiona = await SeatAsync(founder, session, 440);
        var carla = await SeatAsync(coach, session, 1000);
        await fiona.OpenLobbyAsync();
        await fiona.JoinAsync(record: true, agree: true);
        await carla.OpenLobbyAsync();
        await carla.JoinAsync(agree: coachAgrees);
        return (fiona, carla);
    }

    private async Task<Seat> SeatAsync(Person person, CoachingSession where, int tone)
    {
        var visitor = await Visitor.SignInAsync(stage, portal, person, tone);
        visitors.Add(visitor);
        return new Seat(visitor, where);
    }
}
