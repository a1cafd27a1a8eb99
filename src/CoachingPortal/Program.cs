using CoachingPortal;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Recordings;
using CoachingPortal.Shell;
using CoachingPortal.Storage;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot.Find() });
builder.WebHost.UseStaticWebAssets();

await builder.AddPortalDataAsync();
builder.AddStorage();
builder.AddAccounts();
builder.AddRecordings();
builder.AddShell();

var app = builder.Build();
await app.MigrateAsync();

app.MapShell();
app.MapRecordings();

await app.RunAsync();

/// <summary>Named so that tests can start the portal.</summary>
public sealed partial class Program;
