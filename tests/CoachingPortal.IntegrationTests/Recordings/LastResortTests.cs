using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Sessions;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings;

/// <summary>What happens when something stays broken, or has to go for good.</summary>
public sealed class LastResortTests(RecordingWorld world) : IClassFixture<RecordingWorld>
{
    private AssembleRecording Step => world.Get<IEnumerable<IPostCallStep>>().OfType<AssembleRecording>().Single();

    [Fact]
    public async Task GiveUp_ThenTriedAgain_ShowsTheFailureAndKeepsTheSound()
    {
        var (call, recording, founder, _) = await world.ARunningRecordingAsync();
        var intake = world.Get<RecorderIntake>();
        var me = new CoachingPortal.Accounts.Caller(world.Founder.Id, Role.Founder, world.Founder.Name);
        var (_, track) = await intake.BeginAsync(me, recording.Id, founder, world.Clock.GetUtcNow(), CancellationToken.None);
        world.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(IntakeOutcome.Taken, await intake.TakeAsync(me, track!.Id, 0, 0, new(new byte[3200]), CancellationToken.None));
        await world.EndsAsync(call);

        await Step.GiveUpAsync(call.SessionId, call.Id, "The disk is full.", CancellationToken.None);
        var failed = (await world.RecordingOfAsync(call))!;
        Assert.Equal(RecordingStatus.Failed, failed.Status);
        Assert.Contains("The disk is full.", failed.FailureReason, StringComparison.Ordinal);

        await Step.RunAsync(call.SessionId, call.Id, CancellationToken.None);
        var written = (await world.RecordingOfAsync(call))!;
        Assert.Equal(RecordingStatus.Complete, written.Status);
        Assert.Null(written.FailureReason);
        Assert.Contains(written.Files, f => f.Name == RecordingKeys.Mixed);
    }

    [Fact]
    public async Task Purge_SessionPastItsGrace_TakesItsRecordingsObjectsWithIt()
    {
        var (call, recording, _, _) = await world.ARunningRecordingAsync();
        await world.EndsAsync(call);
        var store = world.Get<IObjectStore>();
        var key = RecordingKeys.File(recording, RecordingKeys.Mixed);
        await store.PutAsync(key, new MemoryStream(new byte[100]));
        var old = world.Clock.GetUtcNow() - Deletion.Grace - TimeSpan.FromMinutes(1);
        await world.InDbAsync(db => db.Sessions.Where(s => s.Id == call.SessionId).ExecuteUpdateAsync(u => u.SetProperty(s => s.DeletedAt, old)));

        await world.Get<RecordingLibrary>().PurgeAsync();
        await world.Get<SessionDeletion>().PurgeAsync();

        Assert.False(await world.InDbAsync(db => db.Sessions.AnyAsync(s => s.Id == call.SessionId)));
        Assert.Null(await store.HeadAsync(key));
    }

    [Fact]
    public async Task Admin_WhoIsNoneAnyMore_DoesNothingFromAnOpenPage()
    {
        var before = await world.APersonAsync("Dora Demoted", Role.Admin);
        Assert.Null(await world.Get<PeopleAdmin>().ChangeRoleAsync(world.Admin.Id, before.Id, Role.Coach));

        Assert.NotNull(await world.Get<PeopleAdmin>().ChangeRoleAsync(before.Id, before.Id, Role.Admin));
        Assert.NotNull(await world.Get<PeopleAdmin>().ChangeTierAsync(before.Id, world.OtherFounder.Id, Tier.Studio));
        Assert.NotNull((await world.Get<AgentAdmin>().CreateAsync(before.Id, "mine", AgentScopes.All)).Problem);
        Assert.NotNull((await world.Get<CoachingPortal.Accounts.Invitations>().InviteAsync(before.Id, "back@example.test", null, Role.Admin, Tier.Free)).Problem);
    }
}
