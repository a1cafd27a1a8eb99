using Microsoft.AspNetCore.Identity;

namespace CoachingPortal.Domain;

public enum Role
{
    Founder,
    Coach,
    Admin,
}

/// <summary>What a founder has bought. Only <see cref="Studio"/> may ask for a recording.</summary>
public enum Tier
{
    Free,
    Pro,
    Studio,
}

/// <summary>Somebody with an account. <see cref="IdentityUser{TKey}.Email"/> is the sign-in name.</summary>
public sealed class Person : IdentityUser<Guid>
{
    public required string Name { get; set; }

    public required Role Role { get; set; }

    /// <summary>Meaningful for founders only; read from the database at each decision, never from a cookie.</summary>
    public Tier Tier { get; set; }

    /// <summary>IANA name, such as <c>Europe/Berlin</c>; null until the first sign-in from a browser.</summary>
    public string? TimeZone { get; set; }

    /// <summary>For a coach: names and terms of their sessions that a recogniser would not know.</summary>
    public string[] Vocabulary { get; set; } = [];

    public bool IsDemo { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set when an admin closes the account: the person can no longer sign in, what they said remains.</summary>
    public DateTimeOffset? DeactivatedAt { get; set; }
}

/// <summary>A one-time link that makes an account. The link carries the secret; only its SHA-256 is kept.</summary>
public sealed class Invitation
{
    public Guid Id { get; init; } = Ids.New();

    /// <summary>Null for the first-admin link alone, whose bearer names their own address.</summary>
    public string? Email { get; set; }

    public string? Name { get; set; }

    public required Role Role { get; set; }

    public Tier Tier { get; set; }

    public required byte[] TokenHash { get; init; }

    public Guid? InvitedById { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? AcceptedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>A key for a program (an agent), limited to named scopes. Only the SHA-256 of the secret is kept.</summary>
public sealed class AgentKey
{
    public Guid Id { get; init; } = Ids.New();

    public required string Name { get; set; }

    public required byte[] KeyHash { get; init; }

    /// <summary>Of <see cref="AgentScopes"/>.</summary>
    public required string[] Scopes { get; set; }

    public Guid? CreatedById { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

public static class AgentScopes
{
    public const string WriteSummary = "summary:write";
    public const string WriteTurns = "turns:write";

    public static readonly string[] All = [WriteSummary, WriteTurns];
}
