using System.Security.Cryptography;
using CoachingPortal.MediaServer;
using Microsoft.AspNetCore.StaticAssets;

namespace CoachingPortal.Shell;

/// <summary>
/// What browsers are told to keep to: scripts, sounds and connections of this portal (and its media server) alone, camera, microphone and
/// screen for it and for nobody that it frames, and nothing private in a cache.
/// </summary>
public static class SecurityHeaders
{
    private const string NonceKey = "csp-nonce";

    private const string Permissions = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()";

    public static void UseSecurityHeaders(this WebApplication app)
    {
        if (app.Environment.IsProduction())
            app.UseHsts();
        var connections = string.Join(' ', ["'self'", .. app.Services.GetRequiredService<LiveKitServer>().BrowserOrigins]);
        app.Use((context, next) =>
        {
            // As late as can be: an error page begins its answer anew, and endpoints know better how theirs is kept.
            context.Response.OnStarting(() =>
            {
                Set(context, connections);
                return Task.CompletedTask;
            });
            return next(context);
        });
    }

    /// <summary>Marks the one inline script that a page needs, its import map, as ours. Another one for each answer.</summary>
    public static string NonceOf(HttpContext context) =>
        (string)(context.Items[NonceKey] ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    private static void Set(HttpContext context, string connections)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // The rest is for pages. On each of a page's forty files it would weigh more than most of them.
        if (context.GetEndpoint()?.Metadata.GetMetadata<StaticAssetDescriptor>() is not null)
            return;
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers.ContentSecurityPolicy =
            $"default-src 'self'; script-src 'self'{(context.Items[NonceKey] is string nonce ? $" 'nonce-{nonce}'" : "")}; style-src 'self'; img-src 'self' data: blob:; "
            + $"media-src 'self' blob:; connect-src {connections}; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";
        if (headers.CacheControl.Count == 0)
            headers.CacheControl = "no-store";
    }
}
