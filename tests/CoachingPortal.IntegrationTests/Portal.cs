using System.Net.Http.Json;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests;

/// <summary>A whole portal on a database of its own, with a coach, two founders and an admin. A class fixture.</summary>
public class Portal(PostgresServer postgres) : WebApplicationFactory<Program>, IAsyncLifetime
{
    public const string Password = "a long test password";

    private static readonly SemaphoreSlim Starting = new(1, 1);
    private static string? passwordHash;

    private readonly string dataFolder = Directory.CreateTempSubdirectory("portal-data-").FullName;

    public string ConnectionString { get; private set; } = "";

    public Person Coach { get; private set; } = null!;
    public Person OtherCoach { get; private set; } = null!;
    public Person Founder { get; private set; } = null!;
    public Person OtherFounder { get; private set; } = null!;
    public Person Admin { get; private set; } = null!;

    /// <summary>More settings, set before the portal starts.</summary>
    protected virtual IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>();

    /// <summary>False for a portal in which nobody has an account yet.</summary>
    protected virtual bool HasPeople => true;

    /// <summary>A test that looks at logs adds its own way to them.</summary>
    protected virtual void ConfigureLogging(ILoggingBuilder logging) => logging.ClearProviders();

    public async ValueTask InitializeAsync()
    {
        ConnectionString = await postgres.NewDatabaseAsync();
        if (!HasPeople)
            return;
        // One after the other: hosts that are built in the very same instant can miss that they are under test, and then
        // listen on the portal's own port.
        await Starting.WaitAsync();
        try
        {
            _ = Services;
        }
        finally
        {
            Starting.Release();
        }
        Coach = await APersonAsync("Carla Coach", Role.Coach);
        OtherCoach = await APersonAsync("Otto Coach", Role.Coach);
        Founder = await APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        OtherFounder = await APersonAsync("Fred Founder", Role.Founder, Tier.Pro);
        Admin = await APersonAsync("Ada Admin", Role.Admin);
    }

    /// <summary>Another portal on the same database with the same people and settings, as after a restart or as a second node.</summary>
    /// <param name="settings">Instead of this one's.</param>
    public Portal Again(Action<IServiceCollection>? services = null, IReadOnlyDictionary<string, string>? settings = null) => new Restarted(postgres, settings ?? Settings, services)
    {
        ConnectionString = ConnectionString,
        Coach = Coach,
        OtherCoach = OtherCoach,
        Founder = Founder,
        OtherFounder = OtherFounder,
        Admin = Admin,
    };

    public async Task<Person> APersonAsync(string name, Role role, Tier tier = Tier.Free)
    {
        using var scope = Services.CreateScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var id = Ids.New();
        var person = new Person
        {
            Id = id,
            Name = name,
            Role = role,
            Tier = tier,
            TimeZone = "Europe/Berlin",
            Email = $"{id:N}@example.test",
            UserName = $"{id:N}@example.test",
            EmailConfirmed = true,
            LockoutEnabled = true,
            CreatedAt = DateTimeOffset.UtcNow,
        };
        // All have the same password, and to hash it is slow on purpose.
        person.PasswordHash = LazyInitializer.EnsureInitialized(ref passwordHash, () => people.PasswordHasher.HashPassword(person, Password));
        var result = await people.CreateAsync(person);
        Assert.True(result.Succeeded, string.Join(' ', result.Errors.Select(e => e.Description)));
        return person;
    }

    /// <summary>A session of <see cref="Coach"/> and <see cref="Founder"/>, unless others are named, that begins in a minute.</summary>
    public async Task<CoachingSession> ASessionAsync(Person? coach = null, Person? founder = null, Action<CoachingSession>? change = null)
    {
        var now = DateTimeOffset.UtcNow;
        var session = new CoachingSession
        {
            Title = "Pricing and the first hire",
            CoachId = (coach ?? Coach).Id,
            FounderId = (founder ?? Founder).Id,
            StartsAt = now.AddMinutes(1),
            EndsAt = now.AddMinutes(61),
            RoomName = CoachingSession.NewRoomName(),
            CreatedAt = now,
        };
        change?.Invoke(session);
        await InDbAsync(async db =>
        {
            db.Sessions.Add(session);
            await db.SaveChangesAsync();
        });
        return session;
    }

    /// <summary>A session both of whose people agreed to a transcript.</summary>
    public async Task<CoachingSession> AnAgreedSessionAsync(Action<CoachingSession>? change = null)
    {
        var session = await ASessionAsync(change: change);
        await AgreeAsync(session, session.FounderId, session.CoachId);
        return session;
    }

    /// <summary>These people agree to a transcript of the session.</summary>
    public Task AgreeAsync(CoachingSession session, params Guid[] people) => InDbAsync(async db =>
    {
        foreach (var person in people)
            await Consents.AnswerAsync(db, session.Id, person, ConsentWording.Transcript, granted: true, DateTimeOffset.UtcNow);
    });

    public async Task InDbAsync(Func<PortalDb, Task> work)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync();
        await work(db);
    }

    public async Task<T> InDbAsync<T>(Func<PortalDb, Task<T>> work)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<PortalDb>>().CreateDbContextAsync();
        return await work(db);
    }

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>A client that follows no redirects, with the person's cookie; null for nobody.</summary>
    public HttpClient SignedIn(Person? person)
    {
        var client = CreateClient(new() { AllowAutoRedirect = false, BaseAddress = new Uri("https://localhost") });
        if (person is not null)
            client.DefaultRequestHeaders.Add("Cookie", CookieOf(person));
        return client;
    }

    /// <summary>Makes the cookie as the sign-in would, without its form.</summary>
    public string CookieOf(Person person)
    {
        using var scope = Services.CreateScope();
        var principal = scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<Person>>().CreateAsync(person).GetAwaiter().GetResult();
        var options = scope.ServiceProvider.GetRequiredService<Microsoft.Extensions.Options.IOptionsMonitor<Microsoft.AspNetCore.Authentication.Cookies.CookieAuthenticationOptions>>().Get(IdentityConstants.ApplicationScheme);
        var ticket = new Microsoft.AspNetCore.Authentication.AuthenticationTicket(
            principal,
            new() { IssuedUtc = DateTimeOffset.UtcNow, ExpiresUtc = DateTimeOffset.UtcNow.AddHours(1) },
            IdentityConstants.ApplicationScheme);
        return options.Cookie.Name + "=" + options.TicketDataFormat.Protect(ticket);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Testing");
        builder.UseSetting("urls", "http://127.0.0.1:0"); // never listened on, and looked at all the same
        builder.ConfigureLogging(ConfigureLogging);
        builder.UseSetting("ConnectionStrings:Portal", ConnectionString);
        builder.UseSetting("Data:Folder", dataFolder);
        foreach (var (key, value) in Settings)
            builder.UseSetting(key, value);
        builder.ConfigureTestServices(ConfigureServices);
    }

    protected virtual void ConfigureServices(IServiceCollection services) { }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Directory.Exists(dataFolder))
            Directory.Delete(dataFolder, recursive: true);
    }

    private sealed class Restarted(PostgresServer postgres, IReadOnlyDictionary<string, string> settings, Action<IServiceCollection>? services) : Portal(postgres)
    {
        protected override IReadOnlyDictionary<string, string> Settings => settings;

        protected override void ConfigureServices(IServiceCollection collection) => services?.Invoke(collection);
    }
}
