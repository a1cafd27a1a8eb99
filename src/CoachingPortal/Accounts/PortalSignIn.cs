using CoachingPortal.Domain;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Accounts;

/// <summary>Identity's sign-in, which here also knows closed accounts: no new cookie, and the old ones end.</summary>
public sealed class PortalSignIn(
    UserManager<Person> people,
    IHttpContextAccessor context,
    IUserClaimsPrincipalFactory<Person> claims,
    IOptions<IdentityOptions> options,
    ILogger<SignInManager<Person>> log,
    IAuthenticationSchemeProvider schemes,
    IUserConfirmation<Person> confirmation) : SignInManager<Person>(people, context, claims, options, log, schemes, confirmation)
{
    public override async Task<bool> CanSignInAsync(Person user) => user.DeactivatedAt is null && await base.CanSignInAsync(user);

    public override async Task<bool> ValidateSecurityStampAsync(Person? user, string? securityStamp) =>
        user is { DeactivatedAt: null } && await base.ValidateSecurityStampAsync(user, securityStamp);
}
