using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings;

public sealed class RecordingGateTests(RecordingWorld world) : IClassFixture<RecordingWorld>
{
    [Fact]
    public async Task Recording_StartsOnlyWithTheLastCondition()
    {
        var call = await world.ACallAsync();
        Assert.Equal(RecordingPhase.Waiting, (await world.StateAsync(call)).Phase);
        await world.SaysAsync(call, world.Founder, true);
        await world.JoinsAsync(call, world.Founder);
        Assert.Equal("Waiting for Carla Coach to join", (await world.StateAsync(call)).Reason);
        await world.JoinsAsync(call, world.Coach);
        Assert.Equal("Waiting for Carla Coach to agree to recording", (await world.StateAsync(call)).Reason);
        Assert.Null(await world.RecordingOfAsync(call));

        await world.SaysAsync(call, world.Coach, true);

        var state = await world.StateAsync(call);
        var recording = (await world.RecordingOfAsync(call))!;
        Assert.Equal(RecordingPhase.Active, state.Phase);
        Assert.Null(state.Reason);
        Assert.Equal((recording.Id, recording.Segments.Single().Id), (state.RecordingId!.Value, state.SegmentId!.Value));
        Assert.Equal(RecordingStatus.Active, recording.Status);
        Assert.Equal(16000, recording.SampleRate);
    }

    [Theory]
    [InlineData(Tier.Free)]
    [InlineData(Tier.Pro)]
    public async Task Recording_FounderWithoutStudio_NeverStarts(Tier tier)
    {
        var founder = await world.APersonAsync("Paula", Role.Founder, tier);
        var call = await world.ACallAsync(founder: founder);
        await world.SaysAsync(call, founder, true);
        await world.SaysAsync(call, world.Coach, true);
        await world.JoinsAsync(call, founder);
        await world.JoinsAsync(call, world.Coach);

        Assert.Null(await world.RecordingOfAsync(call));
        Assert.Equal(new(RecordingPhase.Waiting, "The plan of Paula does not include recording any more", null, null, null, 0), await world.StateAsync(call));
    }

    [Fact]
    public async Task Tier_LoweredWhileItRuns_CountsFromTheNextSpan()
    {
        var founder = await world.APersonAsync("Paula", Role.Founder, Tier.Studio);
        var call = await world.ACallAsync(founder: founder);
        await world.SaysAsync(call, founder, true);
        await world.SaysAsync(call, world.Coach, true);
        await world.JoinsAsync(call, founder);
        await world.JoinsAsync(call, world.Coach);

        await world.GateAsync(call, (db, _) => db.People.Where(p => p.Id == founder.Id).ExecuteUpdateAsync(u => u.SetProperty(p => p.Tier, Tier.Pro)));
        Assert.Equal(RecordingPhase.Active, (await world.StateAsync(call)).Phase);

        Assert.True(await world.InTransactionAsync(db => world.Get<RecordingGate>().PauseAsync(db, call.SessionId, founder.Id)));
        Assert.True(await world.InTransactionAsync(db => world.Get<RecordingGate>().ResumeAsync(db, call.SessionId, founder.Id)));
        Assert.Equal(RecordingPhase.Stopped, (await world.StateAsync(call)).Phase);
    }

