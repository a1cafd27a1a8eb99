using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CoachingPortal.BrowserTests;
using CoachingPortal.Domain;

namespace CoachingPortal.Benchmarks;

/// <summary>
/// The page of a session with a transcript of 500 turns, beside a static file of the same size from the same portal: how
/// many a second, asked for by four clients at once.
/// </summary>
internal static partial class SessionBenchmark
{
    private const int Turns = 500;
    private const int Clients = 4;
    private const string FileName = "benchmark-page.html";
    private static readonly TimeSpan Warming = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Measuring = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(Stage stage, Report report)
    {
        var (portal, database) = await stage.APortalAsync();
        await using var _ = portal;
        var (coach, session) = await ASessionAsync(database);
        var path = $"/sessions/{session.Id}";
        string html;
        using (var first = await SignedIn.ClientAsync(portal, coach))
            html = await first.GetStringAsync(new Uri(path, UriKind.Relative));
        var shown = Turn().Count(html);
        if (shown != Turns)
            throw new InvalidOperationException($"The page shows {shown} turns instead of {Turns}.");
        // The portal knows its static files from its start.
        await portal.StopAsync();
        await AddStaticFileAsync(Path.GetDirectoryName(portal.ProgramFile)!, html);
        await portal.StartAsync();

        using var client = await SignedIn.ClientAsync(portal, coach);
        var (pages, bytes) = await LoadAsync(client, path);
        var (files, _) = await LoadAsync(client, "/" + FileName);
        report.Add(new("session", "page with 500 turns, requests/s", pages, "", Beside: files, Besides: "static file"));
        report.Add(new("session", "page with 500 turns, uncompressed", bytes / 1000, "kB"));
        report.Note(string.Create(CultureInfo.InvariantCulture, $"session: {Clients} clients, the load and the database on the same machine; a page took {1000 * Clients / pages:0} ms on average."));
    }

    /// <returns>Requests a second, and bytes of one answer.</returns>
    private static async Task<(double PerSecond, double Bytes)> LoadAsync(HttpClient client, string path)
    {
        await ForAsync(Warming);
        return await ForAsync(Measuring);

        async Task<(double, double)> ForAsync(TimeSpan time)
        {
            var (clock, count, bytes) = (Stopwatch.StartNew(), 0, 0L);
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(async _ =>
            {
                while (clock.Elapsed < time)
                {
                    var body = await client.GetByteArrayAsync(new Uri(path, UriKind.Relative));
                    Interlocked.Increment(ref count);
                    Interlocked.Add(ref bytes, body.Length);
                }
            }));
            return (count / clock.Elapsed.TotalSeconds, (double)bytes / count);
        }
    }

    /// <summary>Puts a file into a published portal as if it had been there when it was built.</summary>
    private static async Task AddStaticFileAsync(string published, string html)
    {
        var file = Path.Combine(published, "wwwroot", FileName);
        await File.WriteAllTextAsync(file, html);
        var list = Path.Combine(published, "CoachingPortal.staticwebassets.endpoints.json");
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(list))!;
        manifest["Endpoints"]!.AsArray().Add(new JsonObject
        {
            ["Route"] = FileName,
            ["AssetFile"] = FileName,
            ["Selectors"] = new JsonArray(),
            ["EndpointProperties"] = new JsonArray(),
            ["ResponseHeaders"] = new JsonArray(
                Header("Content-Length", new FileInfo(file).Length.ToString(CultureInfo.InvariantCulture)), Header("Content-Type", "text/html"),
                Header("ETag", "\"benchmark\""), Header("Last-Modified", DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture))),
        });
        await File.WriteAllTextAsync(list, manifest.ToJsonString());

        static JsonObject Header(string name, string value) => new() { ["Name"] = name, ["Value"] = value };
    }

    private static async Task<(Person Coach, CoachingSession Session)> ASessionAsync(Stage.Database database)
    {
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var session = await database.ASessionAsync(coach, founder);
        var start = DateTimeOffset.UtcNow.AddHours(-2);
        var call = new Call { SessionId = session.Id, StartedAt = start, EndedAt = start.AddHours(1) };
        await using var db = database.Open();
        db.Add(call);
        await db.SaveChangesAsync();
        for (var i = 0; i < Turns; i++)
        {
            var person = i % 2 == 0 ? coach : founder;
            db.Add(new Turn
            {
                SessionId = session.Id, CallId = call.Id, PersonId = person.Id, Speaker = person.Name, Role = person.Role, Source = TurnSource.Caption, Key = $"t{i}", Language = "en",
                StartedAt = start.AddSeconds(7 * i), EndedAt = start.AddSeconds((7 * i) + 6), Confidence = 0.9,
                Text = $"Turn {i + 1}: we looked at the price again, and I will call three customers about it before next Friday, beginning with the one who left in spring.",
            });
        }
        await db.SaveChangesAsync();
        return (coach, session);
    }

    [GeneratedRegex("data-testid=\"turn\"")]
    private static partial Regex Turn();
}
