using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>The whole story of a session, by two people in two browsers whose microphones hear different tones.</summary>
public partial class StoryTests(Stage stage)
{
    private const int FounderTone = 440;
    private const int CoachTone = 1000;

    protected Stage Stage { get; } = stage;

    [Fact]
    public async Task Story_RecordedCallWithFred_IsReviewedOnTheSessionPage()
    {
        var (portal, database) = await PortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var session = await database.ASessionAsync(coach, founder);
        await database.AddAsync(new NoteEntry
        {
            SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = coach.Id,
            Text = "Ask about the pilot customers.", CreatedAt = DateTimeOffset.UtcNow.AddHours(-1),
        });
        await using var f = await Visitor.SignInByHandAsync(Stage, portal, founder, FounderTone);
        await using var c = await Visitor.SignInAsync(Stage, portal, coach, CoachTone);
        var fiona = new Seat(f, session);
        var carla = new Seat(c, session);

        // 1. The founder sees the session on the home page and looks at herself in the lobby.
        await Assertions.Expect(f.Page.GetByText(session.Title).First).ToBeVisibleAsync();
        await fiona.OpenLobbyAsync();
        await f.Page.WaitForFunctionAsync("() => { const v = document.querySelector('[data-testid=lobby-preview]'); return !v.hidden && v.videoWidth > 0 && v.currentTime > 0.2; }");
        await f.Page.WaitForFunctionAsync("() => document.querySelector('[data-testid=lobby-level]').value > 0.02");
        await Assertions.Expect(fiona.Find("recording-toggle")).ToBeVisibleAsync();
        Assert.NotEqual(0, await fiona.Find("microphone-select").Locator("option").CountAsync());
        await f.AxeFindsNothingAsync();

        // 2. She asks for a recording, agrees, joins: nothing is recorded yet.
        await fiona.JoinAsync(record: true, agree: true);
        await fiona.SeesReasonAsync("Carla");
        await fiona.SeesRecordingAsync(false);
        Assert.Equal(0, await database.AskAsync(db => db.Recordings.CountAsync(r => r.SessionId == session.Id)));

        // The coach is asked in the lobby and agrees: only now it starts, and both see it.
        await carla.OpenLobbyAsync();
        await Assertions.Expect(carla.Find("consent-recording")).ToBeVisibleAsync();
        await carla.JoinAsync(agree: true);
        await fiona.SeesRecordingAsync(true);
        await carla.SeesRecordingAsync(true);

        // 3. Each sees and hears the other.
        await fiona.SeesAndHearsTheOtherAsync();
        await carla.SeesAndHearsTheOtherAsync();
        await f.AxeFindsNothingAsync();

        // 4. FRED, with who reads it; the reload brings call and chat back.
        await fiona.OpenFredAsync();
        await Assertions.Expect(fiona.Find("fred-readers")).ToContainTextAsync("coach");
        await fiona.AskFredAsync("I am unsure whether to raise our price before the first hire.");
        await f.Page.ReloadAsync();
        await fiona.IsInTheCallAsync();
        await fiona.SeesRecordingAsync(true);
        await fiona.SeesAndHearsTheOtherAsync();
        await fiona.OpenFredAsync();
        await Assertions.Expect(fiona.Find("fred-message-founder")).ToHaveCountAsync(1);
        await fiona.AskFredAsync("What would tell me by Friday that it works?");
        await carla.OpenFredAsync();
        await carla.AskFredAsync("What should I listen for?");

        // Let the recorder take a few seconds after the reload.
        await Task.Delay(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken);

        // 6. The founder leaves while the coach stays: her chat stands in the notes once, under what was there.
        await fiona.LeaveAsync();
        var notes = await database.UntilAsync(
            db => db.Notes.Where(n => n.SessionId == session.Id).OrderBy(n => n.Number).Select(n => new { n.Kind, n.Visibility, n.ChatRole, n.Text }).ToListAsync(),
            n => n.Count >= 5,
            "FRED's chat in the notes");
        Assert.Equal(NoteKind.Manual, notes[0].Kind);
        Assert.Equal(
            [ChatRole.Founder, ChatRole.Fred, ChatRole.Founder, ChatRole.Fred],
            notes.Skip(1).Select(n => n.ChatRole!.Value));
        Assert.All(notes, n => Assert.Equal(NoteVisibility.Shared, n.Visibility));

        // 7. The coach leaves and reviews.
        await carla.LeaveAsync();
        var recording = await database.UntilAsync(
            db => db.Recordings.Include(r => r.Files).AsNoTracking().SingleAsync(r => r.SessionId == session.Id),
            r => r.Status == RecordingStatus.Complete,
            "the recording's files",
            seconds: 60);
        Assert.Equal(
            ["incoming.wav", "mixed.wav", "outgoing.wav", "session_info.json"],
            recording.Files.Select(x => x.Name).Where(n => n != "peaks.json").Order());
        var span = (recording.EndedAt!.Value - recording.StartedAt).TotalMilliseconds;
        Assert.InRange(recording.DurationMs!.Value, span - 200, span + 200);
        await HearsTheRightTonesAsync(c, recording);

        await carla.Find("to-session").ClickAsync();
        await Assertions.Expect(c.Find("session-title")).ToContainTextAsync(session.Title);
        await Assertions.Expect(c.Find("player-duration")).ToHaveTextAsync(LengthOf(recording.DurationMs.Value));
        await c.Find("fred-notes").First.Locator("summary").ClickAsync();
        await Assertions.Expect(c.Find("fred-notes").First.GetByText("I am unsure whether to raise our price")).ToBeVisibleAsync();
        await c.AxeFindsNothingAsync();
        f.ConsoleIsClean();
        c.ConsoleIsClean();
    }

