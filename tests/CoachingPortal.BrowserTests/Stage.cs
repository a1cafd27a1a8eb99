using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

// A call is work for two cores: two browsers and a portal. A second test beside it makes both slower than one after the
// other; only what waits far more than it works (the collection of that name) runs beside the rest.
[assembly: CollectionBehavior(CollectionBehavior.CollectionPerAssembly, MaxParallelThreads = 2)]
[assembly: AssemblyFixture(typeof(CoachingPortal.BrowserTests.Stage))]

namespace CoachingPortal.BrowserTests;

/// <summary>What all browser tests stand on: a real PostgreSQL, real Chromium, and portals as processes of their own.</summary>
public sealed class Stage : IAsyncLifetime
{
    /// <summary>The collection of tests that run beside the others, one after the other.</summary>
    public const string Waiting = "Waits more than it works";

    public const string Password = "a long test password";

    private readonly string folder = Directory.CreateTempSubdirectory("portal-browser-").FullName;
    private readonly Dictionary<string, IBrowser> browsers = [];
    private readonly SemaphoreSlim starting = new(1);
    private EmbeddedPostgres? postgres;
    private IPlaywright? playwright;
    private int portals;
    private readonly Dictionary<string, Task<(PortalProcess Portal, Database Database)>> shared = [];

    /// <summary>A folder that goes with the run.</summary>
    public string Folder => folder;

    /// <summary>The portals' program file when it is not this build's.</summary>
    public string? ProgramFile { get; init; }

    /// <summary>Pictures a second of each camera. Few: without a graphics card they are half of a call's work.</summary>
    public int CameraFps { get; init; } = 5;

    public async ValueTask InitializeAsync()
    {
        // A busy machine takes its time; what has to come soon says so itself.
        Assertions.SetDefaultExpectTimeout(60_000);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        postgres = await EmbeddedPostgres.StartAsync(ContentRoot.Find(), Path.Combine(folder, "postgres"), durable: false);
        playwright = await Playwright.CreateAsync();
    }

    /// <summary>The portal of all tests that do it no harm, one for each set of settings.</summary>
    public Task<(PortalProcess Portal, Database Database)> ThePortalAsync(params string[] settings) => SharedAsync("", settings);

    /// <summary>The portal of all tests that kill it, one after the other: it runs again, or still, when the next one comes.</summary>
    public async Task<(PortalProcess Portal, Database Database)> TheMortalPortalAsync(params string[] settings)
    {
        var (portal, database) = await SharedAsync("mortal ", settings);
        if (!portal.IsRunning)
            await portal.StartAsync();
        return (portal, database);
    }

    private Task<(PortalProcess Portal, Database Database)> SharedAsync(string kind, string[] settings)
    {
        lock (shared)
        {
            var key = kind + string.Join(' ', settings);
            return shared.TryGetValue(key, out var running) ? running : shared[key] = APortalAsync(settings);
        }
    }

    /// <summary>A started portal on a database of its own, and the way to that database.</summary>
    public async Task<(PortalProcess Portal, Database Database)> APortalAsync(params string[] settings)
    {
        var name = $"browser_{Interlocked.Increment(ref portals)}";
        await postgres!.EnsureDatabaseAsync(name);
        var connectionString = postgres.ConnectionString(name) + ";Maximum Pool Size=30";
        var dataFolder = Path.Combine(folder, name);
        // All of a run's people sign in from one address, and FRED need not talk as slowly as people read.
        settings = ["SignIn:TriesPerMinute=1000", "Fred:OfflineWordMs=5", .. settings];
        var portal = ProgramFile is null ? new PortalProcess(connectionString, dataFolder, settings) : new(connectionString, dataFolder, settings) { ProgramFile = ProgramFile };
        await StartAsync(portal);
        return (portal, new Database(connectionString));
    }

    /// <summary>A second portal on the first one's database and store, on a port of its own.</summary>
    public static async Task<PortalProcess> AnotherNodeAsync(PortalProcess first)
    {
        var node = first.Sibling();
        await StartAsync(node);
        return node;
    }