    [Fact]
    public async Task Withdrawal_EndsTheSpanInTheSameTransactionAndSaysWho()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(10));

        await world.InTransactionAsync(async db =>
        {
            await Consents.AnswerAsync(db, call.SessionId, world.Coach.Id, ConsentWording.Recording, false, world.Clock.GetUtcNow());
            await world.Get<RecordingGate>().EvaluateAsync(db, call.SessionId);
            // Before the commit: the ticket is given with the span already closed.
            Assert.NotNull((await db.RecordingSegments.AsNoTracking().SingleAsync(s => db.Recordings.Any(r => r.Id == s.RecordingId && r.CallId == call.Id))).EndedAt);
            return true;
        });

        var segment = (await world.RecordingOfAsync(call))!.Segments.Single();
        Assert.Equal((SegmentEnd.Withdrawn, world.Coach.Id), (segment.EndedBy!.Value, segment.EndedById!.Value));
        var state = await world.StateAsync(call);
        Assert.Equal((RecordingPhase.Stopped, "Carla Coach no longer agrees to recording"), (state.Phase, state.Reason));
        Assert.InRange(state.RecordedMs, 10_000, 11_000);
    }

    [Fact]
    public async Task Consent_GrantedAnew_BeginsASecondSpanOfTheSameRecording()
    {
        var (call, recording, _, _) = await world.ARunningRecordingAsync();
        await world.SaysAsync(call, world.Founder, false);
        world.Clock.Advance(TimeSpan.FromSeconds(5));
        await world.SaysAsync(call, world.Founder, true);

        var after = (await world.RecordingOfAsync(call))!;
        Assert.Equal(recording.Id, after.Id);
        Assert.Equal([1, 2], after.Segments.Select(s => s.Number));
        Assert.True(after.Segments[1].StartedAt - after.Segments[0].EndedAt >= TimeSpan.FromSeconds(5));
        Assert.Equal(RecordingPhase.Active, (await world.StateAsync(call)).Phase);
    }

    [Fact]
    public async Task Leaving_WhileTheOtherStays_DoesNotEndTheSpan_ComingBackWithANoDoes()
    {
        var (call, _, founder, _) = await world.ARunningRecordingAsync();

        await world.LeavesAsync(call, founder);
        Assert.Equal(RecordingPhase.Active, (await world.StateAsync(call)).Phase);

        await world.SaysAsync(call, world.Founder, false);
        Assert.Equal(RecordingPhase.Stopped, (await world.StateAsync(call)).Phase);
    }

    [Fact]
    public async Task Span_OnceStopped_NeedsEveryonePresentAgain()
    {
        var (call, _, founder, _) = await world.ARunningRecordingAsync();
        await world.SaysAsync(call, world.Coach, false);
        await world.LeavesAsync(call, founder);
        await world.SaysAsync(call, world.Coach, true);

        var state = await world.StateAsync(call);
        Assert.Equal((RecordingPhase.Stopped, "Waiting for Fiona Founder to join"), (state.Phase, state.Reason));
    }

    [Fact]
    public async Task PauseAndResume_MakeTwoSpans()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        var gate = world.Get<RecordingGate>();
        world.Clock.Advance(TimeSpan.FromSeconds(4));

        Assert.False(await world.InTransactionAsync(db => gate.PauseAsync(db, call.SessionId, world.OtherCoach.Id)));
        Assert.True(await world.InTransactionAsync(db => gate.PauseAsync(db, call.SessionId, world.Coach.Id)));
        Assert.False(await world.InTransactionAsync(db => gate.PauseAsync(db, call.SessionId, world.Coach.Id)));
        var paused = await world.StateAsync(call);
        Assert.Equal((RecordingPhase.Paused, "Paused by Carla Coach"), (paused.Phase, paused.Reason));
        await world.GateAsync(call, (_, _) => Task.CompletedTask);
        Assert.Equal(RecordingPhase.Paused, (await world.StateAsync(call)).Phase);
        world.Clock.Advance(TimeSpan.FromSeconds(60));

        Assert.True(await world.InTransactionAsync(db => gate.ResumeAsync(db, call.SessionId, world.Founder.Id)));
        Assert.False(await world.InTransactionAsync(db => gate.ResumeAsync(db, call.SessionId, world.Founder.Id)));
        var segments = (await world.RecordingOfAsync(call))!.Segments;
        Assert.Equal((SegmentEnd.Paused, world.Coach.Id), (segments[0].EndedBy!.Value, segments[0].EndedById!.Value));
        Assert.Null(segments[1].EndedAt);
        Assert.InRange((await world.StateAsync(call)).RecordedMs, 4_000, 10_000);
    }

    [Fact]
    public async Task Withdrawal_WhilePaused_IsHeededOnResume()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();
        var gate = world.Get<RecordingGate>();
        await world.InTransactionAsync(db => gate.PauseAsync(db, call.SessionId, world.Founder.Id));
        await world.SaysAsync(call, world.Coach, false);
        await world.InTransactionAsync(db => gate.ResumeAsync(db, call.SessionId, world.Founder.Id));

        Assert.Equal(RecordingPhase.Stopped, (await world.StateAsync(call)).Phase);
        Assert.Single((await world.RecordingOfAsync(call))!.Segments);
    }

    [Fact]
    public async Task Request_ByWhoMayNot_IsRefusedAndChangesNothing()
    {
        var call = await world.ACallAsync(requested: false);
        var proCall = await world.ACallAsync(requested: false, founder: world.OtherFounder);

        Assert.False(await RequestAsync(call, world.Coach, true));
        Assert.False(await RequestAsync(call, world.OtherFounder, true));
        Assert.False(await RequestAsync(proCall, world.OtherFounder, true));
        Assert.Equal(RecordingPhase.Off, (await world.StateAsync(call)).Phase);
        Assert.Equal(RecordingPhase.Off, (await world.StateAsync(proCall)).Phase);
        Assert.True(await RequestAsync(call, world.Founder, true));
        Assert.Equal(RecordingPhase.Waiting, (await world.StateAsync(call)).Phase);
    }

    [Fact]
    public async Task Request_TakenBackWhileItRuns_StopsIt()
    {
        var (call, _, _, _) = await world.ARunningRecordingAsync();

        Assert.False(await RequestAsync(call, world.Coach, false));
        Assert.Equal(RecordingPhase.Active, (await world.StateAsync(call)).Phase);
        Assert.True(await RequestAsync(call, world.Founder, false));

        var state = await world.StateAsync(call);
        Assert.Equal((RecordingPhase.Stopped, "Fiona Founder stopped the recording"), (state.Phase, state.Reason));
    }

    [Fact]
    public async Task EndOfCall_ClosesTheSpanAtTheLastSignOfAnyone()
    {
        var (call, _, founder, coach) = await world.ARunningRecordingAsync();
        world.Clock.Advance(TimeSpan.FromSeconds(20));
        await world.LeavesAsync(call, founder);
        await world.LeavesAsync(call, coach);
        var left = world.Clock.GetUtcNow();
        world.Clock.Advance(TimeSpan.FromSeconds(30));

        await world.EndsAsync(call);

        var recording = (await world.RecordingOfAsync(call))!;
        Assert.Equal(RecordingStatus.Processing, recording.Status);
        Assert.Equal(SegmentEnd.CallEnded, recording.Segments.Single().EndedBy);
        Assert.Equal(recording.EndedAt, recording.Segments.Single().EndedAt);
        Assert.InRange(recording.EndedAt!.Value, left.AddSeconds(-1), left);
    }

    [Fact]
    public async Task Evaluations_AtTheSameInstant_StartOneSpan()
    {
        var call = await world.ACallAsync();
        await world.SaysAsync(call, world.Founder, true);
        await world.SaysAsync(call, world.Coach, true);
        await world.JoinsAsync(call, world.Founder);
        await world.InDbAsync(async db =>
        {
            db.Add(new Participation
            {
                CallId = call.Id, SessionId = call.SessionId, PersonId = world.Coach.Id, Role = Role.Coach, TabId = "t",
                CreatedAt = world.Clock.GetUtcNow(), JoinedAt = world.Clock.GetUtcNow(), LastSeenAt = world.Clock.GetUtcNow(),
            });
            await db.SaveChangesAsync();
        });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => world.GateAsync(call, (_, _) => Task.CompletedTask)));

        Assert.Single((await world.RecordingOfAsync(call))!.Segments);
    }

    [Fact]
    public async Task Changes_ArePublishedWithTheCommit()
    {
        var call = await world.ACallAsync();
        var heard = new List<SessionChange>();
        using var subscription = world.Get<SessionFeed>().Subscribe(call.SessionId, (_, change) =>
        {
            lock (heard)
                heard.Add(change);
            return Task.CompletedTask;
        });
        await world.SaysAsync(call, world.Founder, true);
        await world.SaysAsync(call, world.Coach, true);
        await world.JoinsAsync(call, world.Founder);
        await world.JoinsAsync(call, world.Coach);

        for (var i = 0; i < 100; i++)
        {
            lock (heard)
                if (heard.Contains(SessionChange.Recording))
                    return;
            await Task.Delay(20);
        }
        Assert.Fail("Nobody was told that the recording began.");
    }

    [Fact]
    public async Task Gate_OutsideATransaction_Refuses() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => world.InDbAsync(db => world.Get<RecordingGate>().EvaluateAsync(db, Guid.NewGuid())));

    private Task<bool> RequestAsync(Call call, Person person, bool wanted) =>
        world.InTransactionAsync(db => world.Get<RecordingGate>().RequestAsync(db, call.SessionId, person.Id, wanted));
}
