using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace CoachingPortal.Data;

public static class DataSetup
{
    /// <summary>The database: the one that <c>ConnectionStrings:Portal</c> names, else a private one under the data folder.</summary>
    public static void AddPortalData(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new DataFolder(builder.DataFolder()));
        builder.Services.AddSingleton(s => new Database(
            builder.Configuration.GetConnectionString("Portal"),
            builder.Environment.ContentRootPath,
            Path.Combine(builder.DataFolder(), "postgres"),
            s.GetRequiredService<ILogger<Database>>()));
        builder.Services.AddSingleton(s =>
        {
            var database = s.GetRequiredService<Database>(); // made before, so disposed of after, the connections to it
            return new NpgsqlDataSourceBuilder(database.ConnectionString).UseLoggerFactory(s.GetRequiredService<ILoggerFactory>()).Build();
        });
        builder.Services.AddSingleton<System.Data.Common.DbDataSource>(s => s.GetRequiredService<NpgsqlDataSource>());
        builder.Services.AddDbContextFactory<PortalDb>((s, o) => o.UseNpgsql(s.GetRequiredService<NpgsqlDataSource>()));
        builder.Services.AddSingleton<Migrator>();
        builder.Services.AddSingleton<Domain.ISystemProbe, DatabaseProbe>();
        builder.Services.AddSingleton<SessionFeed>();
        builder.Services.AddHostedService(s => s.GetRequiredService<SessionFeed>());
        builder.Services.AddSingleton(TimeProvider.System);

        builder.Services.AddDataProtection().SetApplicationName("CoachingPortal");
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(s => new ConfigureOptions<KeyManagementOptions>(o =>
            o.XmlRepository = new DatabaseKeys(s.GetRequiredService<IDbContextFactory<PortalDb>>())));
    }

    /// <summary>Where the portal keeps what it is not told to keep elsewhere: <c>Data:Folder</c>, else <c>.data</c> beside <c>appsettings.json</c>.</summary>
    public static string DataFolder(this WebApplicationBuilder builder) =>
        Path.GetFullPath(builder.Configuration["Data:Folder"] ?? ".data", builder.Environment.ContentRootPath);

    /// <summary>Starts the database where it is the portal's own, and brings its schema up to date.</summary>
    public static async Task PrepareDataAsync(this WebApplication app, CancellationToken cancellation)
    {
        await app.Services.GetRequiredService<Database>().StartAsync(cancellation);
        await app.Services.GetRequiredService<Migrator>().MigrateAsync(Path.Combine(app.Environment.ContentRootPath, "migrations"), cancellation);
    }

    private sealed class DatabaseKeys(IDbContextFactory<PortalDb> databases) : IXmlRepository
    {
        public IReadOnlyCollection<XElement> GetAllElements()
        {
            using var db = databases.CreateDbContext();
            return [.. db.DataProtectionKeys.AsEnumerable().Select(k => XElement.Parse(k.Xml))];
        }

        public void StoreElement(XElement element, string friendlyName)
        {
            using var db = databases.CreateDbContext();
            db.DataProtectionKeys.Add(new() { Name = friendlyName, Xml = element.ToString(SaveOptions.DisableFormatting) });
            db.SaveChanges();
        }
    }
}
