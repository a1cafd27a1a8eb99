using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.ResponseCompression;
using Npgsql;

namespace CoachingPortal.Shell;

public static class ShellSetup
{
    public static void AddShell(this WebApplicationBuilder builder)
    {
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddProblemDetails(o => o.CustomizeProblemDetails = c => c.ProblemDetails.Detail ??= Words(c.ProblemDetails.Status));
        builder.Services.AddOpenApi();
        builder.Services.AddAntiforgery(o => o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false)));
        builder.Services.AddResponseCompression(o =>
        {
            o.MimeTypes = ["text/html"];
            o.EnableForHttps = true;
        });
        builder.Services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Optimal);
        builder.Services.AddScoped<ViewerTimeZone>();
        builder.Services.AddScoped<Toasts>();
    }

    /// <summary>What stands before every feature: errors in words, who asks, what they may. Call it before the features' maps.</summary>
    public static void MapShell(this WebApplication app)
    {
        app.UseSecurityHeaders();
        // The page that must be light, and the long ones. They repeat nothing that a stranger can make up, so that their
        // length gives nothing away: every other page names its whole address, so with a query it is not compressed.
        app.UseWhen(c => IsCall(c.Request.Path) || (IsSession(c.Request.Path) && !c.Request.QueryString.HasValue), page => page.UseResponseCompression());
        app.UseWhen(c => IsForPrograms(c.Request.Path), api =>
        {
            api.UseExceptionHandler(e => e.Run(AnswerFaultAsync));
            api.UseStatusCodePages(c => AnswerAsync(c.HttpContext, c.HttpContext.Response.StatusCode));
        });
        app.UseWhen(c => !IsForPrograms(c.Request.Path), pages =>
        {
            pages.UseExceptionHandler("/error");
            // Asked for by their own address they are drawn already; drawing a second page in one request fails.
            pages.UseWhen(c => !IsStatusPage(c.Request.Path), rest => rest.UseStatusCodePagesWithReExecute("/status/{0}"));
        });
        app.Use(RefuseNull);
        app.UseSameOrigin();
        app.UseRouting();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.UseAntiforgery();

        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null); // SecurityHeaders says it
        app.MapOpenApi().AllowAnonymous();
    }

    /// <summary>Whether a program reads the answer: then it is ProblemDetails, never a page.</summary>
    internal static bool IsForPrograms(PathString path) =>
        path.StartsWithSegments("/api") || path.StartsWithSegments("/hubs") || path.StartsWithSegments("/health") || path.StartsWithSegments("/openapi");

    private static bool IsSession(PathString path) => path.StartsWithSegments("/sessions", out var rest) && rest.HasValue && Guid.TryParse(rest.Value.AsSpan(1), out _);

    private static bool IsCall(PathString path) => path.StartsWithSegments("/sessions") && path.Value!.EndsWith("/call", StringComparison.OrdinalIgnoreCase);

    private static bool IsStatusPage(PathString path) => path.StartsWithSegments("/status") || path.StartsWithSegments("/not-found");

    /// <summary>The database holds no null character, and nobody asks for one in an address by mistake.</summary>
    private static Task RefuseNull(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.Value?.Contains('\0', StringComparison.Ordinal) != true && context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) != true)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    private static Task AnswerFaultAsync(HttpContext context) => AnswerAsync(context, context.Features.Get<IExceptionHandlerFeature>()?.Error switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        { } e when IsUnstorableText(e) || IsUnstorableText(e.InnerException) => StatusCodes.Status400BadRequest,
        // The database or the store is away: it comes back, and what was asked for can be asked again.
        IOException or NpgsqlException { IsTransient: true } or InvalidOperationException { InnerException: NpgsqlException { IsTransient: true } } => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    });

    /// <summary>A null character, or half of a character, that no check of ours has met on its way to the database.</summary>
    private static bool IsUnstorableText(Exception? e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter } or EncoderFallbackException;

    // With its words here: whoever asks for HTML is answered past the customisation.
    private static Task AnswerAsync(HttpContext context, int status) => TypedResults.Problem(Words(status), statusCode: status).ExecuteAsync(context);

    private static string? Words(int? status) => status switch
    {
        StatusCodes.Status400BadRequest => "The request could not be read: check its form and fields.",
        StatusCodes.Status401Unauthorized => "Sign in, or send a valid key.",
        StatusCodes.Status403Forbidden => "You are known, but this is not yours to do.",
        StatusCodes.Status404NotFound => "There is nothing here, or it is not yours.",
        StatusCodes.Status405MethodNotAllowed => "This address does not take that method.",
        StatusCodes.Status415UnsupportedMediaType => "This address does not take that kind of body.",
        StatusCodes.Status429TooManyRequests => "Too much in a short time. Wait a minute, then try again.",
        StatusCodes.Status503ServiceUnavailable => "The portal cannot reach its database or its store at the moment; nothing half-done was kept. Try again shortly.",
        >= 500 => "Something went wrong on our side; nothing half-done was kept. Try again.",
        _ => null,
    };
}
