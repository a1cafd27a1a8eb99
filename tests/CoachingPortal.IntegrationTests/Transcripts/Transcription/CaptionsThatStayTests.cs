using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

/// <summary>Captions give way to what was heard of the same words, and to nothing else.</summary>
public sealed class CaptionsThatStayTests(TranscriptionWorld world) : IClassFixture<TranscriptionWorld>, IAsyncLifetime
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
    public async Task WhereTheSoundWasLost_TheWordsOfATurnStay_AndItsEvidenceLeadsToThem()
    {
        // On the founder's track there is silence from 4 to 9 s.
        var (call, recording) = await world.ACallAsync([world.Founder]);
        Turn[] lost = [await world.ACaptionAsync(call, world.Founder, recording, 5, 7, "and hire in May"), await world.ACaptionAsync(call, world.Founder, recording, 7.3, 8.6, "or in June")];
        // Joined once before the recording is there, and then again with what has come since.
        await Assert.ThrowsAsync<StepWaitsException>(() => world.TranscribeAsync(call));
        Turn[] captions =
        [
            await world.ACaptionAsync(call, world.Founder, recording, 1.4, 4.2, "we braise mice"), .. lost, await world.ACaptionAsync(call, world.Founder, recording, 9.5, 12.8, "which I promise"),
        ];
        var evidence = await AnItemAsync(call, captions[2]);
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: founder 1.0-4.0", "Fiona: and hire in May or in June 5.0-8.6", "Fiona: founder 9.0-12.0"], await world.TranscriptAsync(recording));
        var turns = await world.TurnsAsync(call.SessionId);
        Assert.Equal(TurnSource.Caption, turns[1].Source);
        Assert.Equal([turns[1].Id], await world.InDbAsync(db => db.Items.Where(i => i.Id == evidence).Select(i => i.EvidenceTurnIds).SingleAsync()));
        var all = await world.TurnsAsync(call.SessionId, all: true);
        Assert.Equal([turns[0].Id, turns[1].Id, turns[1].Id, turns[2].Id], captions.Select(c => all.Single(t => t.Id == c.Id).SupersededById!.Value));
        Assert.Equal(["Written down after the call, from each one's own recording. Where nothing was understood on it, the captions of the call stay."], await WordsAsync(call));
    }

    [Fact]
    public async Task WhatTheServiceTookForNoise_IsReadInTheCaptions()
    {
        var (call, recording) = await world.ACallAsync([world.Founder]);
        await world.ACaptionAsync(call, world.Founder, recording, 1.4, 4.2, "we braise mice");
        await world.ACaptionAsync(call, world.Founder, recording, 9.5, 12, "which I promise");
        world.Service.Understands = 1;
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: founder 1.0-4.0", "Fiona: which I promise 9.5-12.0"], await world.TranscriptAsync(recording));
    }

    [Fact]
    public async Task OneOfWhomNothingWasUnderstood_KeepsTheirCaptions()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach], founderSays: TranscriptionWorld.Pause(12));
        await world.ACaptionAsync(call, world.Founder, recording, 1, 4, "we raise prices");
        await world.ACaptionAsync(call, world.Coach, recording, 5, 8, "Wren?");
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: we raise prices 1.0-4.0", "Carla: coach 5.0-8.0"], await world.TranscriptAsync(recording));
        Assert.EndsWith("Where nothing was understood on it, the captions of the call stay.", Assert.Single(await WordsAsync(call)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NothingUnderstoodAtAll_IsSaid_AndAllCaptionsStay()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        await world.ACaptionAsync(call, world.Founder, recording, 1, 4, "we raise prices");
        await world.ACaptionAsync(call, world.Coach, recording, 5, 8, "When?");
        world.Service.Understands = 0;
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: we raise prices 1.0-4.0", "Carla: When? 5.0-8.0"], await world.TranscriptAsync(recording));
        Assert.Equal(["Nothing was understood on the recordings, so the captions of the call stay."], await WordsAsync(call));
    }

    [Fact]
    public async Task CaptionsTimedByTheirAnswers_AreNotReadTwice()
    {
        var (call, recording) = await world.ACallAsync([world.Founder]);
        // Begun late and ended late; ended after the recording; all of it after what was heard, with the same words.
        await world.ACaptionAsync(call, world.Founder, recording, 2.4, 6, "we braise mice");
        await world.ACaptionAsync(call, world.Founder, recording, 10.2, 14.5, "which I promise");
        await world.ACaptionAsync(call, world.Founder, recording, 15, 15, "Founder.");
        await world.AssembleAsync(call);

        await world.TranscribeAsync(call);

        Assert.Equal(["Fiona: founder 1.0-4.0", "Fiona: founder 9.0-12.0"], await world.TranscriptAsync(recording));
    }

    [Fact]
    public async Task CaptionThatComesLate_OfATimeInWhichNothingWasHeard_IsShown()
    {
        var (call, recording) = await world.ACallAsync([world.Founder]);
        await world.AssembleAsync(call);
        await world.TranscribeAsync(call);
        var session = await world.InDbAsync(db => db.Sessions.SingleAsync(s => s.Id == call.SessionId));

        foreach (var (key, from, to) in ((string, double, double)[])[("heard", 1.5, 5), ("lost", 6, 8.5)])
            await world.InDbAsync(db => world.Get<Turns>().AddAsync(
                db, session, world.Founder.Id, TurnSource.Agent, new(key, "late words", recording.StartedAt.AddSeconds(from), recording.StartedAt.AddSeconds(to), null, null), call.Id));

        Assert.Equal(["Fiona: founder 1.0-4.0", "Fiona: late words 6.0-8.5", "Fiona: founder 9.0-12.0"], await world.TranscriptAsync(recording));
    }

    private async Task<IReadOnlyList<string>> WordsAsync(Call call) =>
        (await world.Get<SessionReader>().LoadAsync(call.SessionId, new(world.Coach.Id, Role.Coach, world.Coach.Name)))!.Course.TranscriptWords;

    private async Task<Guid> AnItemAsync(Call call, Turn evidence)
    {
        var item = new SessionItem
        {
            SessionId = call.SessionId, Kind = ItemKind.Decision, Text = "Hire in June", Source = SummarySource.Offline, EvidenceTurnIds = [evidence.Id], CreatedAt = world.Clock.GetUtcNow(),
        };
        await world.InDbAsync(async db =>
        {
            db.Add(item);
            await db.SaveChangesAsync();
        });
        return item.Id;
    }
}
