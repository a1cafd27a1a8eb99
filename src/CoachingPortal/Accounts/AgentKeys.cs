using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Accounts;

/// <summary>The program that asks, by its key. It is nobody's session member; what it may do are its scopes.</summary>
public sealed record Agent(Guid KeyId, string Name)
{
    /// <returns>Null for a person or for nobody.</returns>
    public static Agent? From(ClaimsPrincipal user) =>
        Guid.TryParse(user.FindFirstValue(AgentKeys.KeyClaim), out var id) ? new(id, user.FindFirstValue("name") ?? "") : null;
}

/// <summary>Policies of endpoints that programs call: <c>.RequireAuthorization(AgentPolicies.For(AgentScopes.WriteTurns))</c>.</summary>
public static class AgentPolicies
{
    /// <summary>An agent whose key has the scope; nobody else.</summary>
    public static AuthorizationPolicy For(string scope) =>
        new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireClaim(AgentKeys.ScopeClaim, scope).Build();

    /// <summary>An agent whose key has the scope, or a signed-in founder or coach, whose rights the endpoint then checks.</summary>
    public static AuthorizationPolicy OrMember(string scope) =>
        new AuthorizationPolicyBuilder()
            .RequireAuthenticatedUser()
            .RequireAssertion(c => c.User.HasClaim(AgentKeys.ScopeClaim, scope) || c.User.IsInRole(nameof(Role.Founder)) || c.User.IsInRole(nameof(Role.Coach)))
            .Build();
}

/// <summary>Keys of programs: <c>Authorization: Bearer cp_…</c>. The secret is shown once; its SHA-256 is kept.</summary>
public static class AgentKeys
{
    public const string Scheme = "agent-key";
    public const string KeyClaim = "agent";
    public const string ScopeClaim = "scope";
    private const string Prefix = "cp_";

    /// <returns>The secret, for the eyes of whoever made the key, and the row without it. The caller saves the row.</returns>
    public static (string Secret, AgentKey Key) New(string name, IEnumerable<string> scopes, Guid? createdById, DateTimeOffset now)
    {
        var secret = Prefix + Secrets.New();
        return (secret, new() { Name = name, KeyHash = Secrets.Hash(secret), Scopes = [.. scopes], CreatedById = createdById, CreatedAt = now });
    }

    internal static bool IsIn(HttpRequest request) => SecretIn(request) is not null;

    internal static string? SecretIn(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : null;
    }
}

/// <summary>Random secrets for links and keys, and how they are kept.</summary>
public static class Secrets
{
    /// <returns>32 random bytes in base64url.</returns>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    /// <returns>SHA-256; enough for a secret that nobody can guess.</returns>
    public static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}

internal sealed class AgentKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory log,
    UrlEncoder encoder,
    IDbContextFactory<PortalDb> databases,
    TimeProvider time) : AuthenticationHandler<AuthenticationSchemeOptions>(options, log, encoder)
{
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (AgentKeys.SecretIn(Request) is not { Length: > 0 and <= 200 } secret)
            return AuthenticateResult.NoResult();
        var hash = Secrets.Hash(secret);
        await using var db = await databases.CreateDbContextAsync(Context.RequestAborted);
        var key = await db.AgentKeys.AsNoTracking().SingleOrDefaultAsync(k => k.KeyHash == hash && k.RevokedAt == null, Context.RequestAborted);
        if (key is null)
            return AuthenticateResult.Fail("No such key.");

        var now = time.GetUtcNow();
        if (key.LastUsedAt is null || now - key.LastUsedAt > TimeSpan.FromMinutes(1))
            await db.AgentKeys.Where(k => k.Id == key.Id).ExecuteUpdateAsync(s => s.SetProperty(k => k.LastUsedAt, now), Context.RequestAborted);

        var identity = new ClaimsIdentity(AgentKeys.Scheme);
        identity.AddClaim(new(AgentKeys.KeyClaim, key.Id.ToString()));
        identity.AddClaim(new("name", key.Name));
        identity.AddClaims(key.Scopes.Select(s => new Claim(AgentKeys.ScopeClaim, s)));
        return AuthenticateResult.Success(new(new(identity), AgentKeys.Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return base.HandleChallengeAsync(properties);
    }
}