    /// <summary>The portal that they use.</summary>
    protected virtual Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync() => Stage.ThePortalAsync();

    private static Regex LengthOf(long milliseconds)
    {
        var times = new[] { -500, 0, 500 }.Select(d => TimeSpan.FromMilliseconds(milliseconds + d)).Select(t => $"{(int)t.TotalMinutes}:{t.Seconds:00}").Distinct();
        return new Regex("^0?(" + string.Join('|', times) + ")$");
    }

    /// <summary>Each side's file holds its own tone, the mix both.</summary>
    private static async Task HearsTheRightTonesAsync(Visitor visitor, Recording recording)
    {
        async Task<(double Founder, double Coach, int Length)> Tones(string name)
        {
            var answer = await visitor.Context.APIRequest.GetAsync($"/api/recordings/{recording.Id}/files/{name}");
            Assert.Equal(200, answer.Status);
            var samples = MemoryMarshal.Cast<byte, short>((await answer.BodyAsync()).AsSpan(44)).ToArray();
            // The browser's own gain may drive a voice to the limit; the mix halves each, and never gets there.
            Assert.True(name != "mixed.wav" || !samples.Any(s => s is short.MaxValue or short.MinValue), "the mix is clipped");
            return (Best(samples, FounderTone, recording.SampleRate), Best(samples, CoachTone, recording.SampleRate), samples.Length);
        }

        var incoming = await Tones("incoming.wav");
        var outgoing = await Tones("outgoing.wav");
        var mixed = await Tones("mixed.wav");
        Assert.True(incoming.Founder > 0.3 && incoming.Coach < 0.1, $"incoming: {incoming}");
        Assert.True(outgoing.Coach > 0.3 && outgoing.Founder < 0.1, $"outgoing: {outgoing}");
        Assert.True(mixed.Founder > 0.1 && mixed.Coach > 0.1, $"mixed: {mixed}");
        Assert.Equal(incoming.Length, outgoing.Length);
        Assert.Equal(incoming.Length, mixed.Length);
    }

    /// <summary>The tone's largest share in any window of 100 ms.</summary>
    private static double Best(short[] samples, int tone, int rate) =>
        samples.Chunk(rate / 10).Where(w => w.Length == rate / 10 && w.Any(s => Math.Abs((int)s) > 500)).Select(w => Microphone.Share(w, tone, rate)).DefaultIfEmpty().Max();
}
