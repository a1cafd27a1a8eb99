using CoachingPortal;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Shell;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = ContentRoot.Find() });
builder.WebHost.UseStaticWebAssets();

await builder.AddPortalDataAsync();
builder.AddAccounts();
builder.AddShell();

var app = builder.Build();
await app.MigrateAsync();

app.MapShell();

await app.RunAsync();

/// <summary>Named so that tests can start the portal.</summary>
public sealed partial class Program;
