using System.Globalization;
using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;

namespace CoachingPortal.Benchmarks;

/// <summary>A founder presses Join while their coach waits in the call: how long until the first picture of the coach is shown.</summary>
internal static class JoinBenchmark
{
    internal const int Rounds = 5;

    /// <summary>
    /// By the page's own clock: when Join can be pressed, since the navigation began; and from the click as it reaches the
    /// page to the first frame handed to the screen.
    /// </summary>
    internal const string Watch =
        """
        const lookForJoin = () => {
          const join = document.querySelector("[data-testid=join]");
          if (join && !join.disabled) window.joinEnabled = performance.now();
          else setTimeout(lookForJoin, 2);
        };
        lookForJoin();
        window.firstPicture = new Promise((resolve) => {
          document.addEventListener("click", (e) => {
            if (!e.target.closest?.("[data-testid=join]")) return;
            const from = performance.now();
            const look = () => {
              const video = document.querySelector("[data-testid=tile-coach] video");
              if (video?.srcObject) video.requestVideoFrameCallback(() => resolve(performance.now() - from));
              else setTimeout(look, 4);
            };
            look();
          }, true);
        });
        """;

    public static async Task RunAsync(Stage stage, Report report)
    {
        var (portal, database) = await stage.APortalAsync();
        await using var _ = portal;
        var (coach, founder) = await TwoAsync(database);
        var took = new List<double>();
        for (var round = -1; round < Rounds; round++)
            if (await RoundAsync(stage, portal, database, coach, founder) is var (_, seen) && round >= 0) // the first one warms up
                took.Add(seen);
        report.Add(new("join", "Join to first picture of the other, median of 5", MixBesideSox.Median(took), "ms"));
        report.Note("join: " + Listed(took) + "; both browsers ran on this machine.");
    }

    internal static async Task<(Person Coach, Person Founder)> TwoAsync(Stage.Database database) =>
        (await database.APersonAsync("Carla Coach", Role.Coach), await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio));

    /// <summary>The founder joins once.</summary>
    /// <param name="alone">How long the coach has been alone in the call by then, at least.</param>
    /// <returns>Milliseconds from the navigation until Join can be pressed, and from there to the first picture.</returns>
    internal static async Task<(double Ready, double Seen)> RoundAsync(Stage stage, PortalProcess portal, Stage.Database database, Person coach, Person founder, TimeSpan alone = default)
    {
        var session = await database.ASessionAsync(coach, founder);
        var waiting = await WaitingAsync(stage, portal, coach, session);
        await Task.Delay(alone);
        var page = await SignedIn.PageAsync(stage, portal, founder);
        await page.AddInitScriptAsync(Watch);
        await LobbyAsync(page, session);
        await Task.Delay(1000); // a person looks around first
        await page.GetByTestId("join").ClickAsync();
        var seen = await page.EvaluateAsync<double>("() => window.firstPicture");
        var ready = await page.EvaluateAsync<double>("() => window.joinEnabled");
        await page.Context.CloseAsync();
        await waiting.Context.CloseAsync();
        return (ready, seen);
    }

    internal static string Listed(IEnumerable<double> ms) => string.Join(", ", ms.Select(m => m.ToString("0", CultureInfo.InvariantCulture))) + " ms";

    /// <summary>A person who is in the call.</summary>
    internal static async Task<IPage> WaitingAsync(Stage stage, PortalProcess portal, Person person, CoachingSession session)
    {
        var page = await SignedIn.PageAsync(stage, portal, person);
        await LobbyAsync(page, session);
        await page.GetByTestId("join").ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('[data-testid=tile-self] video')?.readyState >= 2");
        return page;
    }

    internal static async Task LobbyAsync(IPage page, CoachingSession session)
    {
        await page.GotoAsync($"/sessions/{session.Id}/call");
        await Assertions.Expect(page.GetByTestId("join")).ToBeEnabledAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('[data-testid=lobby-preview]')?.readyState >= 2");
    }
}
