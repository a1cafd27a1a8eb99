using System.Security.Cryptography;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Demo;

/// <summary>The demo people by their part in the demo.</summary>
public sealed record DemoCast(Person Coach, Person Studio, Person Pro, Person Free, Person Admin);

/// <summary>Five people, one a way to see the portal, with one password that is random per installation.</summary>
public sealed class DemoPeople(
    IDbContextFactory<PortalDb> databases, IServiceScopeFactory scopes, IOptions<DemoOptions> options, DataFolder folder, TimeProvider time)
{
    private const string Letters = "abcdefghjkmnpqrstuvwxyz23456789";

    public const string Coach = "coach@demo.test";
    public const string Studio = "founder.studio@demo.test";
    public const string Pro = "founder.pro@demo.test";
    public const string Free = "founder.free@demo.test";
    public const string Admin = "admin@demo.test";

    /// <summary>Addresses and what each of them is there to see, in the order they are printed.</summary>
    public static readonly IReadOnlyList<(string Email, string What)> Ways =
    [
        (Studio, "founder, Studio tier: may ask for a recording"),
        (Coach, "their coach"),
        (Pro, "founder, Pro tier"),
        (Free, "founder, Free tier"),
        (Admin, "admin"),
    ];

    /// <summary>Null until <see cref="PrepareAsync"/> has made or found the people.</summary>
    public string? Password { get; private set; }

    /// <returns>Null when there are to be none: switched off, or the database is somebody's real one.</returns>
    public async Task<DemoCast?> PrepareAsync(CancellationToken cancellation)
    {
        if (!options.Value.Enabled)
            return null;
        await using (var db = await databases.CreateDbContextAsync(cancellation))
            if (await db.People.AnyAsync(cancellation) && !await db.People.AnyAsync(p => p.IsDemo, cancellation))
                return null;
        var password = options.Value.Password ?? await KeptPasswordAsync(cancellation);
        await using var scope = scopes.CreateAsyncScope();
        var people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
        var cast = new DemoCast(
            await PersonAsync(people, Coach, "Clara Weiss", Role.Coach, Tier.Free, password),
            await PersonAsync(people, Studio, "Sam Okafor", Role.Founder, Tier.Studio, password),
            await PersonAsync(people, Pro, "Priya Nair", Role.Founder, Tier.Pro, password),
            await PersonAsync(people, Free, "Jonas Berg", Role.Founder, Tier.Free, password),
            await PersonAsync(people, Admin, "Ada Lindqvist", Role.Admin, Tier.Free, password));
        Password = password;
        return cast;
    }

    private async Task<Person> PersonAsync(UserManager<Person> people, string email, string name, Role role, Tier tier, string password)
    {
        if (await people.FindByEmailAsync(email) is { } known)
        {
            // The password is the one that is printed, whatever was set meanwhile.
            if (!await people.CheckPasswordAsync(known, password))
            {
                known.PasswordHash = people.PasswordHasher.HashPassword(known, password);
                Check(await people.UpdateSecurityStampAsync(known));
            }
            return known;
        }
        var person = new Person
        {
            Id = Ids.New(),
            Name = name,
            Role = role,
            Tier = tier,
            Email = email,
            UserName = email,
            EmailConfirmed = true,
            LockoutEnabled = true,
            IsDemo = true,
            CreatedAt = time.GetUtcNow(),
        };
        Check(await people.CreateAsync(person, password));
        return person;
    }

    private static void Check(IdentityResult result)
    {
        if (!result.Succeeded)
            throw new StartupFaultException("The demo people could not be made: " + string.Join(' ', result.Errors.Select(e => e.Description)));
    }

    private async Task<string> KeptPasswordAsync(CancellationToken cancellation)
    {
        var file = Path.Combine(folder.Path, "demo-password");
        if (File.Exists(file) && (await File.ReadAllTextAsync(file, cancellation)).Trim() is { Length: >= 12 } kept)
            return kept;
        var password = string.Join('-', Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetString(Letters, 4)));
        Directory.CreateDirectory(folder.Path);
        var access = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var writer = new StreamWriter(file, access);
        await writer.WriteLineAsync(password);
        return password;
    }
}
