using System.Globalization;
using System.Text.Json;
using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// What lobby and call transfer to a browser that has never been here, as Chromium counts it: compressed bodies and
/// headers. WebSocket frames stand apart, because they grow with the length of the call.
/// </summary>
internal static class PageBenchmark
{
    private const double Kilobyte = 1000;

    public static Task RunAsync(Stage stage, Report report) => MeasureAsync(stage, report, "page", 200);

    /// <param name="most">The goal, kB.</param>
    /// <param name="settings">The portal's.</param>
    internal static async Task MeasureAsync(Stage stage, Report report, string name, double most, params string[] settings)
    {
        var (portal, database) = await stage.APortalAsync(settings);
        await using var _ = portal;
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var session = await database.ASessionAsync(coach, founder);
        var waiting = await JoinBenchmark.WaitingAsync(stage, portal, coach, session);

        var page = await SignedIn.PageAsync(stage, portal, founder);
        var traffic = await Traffic.OfAsync(page);
        await JoinBenchmark.LobbyAsync(page, session);
        await Task.Delay(3000);
        var (lobbyBytes, lobbyRequests) = (traffic.Bytes, traffic.Requests);
        await page.GetByTestId("join").ClickAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('[data-testid=tile-coach] video')?.readyState >= 2");
        await Task.Delay(3000);

        report.Add(new(name, "lobby, cold cache", lobbyBytes / Kilobyte, "kB"));
        report.Add(new(name, "lobby, requests", lobbyRequests, ""));
        report.Add(new(name, "lobby and call, cold cache", traffic.Bytes / Kilobyte, "kB", most));
        report.Add(new(name, "lobby and call, requests", traffic.Requests, ""));
        report.Note(string.Create(CultureInfo.InvariantCulture, $"{name}: {traffic.BrotliAnswers} answers came as brotli; WebSocket messages received besides: {traffic.SocketBytes / Kilobyte:0.0} kB. The largest:"));
        foreach (var (what, bytes) in traffic.Largest.Take(8))
            report.Note(string.Create(CultureInfo.InvariantCulture, $"  {bytes / Kilobyte,6:0.0} kB  {what}"));
        await page.Context.CloseAsync();
        await waiting.Context.CloseAsync();
    }

    /// <summary>Counts what a page fetches, from the moment it is made.</summary>
    private sealed class Traffic
    {
        private readonly Dictionary<string, (string What, bool Brotli)> answers = [];
        private readonly Dictionary<string, double> finished = [];

        public double Bytes => finished.Values.Sum();

        public int Requests => finished.Count;

        public int BrotliAnswers => answers.Values.Count(a => a.Brotli);

        public double SocketBytes { get; private set; }

        public IEnumerable<(string What, double Bytes)> Largest =>
            finished.OrderByDescending(f => f.Value).Select(f => (answers.TryGetValue(f.Key, out var answer) ? answer.What : "?", f.Value));

        public static async Task<Traffic> OfAsync(IPage page)
        {
            var traffic = new Traffic();
            var devtools = await page.Context.NewCDPSessionAsync(page);
            devtools.Event("Network.responseReceived").OnEvent += (_, e) => traffic.Answered(e!.Value);
            devtools.Event("Network.loadingFinished").OnEvent += (_, e) =>
                traffic.finished[e!.Value.GetProperty("requestId").GetString()!] = e.Value.GetProperty("encodedDataLength").GetDouble();
            devtools.Event("Network.webSocketFrameReceived").OnEvent += (_, e) => traffic.SocketBytes += e!.Value.GetProperty("response").GetProperty("payloadData").GetString()!.Length;
            await devtools.SendAsync("Network.enable");
            return traffic;
        }

        private void Answered(JsonElement e)
        {
            var response = e.GetProperty("response");
            var encoding = response.GetProperty("headers").EnumerateObject().Where(h => h.Name.Equals("content-encoding", StringComparison.OrdinalIgnoreCase)).Select(h => h.Value.GetString()).FirstOrDefault();
            answers[e.GetProperty("requestId").GetString()!] = (new Uri(response.GetProperty("url").GetString()!).AbsolutePath + (encoding is null ? "" : $" ({encoding})"), encoding == "br");
        }
    }
}
