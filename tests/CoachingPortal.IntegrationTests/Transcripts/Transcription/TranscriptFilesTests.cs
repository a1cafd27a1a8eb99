using CoachingPortal.Admin;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Accounts;
using CoachingPortal.IntegrationTests.Recordings;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts.Transcription;

/// <summary>What people get of a transcript besides the page's text, and what they and the admin are told of it.</summary>
public sealed class TranscriptFilesTests(TranscriptionWorld world) : IClassFixture<TranscriptionWorld>
{
    [Fact]
    public async Task Files_OfARecordedCall_HaveTheRecordingsTimesAndMarkWhatIsUnsure()
    {
        var (call, recording) = await world.ACallAsync([world.Founder, world.Coach]);
        await world.ACaptionAsync(call, world.Founder, recording, -4, -1, "too early");
        await world.ACaptionAsync(call, world.Founder, recording, 1, 4, "We raise <b>prices</b>");
        await world.AssembleAsync(call);
        using var founder = world.SignedIn(world.Founder);

        var vtt = await founder.GetAsync($"/api/coaching/sessions/{call.SessionId}/transcript.vtt");
        var srt = await founder.GetStringAsync($"/api/coaching/sessions/{call.SessionId}/transcript.srt?call={call.Id}");
        var text = await founder.GetStringAsync($"/api/coaching/sessions/{call.SessionId}/transcript.txt");

        Assert.Equal("WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Fiona Founder>We raise &lt;b&gt;prices&lt;/b&gt; [may be misheard]</v>\n", await vtt.Content.ReadAsStringAsync());
        Assert.Equal(("text/vtt; charset=utf-8", "attachment"), (vtt.Content.Headers.ContentType!.ToString(), vtt.Content.Headers.ContentDisposition!.DispositionType));
        Assert.EndsWith(".vtt", vtt.Content.Headers.ContentDisposition.FileNameStar, StringComparison.Ordinal);
        Assert.StartsWith("1\n00:00:01,000 --> 00:00:04,000\nFiona Founder: We raise ", srt, StringComparison.Ordinal);
        Assert.Equal("FOUNDER: too early [may be misheard]\nFOUNDER: We raise <b>prices</b> [may be misheard]\n", text);
    }

    [Fact]
    public async Task Files_OfASecondCall_CountFromItsOwnStart()
    {
        var first = await world.ACallAsync(requested: false);
        await world.EndsAsync(first);
        var second = new Call { SessionId = first.SessionId, StartedAt = first.StartedAt.AddMinutes(10), EndedAt = first.StartedAt.AddMinutes(20) };
        await world.InDbAsync(async db =>
        {
            db.Add(second);
            await db.SaveChangesAsync();
        });
        await world.ACaptionAsync(first, world.Founder, At(first), 1, 2, "one");
        await world.ACaptionAsync(second, world.Founder, At(second), 3, 4, "two");
        using var coach = world.SignedIn(world.Coach);

        Task<string> Srt(string query) => coach.GetStringAsync($"/api/coaching/sessions/{first.SessionId}/transcript.srt{query}");

        Assert.Contains("00:00:03,000", await Srt($"?call={second.Id}"), StringComparison.Ordinal);
        Assert.DoesNotContain("one", await Srt($"?call={second.Id}"), StringComparison.Ordinal);
        Assert.Contains("00:10:03,000", await Srt(""), StringComparison.Ordinal);
        Assert.Equal(404, (int)(await coach.GetAsync($"/api/coaching/sessions/{first.SessionId}/transcript.srt?call={Ids.New()}")).StatusCode);
        Assert.Equal(400, (int)(await coach.GetAsync($"/api/coaching/sessions/{first.SessionId}/transcript.srt?call=x")).StatusCode);
        var page = await coach.GetStringAsync($"/sessions/{first.SessionId}");
        Assert.Contains($"/api/coaching/sessions/{first.SessionId}/transcript.vtt?call={second.Id}", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vocabulary_OfACoach_IsBoundedAndTold()
    {
        world.Service.Reset();
        using var coach = world.SignedIn(world.Coach);
        var tooLong = await (await coach.SendFormAsync("/account", "vocabulary", ("Words.Text", new string('x', 51)))).Content.ReadAsStringAsync();
        Assert.Contains("A word has at most 50 characters", tooLong, StringComparison.Ordinal);

        Assert.Equal("/account?saved=words", (await coach.SendFormAsync("/account", "vocabulary", ("Words.Text", "Zeppelin\r\nHead of Sales, zeppelin"))).RedirectPath());

        Assert.Equal(["Zeppelin", "Head of Sales"], await world.InDbAsync(db => db.People.Where(p => p.Id == world.Coach.Id).Select(p => p.Vocabulary).SingleAsync()));
        var (call, _) = await world.ACallAsync([world.Coach]);
        await world.AssembleAsync(call);
        await world.TranscribeAsync(call);
        Assert.Equal("Fiona Founder, Carla Coach, Zeppelin, Head of Sales, Quotely.", Assert.Single(world.Service.Requests).Fields["prompt"]);
        Assert.DoesNotContain("account-vocabulary", await world.SignedIn(world.Founder).GetStringAsync("/account"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Probe_AfterASuccessAndAFailure_SaysBothAndWhatWaits()
    {
        var (call, _) = await world.ACallAsync([world.Coach]);
        await world.AssembleAsync(call);
        await world.TranscribeAsync(call);
        await world.Get<SystemChecks>().RunAsync();
        var good = await CheckAsync();
        var failed = new PostCallStep { CallId = call.Id, SessionId = call.SessionId, Name = "transcribe", Position = 1, Status = StepStatus.Failed, Attempts = 5, Error = "The transcription service failed (503)." };
        await world.InDbAsync(async db =>
        {
            db.Add(failed);
            await db.SaveChangesAsync();
        });

        await world.Get<SystemChecks>().RunAsync();

        var bad = await CheckAsync();
        await world.InDbAsync(db => db.PostCallSteps.Where(s => s.CallId == call.Id).ExecuteDeleteAsync());
        Assert.Equal(ProbeState.Works, good.State);
        Assert.NotNull(good.LastSuccessAt);
        Assert.Equal((ProbeState.Fails, good.LastSuccessAt, failed.Error), (bad.State, bad.LastSuccessAt, bad.LastFailure));
        Assert.NotNull(bad.LastFailureAt);
        Assert.EndsWith("0 waiting or running, 0 to be tried again, 1 given up.", bad.Words, StringComparison.Ordinal);
    }

    private async Task<SystemCheck> CheckAsync() => (await world.Get<SystemChecks>().ListAsync()).Single(p => p.Name == "transcripts").Check!;

    private Recording At(Call call) => new() { SessionId = call.SessionId, CallId = call.Id, RequestedById = world.Founder.Id, Status = RecordingStatus.Complete, StartedAt = call.StartedAt, SampleRate = 16000 };
}
