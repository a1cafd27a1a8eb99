using System.ComponentModel.DataAnnotations;
using CoachingPortal.Hosting;

namespace CoachingPortal.Demo;

/// <summary>Settings below <c>Demo:</c>.</summary>
public sealed class DemoOptions
{
    /// <summary>Demo people are for Development alone; false leaves them out there too.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The demo people's password; random and kept in the data folder when not set.</summary>
    [MinLength(12, ErrorMessage = "needs at least 12 characters")]
    public string? Password { get; set; }
}

public static class DemoSetup
{
    public static void AddDemo(this WebApplicationBuilder builder)
    {
        builder.AddPortalOptions<DemoOptions>("Demo");
        builder.Services.AddSingleton<DemoPeople>();
        builder.Services.AddSingleton<DemoSessions>();
        builder.Services.AddSingleton<DemoPastSession>();
        builder.Services.AddSingleton<DemoRecording>();
    }

    /// <summary>Makes, or freshens up, the demo people and their sessions. In Development only; elsewhere it does nothing.</summary>
    public static async Task PrepareDemoAsync(this WebApplication app, CancellationToken cancellation)
    {
        if (!app.Environment.IsDevelopment())
            return;
        if (await app.Services.GetRequiredService<DemoPeople>().PrepareAsync(cancellation) is not { } people)
            return;
        await app.Services.GetRequiredService<DemoPastSession>().PrepareAsync(people, cancellation);
        await app.Services.GetRequiredService<DemoSessions>().PrepareAsync(people, cancellation);
    }
}
