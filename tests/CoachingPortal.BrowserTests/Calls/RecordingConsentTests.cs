using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>Who may have a call recorded, and how it stops.</summary>
public sealed class RecordingConsentTests(Stage stage) : TwoPeople(stage)
{
    [Fact]
    public async Task ProFounder_SeesTheToggleLocked_ForgedRequestIsRefusedAndLogged_StudioUnlocksAtTheNextLobby()
    {
        var pro = await Database.APersonAsync("Paul Pro", Role.Founder, Tier.Pro);
        var his = await Database.ASessionAsync(Coach, pro);
        var paul = await SeatAsync(pro, his, 440);
        await paul.OpenLobbyAsync();

        await Assertions.Expect(paul.Find("recording-locked")).ToContainTextAsync("Studio");
        await Assertions.Expect(paul.Find("recording-toggle")).ToHaveCountAsync(0);
        var (status, _) = await paul.PostAsync("/api/livekit/token", new { sessionId = his.Id, enableRecording = true, consents = new { recording = true } });
        Assert.Equal(403, status);
        await Database.UntilAsync(_ => Task.FromResult(Portal!.Log.Any(l => l.Contains(his.Id.ToString(), StringComparison.Ordinal) && l.Contains("Warning", StringComparison.Ordinal))), l => l, "the refusal in the log");

        var admin = await Database.APersonAsync("Ada Admin", Role.Admin);
        var ada = await SignInAsync(admin);
        await ada.GoToAsync("/people?q=" + Uri.EscapeDataString(pro.Email!));
        await ada.Find($"person-tier-{pro.Email}").SelectOptionAsync("Studio");
        await Database.UntilAsync(db => db.People.Where(p => p.Id == pro.Id).Select(p => p.Tier).SingleAsync(), t => t == Tier.Studio, "the tier");

        await paul.OpenLobbyAsync();
        await Assertions.Expect(paul.Find("recording-toggle")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task CoachDeclines_CallGoesOnUnrecorded_BothSeeWhy()
    {
        await BothJoinAsync(record: true, coachAgrees: false);

        await Fiona.SeesAndHearsTheOtherAsync();
        await Fiona.SeesReasonAsync("Carla");
        await Carla.SeesReasonAsync("record");
        await Fiona.SeesRecordingAsync(false);
        Assert.Equal(0, await Database.AskAsync(db => db.Recordings.CountAsync(r => r.SessionId == Session.Id)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task EitherWithdraws_RecordingStopsWithinTwoSecondsAndTheSpanIsMarked(bool coachWithdraws)
    {
        await BothJoinAsync(record: true, coachAgrees: true);
        await Fiona.SeesRecordingAsync(true);
        await Carla.SeesRecordingAsync(true);
        var (who, other, person) = coachWithdraws ? (Carla, Fiona, Coach) : (Fiona, Carla, Founder);

        await Assertions.Expect(who.Find("withdraw-recording")).ToBeVisibleAsync();
        await who.Page.EvaluateAsync("() => addEventListener('click', () => { window.pressed = Date.now(); }, { capture: true, once: true })");
        await who.Find("withdraw-recording").ClickAsync();

        await who.SeesRecordingAsync(false);
        await other.SeesRecordingAsync(false);
        var segment = await Database.AskAsync(db => db.RecordingSegments.SingleAsync(s => db.Recordings.Any(r => r.Id == s.RecordingId && r.SessionId == Session.Id)));
        Assert.Equal(SegmentEnd.Withdrawn, segment.EndedBy);
        Assert.Equal(person.Id, segment.EndedById);
        // From the press on, not from when the test asked for one. No sound is taken any more; when the two pages have drawn it is a matter of the machine.
        var pressed = DateTimeOffset.FromUnixTimeMilliseconds(await who.Page.EvaluateAsync<long>("window.pressed"));
        Assert.InRange((segment.EndedAt!.Value - pressed).TotalSeconds, 0, 2);
    }

    [Fact]
    public async Task PauseAndResume_BothSeeIt_TwoSpansOfOneRecording()
    {
        await BothJoinAsync(record: true, coachAgrees: true);
        await Fiona.SeesRecordingAsync(true);

        await Carla.Find("recording-pause").ClickAsync();
        await Fiona.SeesRecordingAsync(false);
        await Fiona.Find("recording-resume").ClickAsync();
        await Carla.SeesRecordingAsync(true);

        var spans = await Database.AskAsync(db => db.Recordings.Where(r => r.SessionId == Session.Id).Select(r => r.Segments.OrderBy(s => s.Number).Select(s => s.EndedBy).ToList()).SingleAsync());
        Assert.Equal([SegmentEnd.Paused, null], spans);
    }

    [Fact]
    public async Task CoachComesBackDuringARecordingAndSaysNo_ItHasStoppedBeforeTheyAreIn()
    {
        await BothJoinAsync(record: true, coachAgrees: true);
        await Fiona.SeesRecordingAsync(true);
        await Carla.LeaveAsync();
        await Fiona.SeesRecordingAsync(true);
        await Carla.OpenLobbyAsync();

        await Carla.JoinAsync(agree: false);

        await Fiona.SeesRecordingAsync(false);
        var (joined, ended) = await Database.AskAsync(async db => (
            await db.Participations.Where(p => p.SessionId == Session.Id && p.PersonId == Coach.Id && p.EndedAt == null).Select(p => p.JoinedAt!.Value).SingleAsync(),
            await db.RecordingSegments.Where(s => db.Recordings.Any(r => r.Id == s.RecordingId && r.SessionId == Session.Id)).Select(s => s.EndedAt).SingleAsync()));
        Assert.True(ended < joined, $"the recording ended at {ended:O}, the coach came in at {joined:O}");
    }
}
