using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.BrowserTests.Calls;

/// <summary>The controls of a call, by mouse and by keyboard, and its captions.</summary>
public class InTheCallTests(Stage stage) : TwoPeople(stage)
{
    /// <summary>Chromium has no recogniser of its own here: this one says what a test tells it to.</summary>
    private const string Recogniser =
        """
        window.SpeechRecognition = class {
          start() { window.recogniser = this; this.running = true; }
          abort() { this.running = false; if (window.recogniser === this) window.recogniser = null; this.onend?.(); }
          stop() { setTimeout(() => { if (window.lastWords) window.sayAloud(window.lastWords); this.running = false; this.onend?.(); }, 200); }
        };
        window.webkitSpeechRecognition = window.SpeechRecognition;
        window.sayAloud = (text, isFinal = true) => {
          if (!window.recogniser) return false;
          window.recogniser.onspeechstart?.();
          const result = Object.assign([{ transcript: text, confidence: 0.9 }], { isFinal });
          window.recogniser.onresult?.({ resultIndex: 0, results: [result] });
          return true;
        };
        """;

    /// <summary>From now on the browser's counts say that half of all packets are lost.</summary>
    private const string LosesMuch =
        """
        () => {
          let lost = 0;
          for (const { prototype } of [RTCPeerConnection, RTCRtpReceiver]) {
            const honest = prototype.getStats;
            prototype.getStats = async function (...rest) {
              const report = await honest.apply(this, rest);
              lost += 300;
              return new Map([...report].map(([id, s]) => [id, s.type === "inbound-rtp" ? { ...s, packetsLost: s.packetsLost + lost } : s]));
            };
          }
        }
        """;

    [Fact]
    public async Task Controls_ByMouseAndKeyboard_AreSeenByTheOther()
    {
        await BothJoinAsync();
        await Carla.SeesAndHearsTheOtherAsync();
        var hers = Carla.Find("tile-founder");

        await Fiona.Find("mute").ClickAsync();
        await Assertions.Expect(hers.Locator(".tile-muted")).ToBeVisibleAsync();
        await IsSilentAsync(Carla);
        await Fiona.Page.Locator("#call-title").FocusAsync();
        await Fiona.Page.Keyboard.PressAsync("m");
        await Assertions.Expect(hers.Locator(".tile-muted")).ToBeHiddenAsync();

        await Fiona.Page.Keyboard.PressAsync("v");
        await Assertions.Expect(hers.Locator("video").First).ToBeHiddenAsync();
        await Fiona.Page.Keyboard.PressAsync("v");
        await Assertions.Expect(hers.Locator("video").First).ToBeVisibleAsync();

        await Fiona.Find("share").ClickAsync();
        await Assertions.Expect(Carla.Find("tile-screen")).ToBeVisibleAsync();
        await Fiona.Find("share").ClickAsync();
        await Assertions.Expect(Carla.Find("tile-screen")).ToHaveCountAsync(0);

        await Fiona.Find("devices").ClickAsync();
        var microphones = Fiona.Find("call-microphone-select");
        var other = await microphones.Locator("option").Nth(1).GetAttributeAsync("value");
        await microphones.SelectOptionAsync(other!);
        await Fiona.Find("devices-close").ClickAsync();
        await Task.Delay(700, TestContext.Current.CancellationToken);
        var before = await Carla.HeardAsync();
        await Carla.Page.WaitUntilAsync(
            "async (before) => (await portalCall.getStats()).flatMap(p => p.reports).filter(r => r.type === 'inbound-rtp' && r.kind === 'audio').reduce((s, r) => s + r.totalAudioEnergy, 0) > before",
            before);

        await Fiona.Find("leave").FocusAsync();
        await Fiona.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(Fiona.Find("after-call")).ToBeVisibleAsync();
        await Assertions.Expect(Carla.Find("alone")).ToContainTextAsync("Fiona");
        Fiona.Visitor.ConsoleIsClean();
        Carla.Visitor.ConsoleIsClean();
    }

