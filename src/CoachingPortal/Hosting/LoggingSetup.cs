using Microsoft.Extensions.Logging.Console;

namespace CoachingPortal.Hosting;

internal static class LoggingSetup
{
    /// <summary>One JSON object a line for machines; short readable lines for the developer.</summary>
    /// <param name="isStarting">While it is, the host's own report of a failed start is left out: what can be explained is said in one line, the rest has its stack trace anyway.</param>
    public static void AddPortalLogging(this WebApplicationBuilder builder, Func<bool> isStarting)
    {
        builder.Logging.ClearProviders();
        if (builder.Environment.IsDevelopment())
        {
            builder.Logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "HH:mm:ss ";
                o.ColorBehavior = LoggerColorBehavior.Default;
            });
            // The welcome says where the portal listens.
            builder.Logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        }
        else
        {
            builder.Logging.AddJsonConsole(o =>
            {
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                o.IncludeScopes = true;
            });
        }
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => level >= LogLevel.Information && !isStarting());
        // It warns at every new key that keys lie unencrypted in the database: they do, on purpose, beside what they protect.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);
    }
}
