using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using CoachingPortal.Storage;

[assembly: AssemblyFixture(typeof(CoachingPortal.IntegrationTests.S3.S3Server))]

namespace CoachingPortal.IntegrationTests.S3;

/// <summary>
/// A real S3 API on this machine, one for the whole run, started when the first test asks for it: OpenStack Swift with its
/// s3api, which checks signatures and knows ranges and uploads in parts. Its data goes with it.
/// </summary>
public sealed class S3Server : IAsyncLifetime
{
    private const string Python = "/usr/bin/python3";
    /// <summary>What the servers complained of.</summary>
    private static readonly ConcurrentQueue<string> Said = new();

    private static readonly string[] Kinds = ["object", "container", "account", "proxy"];

    private readonly string folder = Directory.CreateTempSubdirectory("s3-tests-").FullName;
    private readonly Lazy<Task<string>> endpoint;
    private readonly List<Process> servers = [];
    private int buckets;

    public S3Server() => endpoint = new(StartAsync);

    /// <summary>A new, empty bucket, and how to get at it.</summary>
    public async Task<S3Options> NewBucketAsync()
    {
        var options = new S3Options
        {
            AccessKey = "test:tester",
            Secret = "testing",
            Region = "us-east-1",
            Bucket = $"bucket-{Interlocked.Increment(ref buckets)}",
            Endpoint = await endpoint.Value,
        };
        using var client = Client(options);
        await MakeBucketAsync(client, options.Bucket);
        return options;
    }

    /// <summary>A client beside the portal's own, for what that has no need of.</summary>
    public static AmazonS3Client Client(S3Options options) => new(
        new BasicAWSCredentials(options.AccessKey, options.Secret),
        new AmazonS3Config
        {
            ServiceURL = options.Endpoint,
            ForcePathStyle = true,
            AuthenticationRegion = options.Region,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });

