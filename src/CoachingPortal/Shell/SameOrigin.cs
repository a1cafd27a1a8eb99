namespace CoachingPortal.Shell;

/// <summary>
/// Refuses what another site's page sends to the API or a hub in a person's name. The session cookie is SameSite=Lax,
/// which stops most of it; this stops the rest (a neighbour on the same site, a WebSocket). Programs send neither of
/// the headers and are not concerned.
/// </summary>
public static class SameOrigin
{
    public static void UseSameOrigin(this IApplicationBuilder app) => app.Use((context, next) =>
        ChangesSomething(context) && IsForeign(context.Request)
            ? TypedResults.Problem("This request came from another site's page.", statusCode: StatusCodes.Status403Forbidden, type: "/problems/cross-site").ExecuteAsync(context)
            : next(context));

    private static bool ChangesSomething(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/hubs")
        || (context.Request.Path.StartsWithSegments("/api") && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method));

    /// <summary>Fetch Metadata where the browser sends it (secure pages), else the Origin header.</summary>
    internal static bool IsForeign(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } site])
            return site is not ("same-origin" or "none");
        if (request.Headers.Origin is not [{ Length: > 0 } origin])
            return false;
        // The scheme is left out: behind a proxy that ends TLS the portal does not know it.
        return !Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }
}
