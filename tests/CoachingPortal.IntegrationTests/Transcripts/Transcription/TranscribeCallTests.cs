using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Recordings;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts;
using CoachingPortal.Transcripts.Corrections;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

public sealed class TranscribeCallTests(TranscriptionWorld world) : IClassFixture<TranscriptionWorld>, IAsyncLifetime
{
    public ValueTask InitializeAsync()
    {
        world.Service.Reset();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        Assert.Empty(world.Service.Complaints);
        return default;
    }

    [Fact]
    public async Task BothAgreed_EachOnesOwnTrack_BecomesTurnsAtItsTimesInPlaceOfTheCaptions()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        var caption = await world.ACaptionAsync(call, world.Founder, recording, 1, 4, "we braise mice");
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: founder 1.0-4.0", "Carla: coach 5.0-8.0", "Fiona: founder 9.0-12.0"], await world.TranscriptAsync(recording));
        var turns = await world.TurnsAsync(call.SessionId);
        Assert.All(turns, t => Assert.Equal((TurnSource.Transcription, "en", call.Id), (t.Source, t.Language, t.CallId)));
        Assert.All(turns, t => Assert.Equal(0.9, t.Confidence!.Value, 3));
        var old = Assert.Single(await world.TurnsAsync(call.SessionId, all: true), t => t.SupersededAt is not null);
        Assert.Equal((caption.Id, "we braise mice", turns[0].Id), (old.Id, old.Text, old.SupersededById));
        Assert.Equal(["founder", "coach"], world.Service.Requests.Select(r => r.Tone).Distinct());
        Assert.All(world.Service.Requests, r => Assert.StartsWith("Fiona Founder, Carla Coach, ", r.Fields["prompt"], StringComparison.Ordinal));
        Assert.All(world.Service.Requests, r => Assert.Contains("Quotely", r.Fields["prompt"], StringComparison.Ordinal));
        Assert.Equal(["Written down after the call, from each one's own recording."], (await PageAsync(call)).Course.TranscriptWords);
    }

    [Fact]
    public async Task RunAgain_AfterACrashAtItsEnd_ChangesNothing()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        await world.AssembleAsync(call);
        await world.TranscribeAsync(call);
        var (before, asked) = (await world.TurnsAsync(call.SessionId, all: true), world.Service.Requests.Count);

        await world.TranscribeAsync(call);

        Assert.Equal(before.Select(t => t.Id), (await world.TurnsAsync(call.SessionId, all: true)).Select(t => t.Id));
        Assert.Equal(asked, world.Service.Requests.Count);
    }

    [Fact]
    public async Task LongTrack_GoesInPiecesUnderTheLimit_AndKeepsItsTimes()
    {
        // 300 kB hold about nine seconds.
        byte[] said = [.. TranscriptionWorld.Pause(1), .. Enumerable.Range(0, 6).SelectMany(_ => (byte[])[.. Sound.Tone(440, 3), .. TranscriptionWorld.Pause(1)])];
        var (call, recording) = await world.ACallAsync([world.Founder], 26, said);
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.True(world.Service.Requests.Count >= 3);
        Assert.All(world.Service.Requests, r => Assert.InRange(r.Bytes, 1, FakeTranscription.Limit));
        var turn = Assert.Single(await world.TurnsAsync(call.SessionId));
        Assert.Equal("founder founder founder founder founder founder", turn.Text);
        Assert.Equal(1, (turn.StartedAt - recording.StartedAt).TotalSeconds, 0.11);
        Assert.Equal(24, (turn.EndedAt - recording.StartedAt).TotalSeconds, 0.11);
    }

    [Fact]
    public async Task ServerWithoutSegments_LongText_BecomesTurnsAtSentenceEndsWithNothingCutAway()
    {
        world.Service.Whole = string.Join(' ', Enumerable.Range(0, 200).Select(i => $"Sentence number {i} of what was said on this track is right here."));
        var (call, recording) = await world.ACallAsync([world.Founder], 10, [.. TranscriptionWorld.Pause(1), .. Sound.Tone(440, 3)]);
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        var turns = await world.TurnsAsync(call.SessionId);
        Assert.True(world.Service.Whole.Length > 8000 && world.Service.Requests.Count == 1);
        Assert.InRange(turns.Count, 13, 30);
        Assert.Equal(world.Service.Whole, string.Join(' ', turns.Select(t => t.Text)));
        Assert.All(turns, t => Assert.EndsWith(".", t.Text, StringComparison.Ordinal));
        Assert.All(turns.Zip(turns.Skip(1)), p => Assert.True(p.First.StartedAt < p.Second.StartedAt && p.First.EndedAt <= p.Second.StartedAt));
        Assert.Equal(recording.StartedAt, turns[0].StartedAt, TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task WhoDidNotAgree_IsNotSent_AndKeepsTheirCaptions()
    {
        var (call, recording) = await world.ACallAsync([world.Founder]);
        await world.ACaptionAsync(call, world.Coach, recording, 5, 8, "an earlier word");
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: founder 1.0-4.0", "Carla: an earlier word 5.0-8.0", "Fiona: founder 9.0-12.0"], await world.TranscriptAsync(recording));
        Assert.Equal(["founder"], world.Service.Requests.Select(r => r.Tone).Distinct());
    }

    [Fact]
    public async Task WhatWasSaidBeforeTheYes_IsNotSent()
    {
        var (call, recording) = await world.ACallAsync([]);
        await world.TranscriptAsync(call, world.Founder, true, recording.StartedAt.AddSeconds(6));
        await world.ACaptionAsync(call, world.Founder, recording, 1, 4, "before");
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: before 1.0-4.0", "Fiona: founder 9.0-12.0"], await world.TranscriptAsync(recording));
        Assert.InRange(Assert.Single(world.Service.Requests).Seconds, 3, 6);
    }

    [Fact]
    public async Task WithdrawnWhileItIsWrittenDown_NothingOfThemIsKept()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        await world.AssembleAsync(call);
        world.Service.Before = () => world.Service.Requests.IsEmpty ? world.TranscriptAsync(call, world.Founder, false) : Task.CompletedTask;

        await world.TranscribeAsync(call);

        Assert.Equal(["Carla: coach 5.0-8.0"], await world.TranscriptAsync(recording));
    }

    [Fact]
    public async Task WordsOfAPerson_AreNeverReplaced()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        var corrected = await world.ACaptionAsync(call, world.Founder, recording, 0.5, 4.2, "We raise prices", TurnSource.Hand);
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: We raise prices 0.5-4.2", "Carla: coach 5.0-8.0", "Fiona: founder 9.0-12.0"], await world.TranscriptAsync(recording));
        Assert.Equal(corrected.Id, (await world.TurnsAsync(call.SessionId))[0].Id);
    }

    [Fact]
    public async Task Evidence_OfReplacedTurns_LeadsToThoseThatSayItNow()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        Turn[] captions =
        [
            await world.ACaptionAsync(call, world.Founder, recording, 1, 2, "we raise"), await world.ACaptionAsync(call, world.Founder, recording, 2, 4, "prices"),
            await world.ACaptionAsync(call, world.Founder, recording, 8.8, 12, "in May"),
        ];
        var item = await AnItemAsync(call, captions);
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        var turns = await world.TurnsAsync(call.SessionId);
        Assert.Equal([turns[0].Id, turns[2].Id], await world.InDbAsync(db => db.Items.Where(i => i.Id == item).Select(i => i.EvidenceTurnIds).SingleAsync()));
        // A summary that was made of the captions meanwhile, and is stored only now, names them still.
        var late = await AnItemAsync(call, captions);
        Assert.Equal([turns[0].Id, turns[2].Id], (await PageAsync(call)).Items.Single(i => i.Id == late).Evidence.Select(e => e.TurnId));
    }

    [Fact]
    public async Task CaptionThatComesLate_OfATimeThatIsWrittenDown_IsShownNowhere()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        await world.AssembleAsync(call);
        await world.TranscribeAsync(call);
        var session = await world.InDbAsync(db => db.Sessions.SingleAsync(s => s.Id == call.SessionId));

        Task<Turn?> Comes(string key, double from, double to) => world.InDbAsync(db => world.Get<Turns>().AddAsync(
            db, session, world.Founder.Id, TurnSource.Caption, new(key, "late", recording.StartedAt.AddSeconds(from), recording.StartedAt.AddSeconds(to), null, null), call.Id));
        var late = await Comes("late", 1, 4);
        await Comes("before", -3, -2);

        Assert.NotNull(late!.SupersededAt);
        Assert.Equal("Fiona: late -3.0--2.0", (await world.TranscriptAsync(recording))[0]);
        Assert.Equal(4, (await world.TranscriptAsync(recording)).Length);
    }

    [Theory]
    [InlineData(429, 0)]
    [InlineData(500, null)]
    public async Task ServiceThatIsBusyOrFailsOnce_IsAskedAgain(int status, int? retryAfter)
    {
        var (call, recording) = await world.ACallAsync([world.Coach]);
        await world.AssembleAsync(call);
        world.Service.Faults.Enqueue((status, retryAfter));

        await world.TranscribeAsync(call);

        Assert.Equal(["Carla: coach 5.0-8.0"], await world.TranscriptAsync(recording));
    }

    [Theory]
    [InlineData(429, 3, "too much to do")]
    [InlineData(503, 3, "failed (503)")]
    [InlineData(401, 1, "Transcription:ApiKey")]
    [InlineData(413, 1, "Transcription:MaxUploadBytes")]
    [InlineData(400, 1, "refused what it was asked")]
    public async Task ServiceThatFails_LosesNothing_AndSaysWhy(int status, int tries, string why)
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        await world.ACaptionAsync(call, world.Coach, recording, 5, 8, "an earlier word");
        await world.AssembleAsync(call);
        // The founder's track is heard, the coach's is not.
        world.Service.Before = () =>
        {
            if (world.Service.Requests.Count == 1 && world.Service.Faults.IsEmpty)
                for (var i = 0; i < tries; i++)
                    world.Service.Faults.Enqueue((status, 0));
            return Task.CompletedTask;
        };

        var fault = await Assert.ThrowsAsync<StepFailedException>(() => world.TranscribeAsync(call));

        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("The captions of the call stay.", fault.Message, StringComparison.Ordinal);
        Assert.Equal(["Carla: an earlier word 5.0-8.0"], await world.TranscriptAsync(recording));
        world.Service.Before = null;
        await world.TranscribeAsync(call);
        Assert.Equal(3, (await world.TurnsAsync(call.SessionId)).Count);
    }

    [Fact]
    public async Task RecordingNotYetWritten_IsWaitedFor()
    {
        var (call, _) = await world.ACallAsync([world.Founder]);

        await Assert.ThrowsAsync<StepWaitsException>(() => world.TranscribeAsync(call));
    }

    [Fact]
    public async Task CaptionsAlone_AreJoinedToTurns_AndTheirEvidenceGoesAlong()
    {
        var call = await world.ACallAsync(requested: false);
        var origin = new Recording { SessionId = call.SessionId, CallId = call.Id, RequestedById = world.Founder.Id, Status = RecordingStatus.Complete, StartedAt = call.StartedAt, SampleRate = 16000 };
        Turn[] captions =
        [
            await world.ACaptionAsync(call, world.Founder, origin, 1, 2, "We raise"), await world.ACaptionAsync(call, world.Founder, origin, 3, 4, "prices"),
            await world.ACaptionAsync(call, world.Coach, origin, 5, 6, "When?"), await world.ACaptionAsync(call, world.Founder, origin, 7, 8, "in May", TurnSource.Hand),
            await world.ACaptionAsync(call, world.Founder, origin, 8.5, 9, "I think"),
        ];
        var item = await AnItemAsync(call, [captions[1], captions[2]]);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: We raise prices 1.0-4.0", "Carla: When? 5.0-6.0", "Fiona: in May 7.0-8.0", "Fiona: I think 8.5-9.0"], await world.TranscriptAsync(origin));
        var turns = await world.TurnsAsync(call.SessionId);
        Assert.Equal([turns[0].Id, captions[2].Id], (await PageAsync(call)).Items.Single(i => i.Id == item).Evidence.Select(e => e.TurnId));
        Assert.Equal(6, (await world.TurnsAsync(call.SessionId, all: true)).Count);
        Assert.Empty(world.Service.Requests);
    }

    [Fact]
    public async Task Decision_InsideALongTurn_LeadsToItsOwnWordsAndStaysThereWhenTheTurnIsCorrected()
    {
        var call = await world.ACallAsync(requested: false);
        var origin = new Recording { SessionId = call.SessionId, CallId = call.Id, RequestedById = world.Founder.Id, Status = RecordingStatus.Complete, StartedAt = call.StartedAt, SampleRate = 16000 };
        await world.ACaptionAsync(call, world.Founder, origin, 1, 5, "We lost two deals because our pricing says hobby.");
        await world.ACaptionAsync(call, world.Founder, origin, 6, 8, "Customers laugh about it.");
        await world.ACaptionAsync(call, world.Founder, origin, 9.5, 12, "Let's go with ninety for new customers.");
        await world.TranscribeAsync(call);
        var turn = Assert.Single(await world.TurnsAsync(call.SessionId));
        var founder = new Caller(world.Founder.Id, Role.Founder, world.Founder.Name);

        for (var round = 0; round < 2; round++)
        {
            await world.Get<IEnumerable<IPostCallStep>>().Single(s => s.Name == "summarise").RunAsync(call.SessionId, call.Id, CancellationToken.None);
            var decision = Assert.Single((await PageAsync(call)).Items, i => i.Kind == ItemKind.Decision);
            var said = Assert.Single(decision.Evidence);
            Assert.Equal((turn.Id, call.StartedAt.AddSeconds(9.5)), (said.TurnId, said.At));
            if (round == 0)
                Assert.Equal(CorrectionOutcome.Done, (await world.Get<TurnCorrections>().SaveAsync(call.SessionId, turn.Id, founder, turn.Text.Replace("two deals", "two very large deals", StringComparison.Ordinal), turn.Text)).Outcome);
        }
    }

    private async Task<SessionMaterial> PageAsync(Call call) =>
        (await world.Get<SessionReader>().LoadAsync(call.SessionId, new(world.Coach.Id, Role.Coach, world.Coach.Name)))!;

    private async Task<Guid> AnItemAsync(Call call, Turn[] evidence)
    {
        var item = new SessionItem
        {
            SessionId = call.SessionId, Kind = ItemKind.Decision, Text = "Raise prices in May", Source = SummarySource.Offline, EvidenceTurnIds = [.. evidence.Select(t => t.Id)], CreatedAt = world.Clock.GetUtcNow(),
        };
        await world.InDbAsync(async db =>
        {
            db.Add(item);
            await db.SaveChangesAsync();
        });
        return item.Id;
    }
}
