using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// The pages of sessions with transcripts of 500 and of 3,000 turns (two hours), each beside a static file of the same
/// size from the same portal: how long one takes when nothing else is asked for, how many a second when four clients ask
/// at once, and what is sent to a browser.
/// </summary>
internal static partial class SessionBenchmark
{
    private const int Clients = 4;
    private static readonly int[] Sizes = [500, 3000];
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Measuring = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Stage stage, Report report)
    {
        var (portal, database) = await stage.APortalAsync();
        await using var _ = portal;
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var paths = new Dictionary<int, string>();
        var pages = new Dictionary<int, string>();
        foreach (var turns in Sizes)
        {
            paths[turns] = $"/sessions/{await ASessionAsync(database, coach, founder, turns)}";
            using var first = await SignedIn.ClientAsync(portal, coach);
            pages[turns] = await first.GetStringAsync(new Uri(paths[turns], UriKind.Relative));
            var shown = Turn().Count(pages[turns]);
            if (shown != turns)
                throw new InvalidOperationException($"The page shows {shown} turns instead of {turns}.");
        }
        // The portal knows its static files from its start.
        await portal.StopAsync();
        foreach (var turns in Sizes)
            await AddStaticFileAsync(Path.GetDirectoryName(portal.ProgramFile)!, FileOf(turns), pages[turns]);
        await portal.StartAsync();

        using var client = await SignedIn.ClientAsync(portal, coach);
        foreach (var turns in Sizes)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"page with {turns:N0} turns");
            var (page, file) = (paths[turns], "/" + FileOf(turns));
            await LoadAsync(client, page, Clients, Warming);
            await LoadAsync(client, file, Clients, Measuring);
            report.Add(new("session", $"{name}, alone", 1000 / await LoadAsync(client, page, 1, Measuring), "ms", Beside: 1000 / await LoadAsync(client, file, 1, Measuring), Besides: "static file"));
            report.Add(new("session", $"{name}, requests/s", await LoadAsync(client, page, Clients, Measuring), "", Beside: await LoadAsync(client, file, Clients, Measuring), Besides: "static file"));
            report.Add(new("session", $"{name}, uncompressed", Encoding.UTF8.GetByteCount(pages[turns]) / 1000.0, "kB"));
            report.Add(new("session", $"{name}, as browsers get it", await CompressedAsync(client, page) / 1000.0, "kB"));
        }
        report.Note($"session: {Clients} clients for requests/s, the load and the database on the same machine.");
    }

    private static string FileOf(int turns) => $"benchmark-page-{turns}.html";

    private static async Task<double> CompressedAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Accept-Encoding", "gzip, br");
        using var response = await client.SendAsync(request);
        return (await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync()).Length;
    }

    /// <returns>Requests a second.</returns>
    private static async Task<double> LoadAsync(HttpClient client, string path, int clients, TimeSpan time)
    {
        var (clock, count) = (Stopwatch.StartNew(), 0);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async _ =>
        {
            while (clock.Elapsed < time)
            {
                await client.GetByteArrayAsync(new Uri(path, UriKind.Relative));
                Interlocked.Increment(ref count);
            }
        }));
        return count / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Puts a file into a published portal as if it had been there when it was built.</summary>
    private static async Task AddStaticFileAsync(string published, string name, string html)
    {
        var file = Path.Combine(published, "wwwroot", name);
        await File.WriteAllTextAsync(file, html);
        var list = Path.Combine(published, "CoachingPortal.staticwebassets.endpoints.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(list))!;
        manifest["Endpoints"]!.AsArray().Add(new JsonObject
        {
            ["Route"] = name,
            ["AssetFile"] = name,
            ["Selectors"] = new JsonArray(),
            ["EndpointProperties"] = new JsonArray(),
            ["ResponseHeaders"] = new JsonArray(
                Header("Content-Length", new FileInfo(file).Length.ToString(CultureInfo.InvariantCulture)), Header("Content-Type", "text/html"),
                Header("ETag", "\"benchmark\""), Header("Last-Modified", DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture))),
        });
        await File.WriteAllTextAsync(list, manifest.ToJsonString());

        static JsonObject Header(string name, string value) => new() { ["Name"] = name, ["Value"] = value };
    }

    internal static async Task<Guid> ASessionAsync(Stage.Database database, Person coach, Person founder, int turns)
    {
        var session = await database.ASessionAsync(coach, founder);
        var start = DateTimeOffset.UtcNow.AddHours(-3);
        var call = new Call { SessionId = session.Id, StartedAt = start, EndedAt = start.AddHours(2) };
        await using var db = database.Open();
        db.Add(call);
        await db.SaveChangesAsync();
        for (var i = 0; i < turns; i++)
        {
            var person = i % 2 == 0 ? coach : founder;
            db.Add(new Turn
            {
                SessionId = session.Id, CallId = call.Id, PersonId = person.Id, Speaker = person.Name, Role = person.Role, Source = TurnSource.Caption, Key = $"t{i}", Language = "en",
                StartedAt = start.AddSeconds(2.4 * i), EndedAt = start.AddSeconds((2.4 * i) + 2), Confidence = 0.9,
                Text = $"Turn {i + 1}: we looked at the price again, and I will call three customers about it before next Friday, beginning with the one who left in spring.",
            });
        }
        await db.SaveChangesAsync();
        return session.Id;
    }

    [GeneratedRegex("data-testid=\"turn\"")]
    private static partial Regex Turn();
}
