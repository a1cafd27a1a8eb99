using Microsoft.Extensions.Options;

namespace CoachingPortal.Calls;

/// <summary>Settings of calls, section <c>Calls</c>.</summary>
public sealed class CallsOptions
{
    /// <summary>How long somebody who vanished has to come back before their part in the call ends.</summary>
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often the portal looks for those who vanished; oftener when <see cref="Grace"/> is short.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a TURN credential made from a shared secret is good for; a call that lasts longer gets a new one when it reconnects.</summary>
    public TimeSpan TurnCredentialLife { get; set; } = TimeSpan.FromHours(12);

    /// <summary>STUN and TURN servers that browsers are told to use; none is fine on one network.</summary>
    public IReadOnlyList<IceServerOptions> IceServers { get; set; } = [];
}

/// <summary>One STUN or TURN server.</summary>
public sealed class IceServerOptions
{
    /// <summary>Such as <c>stun:stun.example.org</c> or <c>turn:turn.example.org:3478?transport=udp</c> (RFC 7064, RFC 7065).</summary>
    public IReadOnlyList<string> Urls { get; set; } = [];

    /// <summary>The secret the portal shares with the TURN server (coturn's <c>static-auth-secret</c>), for short-lived credentials.</summary>
    public string? SharedSecret { get; set; }

    /// <summary>A fixed TURN user, for servers that know no shared secret.</summary>
    public string? Username { get; set; }

    public string? Credential { get; set; }
}

/// <summary>Finds every fault of the section at once, each naming its key.</summary>
public sealed class CallsOptionsValidator : IValidateOptions<CallsOptions>
{
    private static readonly string[] Schemes = ["stun:", "stuns:", "turn:", "turns:"];

    public ValidateOptionsResult Validate(string? name, CallsOptions options)
    {
        var faults = new List<string>();
        if (options.Grace < TimeSpan.FromMilliseconds(100) || options.Grace > TimeSpan.FromMinutes(10))
            faults.Add("Calls:Grace must lie between 0.1 seconds and 10 minutes, such as 00:00:30.");
        if (options.SweepEvery < TimeSpan.FromMilliseconds(100) || options.SweepEvery > TimeSpan.FromDays(1))
            faults.Add("Calls:SweepEvery must lie between 0.1 seconds and one day, such as 00:00:03.");
        if (options.TurnCredentialLife < TimeSpan.FromMinutes(1) || options.TurnCredentialLife > TimeSpan.FromDays(2))
            faults.Add("Calls:TurnCredentialLife must lie between one minute and two days, such as 12:00:00.");
        for (var i = 0; i < options.IceServers.Count; i++)
            faults.AddRange(Faults($"Calls:IceServers:{i}", options.IceServers[i]));
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static IEnumerable<string> Faults(string key, IceServerOptions server)
    {
        if (server.Urls.Count == 0)
            yield return $"{key}:Urls names no address.";
        foreach (var url in server.Urls.Where(u => !Schemes.Any(s => u.StartsWith(s, StringComparison.Ordinal) && u.Length > s.Length)))
            yield return $"{key}:Urls holds \"{url}\", which does not begin with stun:, stuns:, turn: or turns:.";
        var turn = server.Urls.Any(u => u.StartsWith("turn", StringComparison.Ordinal));
        var secret = !string.IsNullOrEmpty(server.SharedSecret);
        var fixedUser = !string.IsNullOrEmpty(server.Username) || !string.IsNullOrEmpty(server.Credential);
        if (secret && fixedUser)
            yield return $"{key} has both a SharedSecret and a fixed Username or Credential; one of the two is enough.";
        if (fixedUser && (string.IsNullOrEmpty(server.Username) || string.IsNullOrEmpty(server.Credential)))
            yield return $"{key} needs Username and Credential together.";
        if (turn && !secret && !fixedUser)
            yield return $"{key} is a TURN server and needs a SharedSecret, or a Username and a Credential.";
        if (!turn && secret)
            yield return $"{key}:SharedSecret is for TURN servers, and Urls holds none.";
    }
}