    /// <summary>Makes a bucket, or finds it made: what answered with an error may have done so all the same.</summary>
    private static async Task MakeBucketAsync(AmazonS3Client client, string name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await client.PutBucketAsync(name);
                return;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.Conflict)
            {
                return;
            }
            catch (AmazonS3Exception) when (attempt < 10)
            {
                await Task.Delay(500);
            }
        }
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        Directory.Delete(folder, recursive: true);
    }

    private async Task EndAsync()
    {
        foreach (var server in servers)
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            server.Dispose();
        }
        servers.Clear();
    }

    private async Task<string> StartAsync()
    {
        if (!File.Exists(Python) || await RunAsync("-c", "import swift") != 0)
            throw new InvalidOperationException("These tests need Debian's python3-swift (apt-get install python3-swift); ./test installs it.");
        foreach (var part in new[] { "rings", "srv/d1", "cache" })
            Directory.CreateDirectory(Path.Combine(folder, part));
        // A port that was free may be taken before its server has it: then with other ones.
        for (var tries = 1; tries <= 5; tries++)
        {
            if (await StartAsync(Kinds.Zip(FreePorts(Kinds.Length)).ToDictionary(x => x.First, x => x.Second)) is { } address)
                return address;
            await EndAsync();
        }
        throw new InvalidOperationException("The S3 server did not start: " + string.Join(' ', Said));
    }

    /// <returns>Its address; null when one of its parts ended instead of starting.</returns>
    private async Task<string?> StartAsync(Dictionary<string, int> ports)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "ports.json"), JsonSerializer.Serialize(ports.Where(p => p.Key != "proxy").ToDictionary()));
        await File.WriteAllTextAsync(Path.Combine(folder, "swift.conf"), """
            [swift-hash]
            swift_hash_path_suffix = portal
            swift_hash_path_prefix = portal
            [storage-policy:0]
            name = p0
            default = yes
            [swift-constraints]
            max_header_size = 32768
            """);
        foreach (var kind in Kinds)
            await File.WriteAllTextAsync(Path.Combine(folder, kind + ".conf"), kind == "proxy" ? ProxyConf(ports[kind]) : StorageConf(kind, ports[kind]));
        var script = Path.Combine(AppContext.BaseDirectory, "S3", "s3_server.py");
        if (await RunAsync(script, "ring", folder) != 0)
            throw new InvalidOperationException("Swift's rings could not be written.");
        foreach (var kind in Kinds)
            servers.Add(Start(script, kind, folder));
        foreach (var kind in Kinds)
            if (!await AnswersAsync(ports[kind]))
                return null;
        var address = $"http://127.0.0.1:{ports["proxy"]}";
        return await TakesAnObjectAsync(address) ? address : null;
    }

    /// <summary>Whether what answers is these servers, and all of them: another run's may have one of the ports.</summary>
    private async Task<bool> TakesAnObjectAsync(string address)
    {
        using var client = Client(new() { AccessKey = "test:tester", Secret = "testing", Region = "us-east-1", Endpoint = address });
        // On a busy machine its parts know of each other a moment later than they answer.
        for (var attempt = 1; attempt <= 60 && !servers.Exists(s => s.HasExited); attempt++)
        {
            try
            {
                await MakeBucketAsync(client, "first");
                await client.PutObjectAsync(new() { BucketName = "first", Key = "object", ContentBody = "there", UseChunkEncoding = false });
                return Directory.EnumerateFiles(folder, "*.data", SearchOption.AllDirectories).Any();
            }
            catch (Exception e) when (e is AmazonServiceException or HttpRequestException)
            {
                Said.Enqueue($"{e.Message} ({servers.Count(s => s.HasExited)} ended)");
                await Task.Delay(500);
            }
        }
        return false;
    }

    private async Task<bool> AnswersAsync(int port)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var until = DateTime.UtcNow.AddSeconds(120); DateTime.UtcNow < until && !servers.Exists(s => s.HasExited); await Task.Delay(100))
        {
            try
            {
                if (await client.GetStringAsync($"http://127.0.0.1:{port}/healthcheck") == "OK")
                    return true;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not yet.
            }
        }
        return false;
    }

    private string StorageConf(string kind, int port) => $"""
        [DEFAULT]
        bind_ip = 127.0.0.1
        bind_port = {port}
        workers = 0
        user = {Environment.UserName}
        swift_dir = {folder}/rings
        devices = {folder}/srv
        mount_check = false
        fallocate_reserve = 0
        log_level = ERROR
        [pipeline:main]
        pipeline = healthcheck {kind}-server
        [filter:healthcheck]
        use = egg:swift#healthcheck
        [app:{kind}-server]
        use = egg:swift#{kind}
        recon_cache_path = {folder}/cache
        disable_fallocate = true
        conn_timeout = 30
        node_timeout = 60
        """;

    // Patient: its own times are half a second to connect, and a minute's pause for a part that failed, which a machine
    // that runs many tests at once does not always meet.
    private string ProxyConf(int port) => $"""
        [DEFAULT]
        bind_ip = 127.0.0.1
        bind_port = {port}
        workers = 0
        user = {Environment.UserName}
        swift_dir = {folder}/rings
        log_level = ERROR
        [pipeline:main]
        pipeline = catch_errors gatekeeper healthcheck cache listing_formats bulk s3api tempauth copy slo dlo proxy-server
        [app:proxy-server]
        use = egg:swift#proxy
        account_autocreate = true
        conn_timeout = 30
        node_timeout = 60
        recoverable_node_timeout = 60
        error_suppression_limit = 1000000
        [filter:catch_errors]
        use = egg:swift#catch_errors
        [filter:gatekeeper]
        use = egg:swift#gatekeeper
        [filter:healthcheck]
        use = egg:swift#healthcheck
        [filter:cache]
        use = egg:swift#memcache
        memcache_servers = 127.0.0.1:1
        connect_timeout = 0.01
        io_timeout = 0.01
        [filter:listing_formats]
        use = egg:swift#listing_formats
        [filter:bulk]
        use = egg:swift#bulk
        [filter:s3api]
        use = egg:swift#s3api
        s3_acl = false
        location = us-east-1
        min_segment_size = 5242880
        [filter:tempauth]
        use = egg:swift#tempauth
        user_test_tester = testing .admin
        [filter:copy]
        use = egg:swift#copy
        [filter:slo]
        use = egg:swift#slo
        [filter:dlo]
        use = egg:swift#dlo
        """;

    private static async Task<int> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    private static Process Start(params string[] arguments)
    {
        var process = Process.Start(new ProcessStartInfo(Python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        // Read, so that it never waits for room in a full pipe.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, e) => Said.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Below those that outgoing connections take for themselves.</summary>
    private static List<int> FreePorts(int count)
    {
        var listeners = new List<TcpListener>();
        while (listeners.Count < count)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(15_000, 32_000));
            try
            {
                listener.Start();
                listeners.Add(listener);
            }
            catch (SocketException)
            {
                listener.Dispose();
            }
        }
        var ports = listeners.ConvertAll(l => ((IPEndPoint)l.LocalEndpoint).Port);
        listeners.ForEach(l => l.Stop());
        return ports;
    }
}