    [Fact]
    public async Task Stage_ShowsWhoSpeaksAndHowGoodTheConnectionIs_AndFitsAPhone()
    {
        await BothJoinAsync();
        await Fiona.SeesAndHearsTheOtherAsync();
        await Carla.Page.EvaluateAsync(LosesMuch);
        await Fiona.Find("mute").ClickAsync();

        await Assertions.Expect(Fiona.Page.Locator(".tile.speaking")).ToHaveAttributeAsync("data-testid", "tile-coach");
        await Assertions.Expect(Fiona.Find("tile-coach").Locator(".tile-quality")).ToContainTextAsync("connection", new() { IgnoreCase = true, Timeout = 30_000 });
        await Assertions.Expect(Fiona.Find("tile-self").Locator(".tile-quality")).ToHaveTextAsync(new Regex(@"^Connection \d{1,3}$"), new() { Timeout = 30_000 });
        await Assertions.Expect(Carla.Find("quality-words")).ToContainTextAsync("Your connection is poor");
        await Assertions.Expect(Carla.Find("quality-words")).ToBeVisibleAsync();
        await Assertions.Expect(Fiona.Find("quality-words")).ToBeHiddenAsync();

        await Fiona.Page.SetViewportSizeAsync(360, 640);
        await Fiona.Page.Locator("#call-title").FocusAsync();
        await Fiona.Page.Keyboard.PressAsync("f");
        Assert.True(await Fiona.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"));
        foreach (var shown in (string[])["tile-coach", "tile-self", "mute", "leave"])
        {
            var box = (await Fiona.Find(shown).BoundingBoxAsync())!;
            Assert.True(box.Width >= 32 && box.Height >= 32, $"{shown} is {box.Width} by {box.Height}");
            Assert.True(box.X >= 0 && box.Y >= 0 && box.X + box.Width <= 360 && box.Y + box.Height <= 640, $"{shown} is out of sight");
        }
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await Fiona.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, "call-360.png") });
    }

    /// <summary>Waits for a second and a half without a sound; what was under way when the microphone closed may still arrive.</summary>
    private static async Task IsSilentAsync(Seat seat)
    {
        var heard = 0.0;
        for (var tries = 0; tries < 10; tries++)
        {
            var before = await seat.HeardAsync();
            await Task.Delay(1500, TestContext.Current.CancellationToken);
            heard = await seat.HeardAsync() - before;
            if (heard is >= 0 and <= 0.0005)
                return;
        }
        Assert.Fail($"Sound goes on: {heard} in the last second and a half.");
    }

    [Fact]
    public async Task Captions_OnlyWithConsentAndNeverWhileMuted_BecomeTurns()
    {
        await Fiona.Page.AddInitScriptAsync(Recogniser);
        await Carla.Page.RouteAsync(new Regex("/captions[.-]"), async route =>
        {
            await Database.UntilAsync(db => db.Turns.CountAsync(t => t.SessionId == Session.Id), n => n > 0, "the turn"); // said before this page can show it
            await Task.Delay(500);
            await route.ContinueAsync();
        });
        await BothJoinAsync(transcript: true);
        Task<bool> Say(string text) => Fiona.Page.EvaluateAsync<bool>("text => sayAloud(text)", text);
        Task<List<string>> Turns() => Database.AskAsync(db => db.Turns.Where(t => t.SessionId == Session.Id).OrderBy(t => t.StartedAt).Select(t => t.Role + ": " + t.Text).ToListAsync());

        await Fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running");
        Assert.True(await Say("We raise the price on Monday."));
        await Database.UntilAsync(_ => Turns(), t => t.Count == 1, "the turn");
        await Carla.Find("captions-toggle").ClickAsync();
        await Assertions.Expect(Carla.Find("captions")).ToContainTextAsync("We raise the price on Monday.");

        await Fiona.Find("mute").ClickAsync();
        await Fiona.Page.WaitForFunctionAsync("() => !window.recogniser");
        Assert.False(await Say("This is between me and my dog."));
        await Fiona.Find("mute").ClickAsync();
        await Fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running");

        await Fiona.Find("captions-toggle").ClickAsync();
        await Fiona.Find("withdraw-transcript").ClickAsync();
        await Fiona.Page.WaitForFunctionAsync("() => !window.recogniser");
        var (status, _) = await Fiona.PostAsync($"/api/coaching/sessions/{Session.Id}/turns", new { key = "forged", text = "Sent all the same.", startedAt = DateTimeOffset.UtcNow.AddSeconds(-2), endedAt = DateTimeOffset.UtcNow });
        Assert.Equal(409, status);
        Assert.Equal(["founder: We raise the price on Monday."], await Turns());
    }

    [Fact]
    public async Task Captions_OfTheOther_AreReadAsTheyAreSpoken()
    {
        await Fiona.Page.AddInitScriptAsync(Recogniser);
        await BothJoinAsync(transcript: true);
        await Carla.SeesAndHearsTheOtherAsync();
        await Carla.Find("captions-toggle").ClickAsync();
        var lines = Carla.Find("captions").Locator(".caption");
        await Fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running");

        await Fiona.Page.EvaluateAsync("() => sayAloud('We raise the', false)");
        await Assertions.Expect(lines).ToHaveTextAsync("Fiona Founder We raise the");
        await Assertions.Expect(lines).ToHaveClassAsync(new Regex("interim"));
        await Fiona.Page.EvaluateAsync("() => sayAloud('We raise the price on Monday.')");
        await Assertions.Expect(lines).ToHaveTextAsync("Fiona Founder We raise the price on Monday.");
        await Assertions.Expect(lines).Not.ToHaveClassAsync(new Regex("interim"));

        await Fiona.Page.EvaluateAsync("() => sayAloud('But my dog', false)");
        await Assertions.Expect(lines).ToHaveCountAsync(2);
        await Fiona.Find("mute").ClickAsync();
        await Assertions.Expect(lines).ToHaveCountAsync(1, new() { Timeout = 4_000 }); // before it would pass by itself
        Assert.Equal(["We raise the price on Monday."], await Database.AskAsync(db => db.Turns.Where(t => t.SessionId == Session.Id).Select(t => t.Text).ToListAsync()));
    }

    [Fact]
    public async Task Captions_InALanguageOfOnesOwn_AreKeptToTheLastWord()
    {
        await Fiona.Page.AddInitScriptAsync(Recogniser);
        await BothJoinAsync(transcript: true);
        await Fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running && window.recogniser.lang === navigator.language");

        await Fiona.Find("captions-toggle").ClickAsync();
        await Fiona.Find("captions-language").SelectOptionAsync("de-DE");
        await Fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running && window.recogniser.lang === 'de-DE'");
        await Fiona.Page.ReloadAsync();
        await Fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running && window.recogniser.lang === 'de-DE'");

        await Fiona.Page.EvaluateAsync("() => (window.lastWords = 'Bis Freitag schicke ich die Liste.')");
        await Fiona.Find("leave").ClickAsync();

        await Database.UntilAsync(db => db.Turns.Where(t => t.SessionId == Session.Id).Select(t => t.Language + ": " + t.Text).ToListAsync(), t => t is ["de-DE: Bis Freitag schicke ich die Liste."], "what was said last");
    }

    [Fact]
    public async Task Captions_SaidWhileTheNetworkIsAway_AreKeptOnceItIsBack_AlsoByWhoIsMutedThen()
    {
        await Fiona.Page.AddInitScriptAsync(Recogniser);
        await BothJoinAsync(transcript: true);
        await Fiona.Page.WaitForFunctionAsync("() => window.recogniser?.running");
        await Fiona.Visitor.Context.SetOfflineAsync(true);
        await Fiona.Page.EvaluateAsync("() => sayAloud('We raise the price')");
        await Fiona.Page.EvaluateAsync("() => sayAloud('on Monday.')");
        await Fiona.Find("mute").ClickAsync();
        await Task.Delay(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken); // a line that answers nothing is given up after 8

        await Fiona.Visitor.Context.SetOfflineAsync(false);

        await Database.UntilAsync(
            db => db.Turns.Where(t => t.SessionId == Session.Id).OrderBy(t => t.StartedAt).Select(t => t.Text).ToListAsync(), t => t is ["We raise the price", "on Monday."], "what was said meanwhile");
    }

    [Fact]
    public async Task Captions_BrowserWithoutRecognition_SaysSo()
    {
        await Fiona.Page.AddInitScriptAsync("delete window.SpeechRecognition; delete window.webkitSpeechRecognition; Object.defineProperty(window, 'webkitSpeechRecognition', { value: undefined }); Object.defineProperty(window, 'SpeechRecognition', { value: undefined });");
        await Fiona.OpenLobbyAsync();
        await Fiona.JoinAsync(transcript: true);

        await Fiona.Find("captions-toggle").ClickAsync();
        await Assertions.Expect(Fiona.Find("captions-unavailable")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Lobby_WithoutCameraAndMicrophone_SaysSoAndLetsIn()
    {
        await Fiona.Page.AddInitScriptAsync("navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'));");
        await Fiona.OpenLobbyAsync();

        await Assertions.Expect(Fiona.Page.Locator("#device-words, #preview-words").Filter(new() { Visible = true }).First).ToContainTextAsync("camera", new() { IgnoreCase = true });
        await Fiona.JoinAsync();
        await Assertions.Expect(Fiona.Find("alone")).ToContainTextAsync("Carla");
    }
}
