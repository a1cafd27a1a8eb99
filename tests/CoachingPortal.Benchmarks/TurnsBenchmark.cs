using System.Globalization;
using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// The page of a recorded session with 3,000 turns in Chromium, beside one with 50 in the same rounds: when something is
/// seen, when the transcript can be used, and from each press to the frame that shows what came of it.
/// </summary>
internal static class TurnsBenchmark
{
    private const int Many = 3000;
    private const int Few = 50;
    private const int Rounds = 7;
    private const double Goal = 50;

    /// <summary>As Event Timing has it: from the press to the next frame, in steps of 8 ms; what takes less than 16 is not told. It leaves out the wheel.</summary>
    private const string Watch =
        """
        window.watch = { longest: 0, live: 0 };
        const took = (ms) => (watch.longest = Math.max(watch.longest, ms));
        new PerformanceObserver((list) => list.getEntries().forEach((e) => took(e.duration))).observe({ type: "event", durationThreshold: 16 });
        let turned = 0;
        addEventListener("wheel", (e) => (turned = e.timeStamp), { passive: true });
        addEventListener("scroll", () => {
          const from = turned;
          turned = 0;
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => took(performance.now() - from);
          if (from) requestAnimationFrame(() => port2.postMessage(0)); // after this frame's layout and paint
        });
        watch.during = async () => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          const longest = watch.longest;
          watch.longest = 0;
          return longest;
        };
        const look = () => {
          const turn = document.querySelector("[data-testid=turn] > button");
          if (turn && !turn.matches(":disabled")) watch.live = performance.now();
          else setTimeout(look, 2);
        };
        look();
        """;

    private static readonly (string What, Func<IPage, ILocator, Task> Act)[] Interactions =
    [
        ("a turn of the wheel", (page, _) => page.Mouse.WheelAsync(0, 600)),
        ("Page Down", (page, _) => page.Keyboard.PressAsync("PageDown")),
        ("End, to the last turn", (page, _) => page.Keyboard.PressAsync("End")),
        ("Home", (page, _) => page.Keyboard.PressAsync("Home")),
        ("a click on a turn's time", (_, turn) => turn.Locator("button").First.ClickAsync()),
        ("opening its editor", (_, turn) => turn.GetByTestId("turn-edit").ClickAsync()),
        ("a letter in it", (page, _) => page.Keyboard.PressAsync("x")),
        ("a line more in it", (page, _) => page.Keyboard.PressAsync("Enter")),
        ("closing it", (page, _) => page.Keyboard.PressAsync("Escape")),
        ("a letter sought that is in every turn", (page, _) => page.Keyboard.PressAsync("e")),
        ("the next hit", (page, _) => page.Keyboard.PressAsync("Enter")),
    ];

    public static async Task RunAsync(Stage stage, Report report)
    {
        var (portal, database) = await stage.APortalAsync();
        await using var _ = portal;
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var sessions = new Dictionary<int, Guid>();
        foreach (var turns in new[] { Few, Many })
        {
            sessions[turns] = await SessionBenchmark.ASessionAsync(database, coach, founder, turns);
            await RecordAsync(portal, database, sessions[turns], TimeSpan.FromSeconds(2.4 * turns));
        }
        var first = await SignedIn.PageAsync(stage, portal, coach);
        await first.Context.AddInitScriptAsync(Watch);
        var took = new Dictionary<(int Turns, string What), List<double>>();
        for (var round = -1; round < Rounds; round++)
            foreach (var (turns, session) in sessions)
                foreach (var (what, ms) in await MeasureAsync(await first.Context.NewPageAsync(), session, turns))
                    if (round >= 0) // the first one fills the caches
                        (took.TryGetValue((turns, what), out var all) ? all : took[(turns, what)] = []).Add(ms);
        await first.Context.CloseAsync();

        var isInteraction = Interactions.Select(i => i.What).ToHashSet();
        foreach (var what in took.Keys.Where(k => k.Turns == Many).Select(k => k.What))
        {
            var (many, few) = (MixBesideSox.Median(took[(Many, what)]), MixBesideSox.Median(took[(Few, what)]));
            report.Add(new("turns", string.Create(CultureInfo.InvariantCulture, $"{Many:N0} turns: {what}"), many, "ms", Beside: few, Besides: $"{Few} turns"));
            if (isInteraction.Contains(what) && many >= Goal)
                report.Note(string.Create(CultureInfo.InvariantCulture, $"turns: {what} took {many:0} ms, which is not under {Goal} ms."));
        }
        report.Note($"turns: medians of {Rounds} rounds, a fresh page each; a press that shows within 16 ms counts as 16. Browser, portal and database on the same machine.");
    }

    private static async Task<List<(string What, double Ms)>> MeasureAsync(IPage page, Guid session, int turns)
    {
        await page.GotoAsync($"/sessions/{session}");
        await page.WaitForFunctionAsync("() => watch.live && !document.querySelector('.when-live:disabled') && document.querySelector('audio')?.readyState >= 1");
        var figures = new List<(string, double)>
        {
            ("first contentful paint", await page.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime")),
            ("its transcript can be used", await page.EvaluateAsync<double>("() => watch.live")),
        };
        await page.Mouse.MoveAsync(400, 400);
        await Task.Delay(1000); // what is left to do once the page is there
        var turn = page.GetByTestId("turn").Nth(turns * 6 / 10);
        foreach (var (what, act) in Interactions)
        {
            if (what.StartsWith("a click", StringComparison.Ordinal))
                await turn.HoverAsync();
            else if (what.StartsWith("a letter sought", StringComparison.Ordinal))
            {
                await page.GetByTestId("find-words").FocusAsync();
                await page.Keyboard.PressAsync("w"); // a single letter finds nothing yet
            }
            await page.EvaluateAsync("() => watch.during()");
            await act(page, turn);
            await Task.Delay(300); // smooth scrolling comes to its end
            figures.Add((what, Math.Max(16, await page.EvaluateAsync<double>("() => watch.during()"))));
        }
        await page.CloseAsync();
        return figures;
    }

    /// <summary>A recording of silence: what is played is not what is measured.</summary>
    private static async Task RecordAsync(PortalProcess portal, Stage.Database database, Guid sessionId, TimeSpan length)
    {
        const int Rate = 8000;
        var store = new DiskObjectStore(Path.Combine(portal.DataFolder, "objects"));
        await using var db = database.Open();
        var call = await db.Calls.SingleAsync(c => c.SessionId == sessionId);
        var recording = new Recording
        {
            SessionId = sessionId, CallId = call.Id, RequestedById = await db.Sessions.Where(s => s.Id == sessionId).Select(s => s.FounderId).SingleAsync(), Status = RecordingStatus.Complete,
            StartedAt = call.StartedAt, EndedAt = call.StartedAt + length, SampleRate = Rate, DurationMs = (long)length.TotalMilliseconds,
        };
        recording.Segments.Add(new() { RecordingId = recording.Id, Number = 1, StartedAt = recording.StartedAt, EndedAt = recording.EndedAt, EndedBy = SegmentEnd.CallEnded });
        var samples = (long)(length.TotalSeconds * Rate);
        var sound = new MemoryStream([.. Wav.Header(samples, Rate), .. new byte[samples * 2]]);
        var key = RecordingKeys.File(recording, RecordingKeys.Mixed);
        recording.Files.Add(new() { RecordingId = recording.Id, Name = RecordingKeys.Mixed, Key = key, ContentType = Wav.ContentType, Size = await store.PutAsync(key, sound), CreatedAt = call.StartedAt + length });
        db.Add(recording);
        await db.SaveChangesAsync();
    }
}
