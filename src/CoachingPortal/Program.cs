using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Hosting;
using CoachingPortal.Recordings;
using CoachingPortal.Shell;
using CoachingPortal.Storage;

return await PortalHost.RunAsync(
    args,
    builder =>
    {
        builder.AddPortalData();
        builder.AddStorage();
        builder.AddAccounts();
        builder.AddRecordings();
        builder.AddShell();
    },
    app =>
    {
        app.MapShell();
        app.MapAccounts();
        app.MapPortalHealth();
        app.MapRecordings();
    });

/// <summary>Named so that tests can start the portal.</summary>
public sealed partial class Program;
