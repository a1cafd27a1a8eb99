using CoachingPortal.Accounts;
using CoachingPortal.Admin;
using CoachingPortal.Calls;
using CoachingPortal.Data;
using CoachingPortal.Demo;
using CoachingPortal.Fred;
using CoachingPortal.Hosting;
using CoachingPortal.Insights;
using CoachingPortal.MediaServer;
using CoachingPortal.Recordings;
using CoachingPortal.Sessions;
using CoachingPortal.Shell;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts;
using CoachingPortal.Transcripts.Archive;
using CoachingPortal.Transcripts.Search;

return await PortalHost.RunAsync(
    args,
    builder =>
    {
        builder.AddPortalData();
        builder.AddStorage();
        builder.AddMediaServer();
        builder.AddDemo();
        builder.AddAccounts();
        builder.AddAdmin();
        builder.AddScheduling();
        builder.AddRecordings();
        builder.AddCalls();
        builder.AddTranscripts();
        builder.AddSearch();
        builder.AddArchive();
        builder.AddFred();
        builder.AddInsights();
        builder.AddShell();
        builder.AddSessionPage();
    },
    app =>
    {
        app.MapShell();
        app.MapAccounts();
        app.MapScheduling();
        app.MapPortalHealth();
        app.MapRecordings();
        app.MapSessionPage();
        app.MapCalls();
        app.MapTranscripts();
        app.MapSearch();
        app.MapFred();
    });

/// <summary>Named so that tests can start the portal.</summary>
public sealed partial class Program;
