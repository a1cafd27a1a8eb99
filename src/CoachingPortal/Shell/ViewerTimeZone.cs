using Microsoft.AspNetCore.Components.Authorization;

namespace CoachingPortal.Shell;

/// <summary>The time zone in which the person before the screen reads times: the one of their account, else UTC.</summary>
public sealed class ViewerTimeZone(AuthenticationStateProvider authentication)
{
    /// <summary>Carried by the cookie; a change of it gives a new cookie.</summary>
    public const string Claim = "zone";

    private TimeZoneInfo? zone;

    public async ValueTask<TimeZoneInfo> GetAsync() =>
        zone ??= TimeZones.Find((await authentication.GetAuthenticationStateAsync()).User.FindFirst(Claim)?.Value);
}
