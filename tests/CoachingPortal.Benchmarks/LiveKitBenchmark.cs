using CoachingPortal.BrowserTests;
using CoachingPortal.BrowserTests.Calls.OnLiveKit;
using CoachingPortal.Domain;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Role = CoachingPortal.Domain.Role;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// Lobby and joining over a LiveKit server, beside a page that has nothing but livekit-client and a button: opens the
/// devices, connects, publishes, shows the other. Only when a server is set (LIVEKIT_TEST_URL, _KEY, _SECRET).
/// </summary>
internal static class LiveKitBenchmark
{
    private const int Rounds = 9;

    /// <summary>Of both pages. A portal that has just started is still compiling itself during its first calls.</summary>
    private const int WarmUps = 4;

    /// <summary>LiveKit has a camera that nobody watches rest after five seconds; so that it surely rests, in both pages.</summary>
    private static readonly TimeSpan Alone = TimeSpan.FromSeconds(7);

    /// <summary>As livekit-client's own first example does it, with the devices opened before Join, so that only joining is compared.</summary>
    private const string BarePage =
        """
        <!doctype html><title>Bare</title>
        <button data-testid="join" disabled>Join</button>
        <video data-testid="lobby-preview" muted playsinline autoplay></video>
        <div data-testid="tile-coach"><video playsinline autoplay></video></div>
        <script src="/livekit-client.umd.js"></script>
        <script type="module">
          const { Room, RoomEvent, createLocalTracks } = LivekitClient;
          const [url, token] = decodeURIComponent(location.hash.slice(1)).split(" ");
          const room = new Room({ adaptiveStream: true, dynacast: true });
          room.on(RoomEvent.TrackSubscribed, (track) => track.attach(track.kind === "video" ? document.querySelector("[data-testid=tile-coach] video") : undefined));
          const join = document.querySelector("[data-testid=join]");
          const tracks = createLocalTracks({ audio: true, video: true });
          tracks.then((all) => all.find((t) => t.kind === "video").attach(document.querySelector("[data-testid=lobby-preview]")));
          join.addEventListener("click", async () => {
            await room.connect(url, token);
            for (const track of await tracks) void room.localParticipant.publishTrack(track);
            document.title = "In";
          });
          join.disabled = false;
        </script>
        """;

    public static async Task RunAsync(Stage stage, Report report)
    {
        if (!GivenServer.IsSet)
        {
            report.Note("livekit: not measured, because no server is set (LIVEKIT_TEST_URL, LIVEKIT_TEST_KEY, LIVEKIT_TEST_SECRET).");
            return;
        }
        var (portal, database) = await stage.APortalAsync(GivenServer.Settings);
        await using var _ = portal;
        var (coach, founder) = await JoinBenchmark.TwoAsync(database);
        await using var site = await BareSiteAsync();
        List<double> ready = [], seen = [], bareReady = [], bareSeen = [], warmReady = [], warmSeen = [];
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var ours = await JoinBenchmark.RoundAsync(stage, portal, database, coach, founder, Alone);
            var bare = await BareRoundAsync(stage, site.Urls.First());
            if (round < 0)
            {
                warmReady.Add(ours.Ready);
                warmSeen.Add(ours.Seen);
                continue;
            }
            ready.Add(ours.Ready);
            seen.Add(ours.Seen);
            bareReady.Add(bare.Ready);
            bareSeen.Add(bare.Seen);
        }
        Add($"navigation to Join enabled, median of {Rounds}", ready, bareReady, 1.8);
        Add($"Join to first picture of the other, median of {Rounds}", seen, bareSeen, 1.3);
        report.Note($"livekit: until Join {JoinBenchmark.Listed(ready)} (bare {JoinBenchmark.Listed(bareReady)}); to the first picture {JoinBenchmark.Listed(seen)} (bare {JoinBenchmark.Listed(bareSeen)}).");
        report.Note($"livekit: before, in the {WarmUps} calls after the portal's start, {JoinBenchmark.Listed(warmReady)} and {JoinBenchmark.Listed(warmSeen)}.");
        await PageBenchmark.MeasureAsync(stage, report, "livekit", 290, GivenServer.Settings);

        void Add(string what, List<double> ours, List<double> bare, double times) =>
            report.Add(new("livekit", what, MixBesideSox.Median(ours), "ms", times * MixBesideSox.Median(bare), MixBesideSox.Median(bare), $"{times} times a bare page"));
    }

    private static async Task<WebApplication> BareSiteAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var site = builder.Build();
        var library = await File.ReadAllBytesAsync(Path.Combine(ContentRoot.Find(), "node_modules", "livekit-client", "dist", "livekit-client.umd.js"));
        site.MapGet("/", () => Results.Content(BarePage, "text/html"));
        site.MapGet("/livekit-client.umd.js", () => Results.Bytes(library, "text/javascript"));
        await site.StartAsync();
        return site;
    }

    private static async Task<(double Ready, double Seen)> BareRoundAsync(Stage stage, string site)
    {
        var room = "bare-" + Guid.NewGuid().ToString("N");
        var waiting = await OpenAsync(stage, site, room, "coach");
        await waiting.GetByTestId("join").ClickAsync();
        await Assertions.Expect(waiting).ToHaveTitleAsync("In", new() { Timeout = 30_000 });
        await Task.Delay(Alone);
        var page = await OpenAsync(stage, site, room, "founder");
        await Task.Delay(1000); // as in the portal's lobby
        await page.GetByTestId("join").ClickAsync();
        var seen = await page.EvaluateAsync<double>("() => window.firstPicture");
        var ready = await page.EvaluateAsync<double>("() => window.joinEnabled");
        await page.Context.CloseAsync();
        await waiting.Context.CloseAsync();
        return (ready, seen);
    }

    private static async Task<IPage> OpenAsync(Stage stage, string site, string room, string who)
    {
        var token = new AccessToken(GivenServer.Key, GivenServer.Secret).WithIdentity(who)
            .WithGrants(new VideoGrants { RoomJoin = true, Room = room, CanPublish = true, CanSubscribe = true, CanPublishData = true }).ToJwt();
        var browser = await stage.BrowserAsync(440);
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        await context.GrantPermissionsAsync(["camera", "microphone"]);
        var page = await context.NewPageAsync();
        await page.AddInitScriptAsync(JoinBenchmark.Watch);
        await page.GotoAsync($"{site}/#{Uri.EscapeDataString($"{GivenServer.Url} {token}")}");
        await Assertions.Expect(page.GetByTestId("join")).ToBeEnabledAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('[data-testid=lobby-preview]')?.readyState >= 2");
        return page;
    }
}
