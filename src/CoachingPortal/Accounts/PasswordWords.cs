using Microsoft.AspNetCore.Identity;

namespace CoachingPortal.Accounts;

/// <summary>Identity's refusals, in the portal's words.</summary>
public static class PasswordWords
{
    public static string Of(IdentityResult result) => string.Join(' ', result.Errors.Select(e => e.Code switch
    {
        nameof(IdentityErrorDescriber.PasswordMismatch) => "Your current password is another one.",
        nameof(IdentityErrorDescriber.PasswordTooShort) => "The new password needs at least 12 characters.",
        nameof(IdentityErrorDescriber.PasswordRequiresUniqueChars) => "The new password needs at least four different characters.",
        nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.DuplicateUserName) => "There is an account with this email already. Sign in with it, or use another one.",
        nameof(IdentityErrorDescriber.InvalidEmail) or nameof(IdentityErrorDescriber.InvalidUserName) => "This is not an email address.",
        nameof(IdentityErrorDescriber.ConcurrencyFailure) => "Somebody changed this account at the same moment. Try again.",
        _ => e.Description,
    }).Distinct());
}
