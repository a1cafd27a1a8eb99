using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CoachingPortal.MediaServer;
using Livekit.Server.Sdk.Dotnet;

namespace CoachingPortal.Benchmarks;

/// <summary>Minting a browser's token and verifying a webhook, beside LiveKit's own SDK on Node: processor time, one after the other, in turns.</summary>
internal static class TokenBenchmark
{
    private const int Rounds = 3;
    private const string Key = "APIbenchmark";
    private const string Secret = "a secret of more than thirty-two characters";

    /// <summary>How many times Node's rate a core is hoped for.</summary>
    private const double Goal = 3;

    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);

    private static readonly string Folder = Path.Combine(ContentRoot.Find(), "tests", "CoachingPortal.Benchmarks", "Tokens");

    // As LiveKit posts when a recording has ended.
    private static readonly byte[] Body = Encoding.UTF8.GetBytes(
        """{"event":"egress_ended","egressInfo":{"egressId":"EG_abcdefghijkl","roomId":"RM_abcdefghijkl","roomName":"session-0199a3c27d1e7c3a9b1f2f7f0c9d1a57","status":"EGRESS_COMPLETE","startedAt":"1767225600000000000","endedAt":"1767229200000000000","updatedAt":"1767229205000000000","roomComposite":{"roomName":"session-0199a3c27d1e7c3a9b1f2f7f0c9d1a57","audioOnly":true,"fileOutputs":[{"fileType":"MP4","filepath":"recordings/2026/01/01/a/b.mp4","s3":{"accessKey":"{access_key}","secret":"{secret}","bucket":"recordings","region":"eu-central-1"}}]},"fileResults":[{"filename":"recordings/2026/01/01/a/b.mp4","startedAt":"1767225600000000000","endedAt":"1767229200000000000","duration":"3600000000000","size":"57600000","location":"https://recordings.s3.example.org/recordings/2026/01/01/a/b.mp4"}]},"id":"EV_abcdefghijkl","createdAt":"1767229205"}""");

    public static async Task RunAsync(Report report)
    {
        await RunAsync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        var token = new AccessToken(Key, Secret).WithTtl(TimeSpan.FromHours(1)).WithSha256(Convert.ToBase64String(SHA256.HashData(Body))).ToJwt();
        var question = JsonSerializer.Serialize(new { key = Key, secret = Secret, body = Encoding.UTF8.GetString(Body), token, seconds = Each.TotalSeconds });
        var webhooks = new LiveKitWebhooks(Key, Secret, TimeProvider.System);
        List<(double Own, double Node)> mint = [], verify = [];
        for (var round = 0; round < Rounds; round++)
        {
            var node = JsonSerializer.Deserialize<Beside>(await RunAsync("node", ["beside.mjs"], question), JsonSerializerOptions.Web)!;
            mint.Add((Measure(() => Mint().Length), node.Mint));
            verify.Add((Measure(() => LiveKitWebhooks.Read(Body, webhooks.Verify(token)).Id.Length), node.Verify));
            if (round == 0)
                report.Note($"tokens: beside livekit-server-sdk on Node {node.Node}; each is processor time, its helper threads' included, the median of {Rounds} rounds.");
        }
        Add(report, "mint a browser's token", mint);
        Add(report, $"verify and read a webhook of {Body.Length} bytes", verify);
    }

    private static void Add(Report report, string what, List<(double Own, double Node)> rounds)
    {
        var (own, node) = (MixBesideSox.Median(rounds.Select(r => r.Own)), MixBesideSox.Median(rounds.Select(r => r.Node)));
        report.Add(new("tokens", what, own, "µs", Most: node / Goal, Beside: node / Goal, Besides: $"a third of Node's {node.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)} µs"));
    }

    private static string Mint() =>
        new AccessToken(Key, Secret)
            .WithIdentity("0199a3c2-7d1e-7c3a-9b1f-2f7f0c9d1a55")
            .WithName("Fiona Founder")
            .WithTtl(TimeSpan.FromMinutes(10))
            .WithAttributes(new Dictionary<string, string> { ["participation"] = "0199a3c2-7d1e-7c3a-9b1f-2f7f0c9d1a56", ["role"] = "founder" })
            .WithGrants(new VideoGrants { RoomJoin = true, Room = "session-0199a3c27d1e7c3a9b1f2f7f0c9d1a57" })
            .ToJwt();

    /// <returns>Microseconds of processor time for one, those of helper threads included.</returns>
    private static double Measure(Func<int> work)
    {
        for (var warm = Stopwatch.StartNew(); warm.Elapsed < TimeSpan.FromSeconds(1);)
            work();
        var before = Environment.CpuUsage.TotalTime;
        var done = 0;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Each; done++)
            work();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / done;
    }

    private static async Task<string> RunAsync(string program, string[] arguments, string? input = null)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardInput = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException($"{program} could not be started.");
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    private sealed record Beside(double Mint, double Verify, string Node);
}
