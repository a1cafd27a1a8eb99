using System.Security.Claims;
using System.Threading.RateLimiting;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Accounts;

public static class AccountsSetup
{
    /// <summary>Looks at a request and asks the cookie or the agent key, whichever it carries.</summary>
    private const string EitherScheme = "person-or-agent";

    public static void AddAccounts(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services
            .AddIdentityCore<Person>(o =>
            {
                o.User.RequireUniqueEmail = true;
                o.Password.RequiredLength = 12;
                o.Password.RequireDigit = false;
                o.Password.RequireLowercase = false;
                o.Password.RequireUppercase = false;
                o.Password.RequireNonAlphanumeric = false;
                o.Password.RequiredUniqueChars = 4;
                o.Lockout.MaxFailedAccessAttempts = 8;
                o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
            })
            .AddEntityFrameworkStores<PortalDb>()
            .AddSignInManager<PortalSignIn>()
            .AddDefaultTokenProviders();
        services.AddScoped<IUserClaimsPrincipalFactory<Person>, PersonClaims>();
        services.AddScoped<SignIn>();
        services.AddSingleton<Invitations>();
        services.AddScoped<AuthenticationStateProvider, RevalidatingPersonState>();
        // A closed account or a changed role is noticed at most this much later, by requests and by open pages.
        services.Configure<SecurityStampValidatorOptions>(o => o.ValidationInterval = TimeSpan.FromMinutes(1));

        services
            .AddAuthentication(o =>
            {
                o.DefaultScheme = EitherScheme;
                o.DefaultSignInScheme = IdentityConstants.ApplicationScheme;
            })
            .AddPolicyScheme(EitherScheme, null, o => o.ForwardDefaultSelector = c => AgentKeys.IsIn(c.Request) ? AgentKeys.Scheme : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, AgentKeyHandler>(AgentKeys.Scheme, null)
            .AddIdentityCookies(c => c.ApplicationCookie!.Configure(o =>
            {
                o.Cookie.Name = "portal";
                o.Cookie.HttpOnly = true;
                o.Cookie.SameSite = SameSiteMode.Lax;
                o.LoginPath = "/sign-in";
                o.AccessDeniedPath = "/not-allowed";
                o.ReturnUrlParameter = "returnUrl";
                o.ExpireTimeSpan = TimeSpan.FromDays(14);
                o.SlidingExpiration = true;
                o.Events.OnRedirectToLogin = c => AnswerApi(c, StatusCodes.Status401Unauthorized);
                o.Events.OnRedirectToAccessDenied = c => AnswerApi(c, StatusCodes.Status403Forbidden);
            }));

        var anyPerson = new Microsoft.AspNetCore.Authorization.AuthorizationPolicyBuilder().RequireRole(Enum.GetNames<Role>()).Build();
        services
            .AddAuthorizationBuilder()
            .SetDefaultPolicy(anyPerson)
            .SetFallbackPolicy(anyPerson)
            .AddPolicy(Policies.Founder, p => p.RequireRole(nameof(Role.Founder)))
            .AddPolicy(Policies.Coach, p => p.RequireRole(nameof(Role.Coach)))
            .AddPolicy(Policies.Admin, p => p.RequireRole(nameof(Role.Admin)))
            .AddPolicy(Policies.Scheduler, p => p.RequireRole(nameof(Role.Coach), nameof(Role.Admin)))
            .AddPolicy(Policies.Member, p => p.RequireRole(nameof(Role.Founder), nameof(Role.Coach)));
        services.AddCascadingAuthenticationState();

        var tries = builder.Configuration.GetValue("SignIn:TriesPerMinute", 30);
        services.AddRateLimiter(o =>
        {
            o.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            o.AddPolicy(SignIn.RateLimit, c => HttpMethods.IsPost(c.Request.Method)
                ? RateLimitPartition.GetFixedWindowLimiter(
                    c.Connection.RemoteIpAddress?.ToString() ?? "",
                    _ => new() { PermitLimit = tries, Window = TimeSpan.FromMinutes(1), QueueLimit = 0 })
                : RateLimitPartition.GetNoLimiter("reading"));
        });
    }

    public static void MapAccounts(this WebApplication app) =>
        app.MapPost("/sign-out", async (HttpContext context, IAntiforgery antiforgery, SignInManager<Person> signIn) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
                return Results.BadRequest();
            await signIn.SignOutAsync();
            return Results.LocalRedirect("/sign-in?signedOut=true");
        }).ExcludeFromDescription();

    /// <summary>A program gets a status and ProblemDetails, a person the sign-in page.</summary>
    private static Task AnswerApi(RedirectContext<CookieAuthenticationOptions> context, int status)
    {
        if (ShellSetup.IsForPrograms(context.Request.Path))
            context.Response.StatusCode = status;
        else
            context.Response.Redirect(context.RedirectUri);
        return Task.CompletedTask;
    }

    private sealed class PersonClaims(UserManager<Person> people, IOptions<IdentityOptions> options) : UserClaimsPrincipalFactory<Person>(people, options)
    {
        protected override async Task<ClaimsIdentity> GenerateClaimsAsync(Person user)
        {
            var identity = await base.GenerateClaimsAsync(user);
            identity.AddClaim(new(Caller.RoleClaim, user.Role.ToString()));
            identity.AddClaim(new("name", user.Name));
            if (user.TimeZone is not null)
                identity.AddClaim(new(ViewerTimeZone.Claim, user.TimeZone));
            return identity;
        }
    }
}
