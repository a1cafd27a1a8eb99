using System.Security.Claims;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Identity;

namespace CoachingPortal.Accounts;

/// <summary>An open page asks, again and again, whether its person may still be here: a circuit sends no cookie.</summary>
public sealed class RevalidatingPersonState(ILoggerFactory log, IServiceScopeFactory scopes) : RevalidatingServerAuthenticationStateProvider(log)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromMinutes(2);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        if (authenticationState.User.Identity?.IsAuthenticated != true)
            return true;
        await using var scope = scopes.CreateAsyncScope();
        return await IsStillWelcomeAsync(scope.ServiceProvider.GetRequiredService<SignInManager<Person>>(), authenticationState.User);
    }

    internal static async Task<bool> IsStillWelcomeAsync(SignInManager<Person> signIn, ClaimsPrincipal user) =>
        await signIn.ValidateSecurityStampAsync(user) is not null;
}
