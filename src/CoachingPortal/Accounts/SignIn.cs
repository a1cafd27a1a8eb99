using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Identity;

namespace CoachingPortal.Accounts;

/// <summary>Signs people in by email and password.</summary>
public sealed partial class SignIn(UserManager<Person> people, SignInManager<Person> signIn, IPasswordHasher<Person> hasher, ILogger<SignIn> log)
{
    /// <summary>The rate limit of sign-ins and invitations, per network address.</summary>
    public const string RateLimit = "sign-in";

    private const string Wrong = "That email and password do not belong together. Check both, then try again.";

    // Hashed once, so that an unknown address takes as long to refuse as a wrong password.
    private static string? nobodysHash;

    /// <param name="timeZone">The browser's, kept when the account has none yet.</param>
    /// <returns>Null when the cookie is set, else why not, in words.</returns>
    public async Task<string?> TryAsync(string email, string password, string? timeZone)
    {
        email = email.Replace("\0", "", StringComparison.Ordinal);
        var person = await people.FindByEmailAsync(email.Trim());
        if (person is null)
        {
            nobodysHash ??= hasher.HashPassword(null!, Guid.NewGuid().ToString());
            hasher.VerifyHashedPassword(null!, nobodysHash, password);
            LogRefused(null, "unknown");
            return Wrong;
        }
        if (person.DeactivatedAt is not null)
        {
            LogRefused(person.Id, "closed");
            // Only who knows the password learns that the account was closed.
            return await people.CheckPasswordAsync(person, password) ? "This account is closed. If that surprises you, ask your admin." : Wrong;
        }

        var result = await signIn.CheckPasswordSignInAsync(person, password, lockoutOnFailure: true);
        if (result.IsLockedOut)
        {
            LogRefused(person.Id, "locked");
            return "Too many wrong passwords. For your safety this account is locked for ten minutes; then try again.";
        }
        if (!result.Succeeded)
        {
            LogRefused(person.Id, "password");
            return Wrong;
        }

        if (person.TimeZone is null && TimeZones.Exists(timeZone))
        {
            person.TimeZone = timeZone;
            await people.UpdateAsync(person);
        }
        await signIn.SignInAsync(person, isPersistent: true);
        LogSignedIn(person.Id);
        return null;
    }

    /// <returns>The path itself when it lies in this portal, else the home page: nobody is sent elsewhere by a crafted link.</returns>
    public static string LocalOrHome(string? path) =>
        path is ['/', ..] && path is not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) && !path.StartsWith("/sign-in", StringComparison.OrdinalIgnoreCase) ? path : "/";

    [LoggerMessage(LogLevel.Information, "{PersonId} signed in")]
    private partial void LogSignedIn(Guid personId);

    [LoggerMessage(LogLevel.Warning, "A sign-in of {PersonId} was refused: {Reason}")]
    private partial void LogRefused(Guid? personId, string reason);
}
