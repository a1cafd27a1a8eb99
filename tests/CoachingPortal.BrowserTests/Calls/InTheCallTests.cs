using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>The controls of a call, by mouse and by keyboard, and its captions.</summary>
public sealed class InTheCallTests(Stage stage) : IAsyncLifetime
{
    /// <summary>Chromium has no recogniser of its own here: this one says what a test tells it to.</summary>
    private const string Recogniser =
        """
        window.SpeechRecognition = class {
          start() { window.recogniser = this; this.running = true; }
          abort() { this.running = false; if (window.recogniser === this) window.recogniser = null; this.onend?.(); }
          stop() { this.abort(); }
        };
        window.webkitSpeechRecognition = window.SpeechRecognition;
        window.sayAloud = (text) => {
          if (!window.recogniser) return false;
          window.recogniser.onspeechstart?.();
          const result = Object.assign([{ transcript: text, confidence: 0.9 }], { isFinal: true });
          window.recogniser.onresult?.({ resultIndex: 0, results: [result] });
          return true;
        };
        """;

    private readonly List<Visitor> visitors = [];
    private PortalProcess portal = null!;
    private Stage.Database database = null!;
    private CoachingSession session = null!;
    private Seat fiona = null!;
    private Seat carla = null!;

    public async ValueTask InitializeAsync()
    {
        try
        {
            await SetTheSceneAsync();
        }
        catch
        {
            // The runner does not dispose of what could not be set up, and a call left running slows all that follows.
            await DisposeAsync();
            throw;
        }
    }

    private async Task SetTheSceneAsync()
    {
        (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder);
        session = await database.ASessionAsync(coach, founder);
        visitors.Add(await Visitor.SignInAsync(stage, portal, founder, 440));
        visitors.Add(await Visitor.SignInAsync(stage, portal, coach, 1000));
        fiona = new Seat(visitors[0], session);
        carla = new Seat(visitors[1], session);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var visitor in visitors)
            await visitor.DisposeAsync();
    }

    [Fact]
    public async Task Controls_ByMouseAndKeyboard_AreSeenByTheOther()
    {
        await BothJoinAsync();
        await carla.SeesAndHearsTheOtherAsync();
        var hers = carla.Find("tile-founder");

        await fiona.Find("mute").ClickAsync();
        await Assertions.Expect(hers.Locator(".tile-muted")).ToBeVisibleAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        var quiet = await carla.HeardAsync();
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.InRange(await carla.HeardAsync() - quiet, 0, 0.0005);
        await fiona.Find("call-title").Or(fiona.Page.Locator("#call-title")).First.FocusAsync();
        await fiona.Page.Keyboard.PressAsync("m");
        await Assertions.Expect(hers.Locator(".tile-muted")).ToBeHiddenAsync();

        await fiona.Page.Keyboard.PressAsync("v");
        await Assertions.Expect(hers.Locator("video").First).ToBeHiddenAsync();
        await fiona.Page.Keyboard.PressAsync("v");
        await Assertions.Expect(hers.Locator("video").First).ToBeVisibleAsync();

        await fiona.Find("share").ClickAsync();
        await Assertions.Expect(carla.Find("tile-screen")).ToBeVisibleAsync(new() { Timeout = 15_000 });
        await fiona.Find("share").ClickAsync();
        await Assertions.Expect(carla.Find("tile-screen")).ToHaveCountAsync(0);

        await fiona.Find("devices").ClickAsync();
        var microphones = fiona.Find("call-microphone-select");
        var other = await microphones.Locator("option").Nth(1).GetAttributeAsync("value");
        await microphones.SelectOptionAsync(other!);
        await fiona.Find("devices-close").ClickAsync();
        await Task.Delay(700, TestContext.Current.CancellationToken);
        var before = await carla.HeardAsync();
        await carla.Page.WaitForFunctionAsync(
            "async (before) => (await portalCall.getStats()).flatMap(p => p.reports).filter(r => r.type === 'inbound-rtp' && r.kind === 'audio').reduce((s, r) => s + r.totalAudioEnergy, 0) > before",
            before, new() { Timeout = 15_000, PollingInterval = 300 });

        await fiona.Find("leave").FocusAsync();
        await fiona.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(fiona.Find("after-call")).ToBeVisibleAsync();
        await Assertions.Expect(carla.Find("alone")).ToContainTextAsync("Fiona");
        fiona.Visitor.ConsoleIsClean();
        carla.Visitor.ConsoleIsClean();
    }

    [Fact]
    public async Task Captions_OnlyWithConsentAndNeverWhileMuted_BecomeTurns()
    {
        await fiona.Page.AddInitScriptAsync(Recogniser);
        await BothJoinAsync(transcript: true);
        Task<bool> Say(string text) => fiona.Page.EvaluateAsync<bool>("text => sayAloud(text)", text);
        Task<List<string>> Turns() => database.AskAsync(db => db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).Select(t => t.Role + ": " + t.Text).ToListAsync());

        await fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running");
        Assert.True(await Say("We raise the price on Monday."));
        await database.UntilAsync(_ => Turns(), t => t.Count == 1, "the turn");
        await carla.Find("captions-toggle").ClickAsync();
        await Assertions.Expect(carla.Find("captions")).ToContainTextAsync("We raise the price on Monday.");

        await fiona.Find("mute").ClickAsync();
        await fiona.Page.WaitForFunctionAsync("() => !window.recogniser");
        Assert.False(await Say("This is between me and my dog."));
        await fiona.Find("mute").ClickAsync();
        await fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running");

        await fiona.Find("captions-toggle").ClickAsync();
        await fiona.Find("withdraw-transcript").ClickAsync();
        await fiona.Page.WaitForFunctionAsync("() => !window.recogniser");
        var (status, _) = await fiona.PostAsync($"/api/coaching/sessions/{session.Id}/turns", new { key = "forged", text = "Sent all the same.", startedAt = DateTimeOffset.UtcNow.AddSeconds(-2), endedAt = DateTimeOffset.UtcNow });
        Assert.Equal(409, status);
        Assert.Equal(["founder: We raise the price on Monday."], await Turns());
    }

    [Fact]
    public async Task Captions_BrowserWithoutRecognition_SaysSo()
    {
        await fiona.Page.AddInitScriptAsync("delete window.SpeechRecognition; delete window.webkitSpeechRecognition; Object.defineProperty(window, 'webkitSpeechRecognition', { value: undefined }); Object.defineProperty(window, 'SpeechRecognition', { value: undefined });");
        await fiona.OpenLobbyAsync();
        await fiona.JoinAsync(transcript: true);

        await fiona.Find("captions-toggle").ClickAsync();
        await Assertions.Expect(fiona.Find("captions-unavailable")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Lobby_WithoutCameraAndMicrophone_SaysSoAndLetsIn()
    {
        await fiona.Page.AddInitScriptAsync("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));");
        await fiona.OpenLobbyAsync();

        await Assertions.Expect(fiona.Page.Locator("#device-words, #preview-words").Filter(new() { Visible = true }).First).ToContainTextAsync("camera", new() { IgnoreCase = true });
        await fiona.JoinAsync();
        await Assertions.Expect(fiona.Find("alone")).ToContainTextAsync("Carla");
    }

    private async Task BothJoinAsync(bool transcript = false)
    {
        await fiona.OpenLobbyAsync();
        await fiona.JoinAsync(transcript: transcript);
        await carla.OpenLobbyAsync();
        await carla.JoinAsync();
    }
}
