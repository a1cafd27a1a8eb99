using CoachingPortal.Hosting;
using Npgsql;

namespace CoachingPortal.Data;

/// <summary>Where the database is; starts and stops the portal's own one when no connection string names another.</summary>
/// <param name="configured"><c>ConnectionStrings:Portal</c>.</param>
/// <param name="root">The folder that holds <c>node_modules</c>.</param>
/// <param name="folder">The own cluster's folder.</param>
public sealed partial class Database(string? configured, string root, string folder, ILogger<Database> log) : IAsyncDisposable
{
    private EmbeddedPostgres? own;

    public bool IsOwn => string.IsNullOrWhiteSpace(configured);

    /// <exception cref="InvalidOperationException"><see cref="StartAsync"/> has not run.</exception>
    public string ConnectionString =>
        !IsOwn ? configured! : own?.ConnectionString("portal") ?? throw new InvalidOperationException("The portal's own database has not been started.");

    public async Task StartAsync(CancellationToken cancellation)
    {
        if (!IsOwn)
        {
            await CheckAsync(configured!, cancellation);
            return;
        }
        own = await EmbeddedPostgres.StartAsync(root, folder, cancellation: cancellation);
        await own.EnsureDatabaseAsync("portal", cancellation);
        if (own.WasRunning)
            LogReused(folder);
    }

    private static async Task CheckAsync(string configured, CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(configured);
            await connection.OpenAsync(cancellation);
        }
        catch (ArgumentException e)
        {
            throw new StartupFaultException($"ConnectionStrings:Portal cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (NpgsqlException e)
        {
            throw new StartupFaultException($"The database that ConnectionStrings:Portal names cannot be reached: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (own is not null)
            await own.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Information, "Took over the database that an earlier portal left running in {Folder}")]
    private partial void LogReused(string folder);
}