    /// <summary>A browser whose microphone hears the tone. One a tone for the whole run; its contexts are apart.</summary>
    public async Task<IBrowser> BrowserAsync(int toneHz)
    {
        await starting.WaitAsync();
        try
        {
            var key = $"{toneHz}";
            if (browsers.TryGetValue(key, out var running))
                return running;
            return browsers[key] = await playwright!.Chromium.LaunchAsync(new()
            {
                ExecutablePath = FindChromium(),
                Args =
                [
                    "--no-sandbox",
                    "--disable-gpu", // there is none, and drawing by imitating one takes longer
                    $"--use-fake-device-for-media-stream=fps={CameraFps}",
                    "--use-fake-ui-for-media-stream",
                    "--use-file-for-fake-audio-capture=" + Microphone.Tone(folder, toneHz),
                    "--autoplay-policy=no-user-gesture-required",
                    "--allow-loopback-in-peer-connection",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--no-first-run",
                ],
            });
        }
        finally
        {
            starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var browser in browsers.Values)
            await browser.CloseAsync();
        playwright?.Dispose();
        foreach (var portal in shared.Values)
            await (await portal).Portal.DisposeAsync();
        if (postgres is not null)
            await postgres.DisposeAsync();
        await DeleteAsync(folder);
    }

    /// <summary>Deletes a folder, be it that a process that is just ending still writes in it.</summary>
    public static async Task DeleteAsync(string folder)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
            catch (IOException) when (tries < 50)
            {
                await Task.Delay(100);
            }
        }
    }

    private static async Task StartAsync(PortalProcess portal)
    {
        try
        {
            await portal.StartAsync();
        }
        catch
        {
            await portal.DisposeAsync();
            throw;
        }
    }

    private static string FindChromium() =>
        new[] { Environment.GetEnvironmentVariable("CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("No Chromium found: install Debian's 'chromium', or name one in the environment variable CHROMIUM.");

    /// <summary>A portal's database, for what a test puts there and looks up.</summary>
    public sealed class Database(string connectionString)
    {
        /// <summary>Everybody's: a hash is slow on purpose.</summary>
        private static readonly Lazy<string> PasswordHash = new(() => new PasswordHasher<string>().HashPassword("", Password));

        private readonly DbContextOptions<PortalDb> options = new DbContextOptionsBuilder<PortalDb>().UseNpgsql(connectionString).Options;

        public PortalDb Open() => new(options);

        public async Task<T> AskAsync<T>(Func<PortalDb, Task<T>> question)
        {
            await using var db = Open();
            return await question(db);
        }

        public async Task AddAsync(object row)
        {
            await using var db = Open();
            db.Add(row);
            await db.SaveChangesAsync();
        }

        /// <summary>Asks until the answer is as hoped, or fails after the patience is over.</summary>
        public async Task<T> UntilAsync<T>(Func<PortalDb, Task<T>> question, Func<T, bool> hope, string what, double seconds = 40)
        {
            T answer;
            var clock = System.Diagnostics.Stopwatch.StartNew();
            do
            {
                answer = await AskAsync(question);
                if (hope(answer))
                    return answer;
                await Task.Delay(150);
            }
            while (clock.Elapsed.TotalSeconds < seconds);
            Assert.Fail($"Not within {seconds} s: {what}. Last seen: {System.Text.Json.JsonSerializer.Serialize(answer)}");
            return answer;
        }

        public async Task<Person> APersonAsync(string name, Role role, Tier tier = Tier.Free)
        {
            var id = Ids.New();
            var email = $"{id:N}@example.test";
            var person = new Person
            {
                Id = id, Name = name, Role = role, Tier = tier, TimeZone = "Europe/Berlin", CreatedAt = DateTimeOffset.UtcNow,
                Email = email, NormalizedEmail = email.ToUpperInvariant(), UserName = email, NormalizedUserName = email.ToUpperInvariant(),
                EmailConfirmed = true, LockoutEnabled = true, SecurityStamp = Guid.NewGuid().ToString("N"), ConcurrencyStamp = Guid.NewGuid().ToString(),
            };
            person.PasswordHash = PasswordHash.Value;
            await using var db = Open();
            db.People.Add(person);
            await db.SaveChangesAsync();
            return person;
        }

        /// <summary>A session that begins in a minute.</summary>
        public async Task<CoachingSession> ASessionAsync(Person coach, Person founder, string title = "Pricing and the first hire")
        {
            var now = DateTimeOffset.UtcNow;
            var session = new CoachingSession
            {
                Title = title, CoachId = coach.Id, FounderId = founder.Id, StartsAt = now.AddMinutes(1), EndsAt = now.AddMinutes(61),
                RoomName = CoachingSession.NewRoomName(), CreatedAt = now,
            };
            await using var db = Open();
            db.Sessions.Add(session);
            await db.SaveChangesAsync();
            return session;
        }
    }
}
