using System.Security.Cryptography;
using CoachingPortal.Hosting;
using Npgsql;

namespace CoachingPortal.Data;

/// <summary>
/// Applies <c>migrations/NNNN_name.sql</c> in order, each in a transaction, under an advisory lock, and records each
/// with its checksum. A recorded file that was edited or is missing stops the start.
/// </summary>
/// <remarks>Our own because neither DbUp, FluentMigrator nor EF's design package can be restored on our build machines.</remarks>
public sealed partial class Migrator(NpgsqlDataSource database, ILogger<Migrator> log)
{
    private const long Lock = 0x506f7274616c; // "Portal"

    /// <exception cref="StartupFaultException">A recorded migration was edited or is missing, or a new one failed.</exception>
    public async Task MigrateAsync(string folder, CancellationToken cancellation = default)
    {
        var files = Directory.GetFiles(folder, "*.sql").Order(StringComparer.Ordinal).ToList();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await ExecuteAsync(connection, $"select pg_advisory_lock({Lock})", cancellation);
        try
        {
            await ExecuteAsync(connection, "create table if not exists schema_migrations (name text primary key, checksum text not null, applied_at timestamptz not null default now())", cancellation);
            var applied = await AppliedAsync(connection, cancellation);
            foreach (var missing in applied.Keys.Except(files.Select(f => Path.GetFileName(f)!)))
                throw new StartupFaultException($"The database has migration {missing}, which this portal does not know. Start the version of the portal that made it, or a newer one.");
            foreach (var file in files)
            {
                var name = Path.GetFileName(file);
                var sql = await File.ReadAllTextAsync(file, cancellation);
                var checksum = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n"))));
                if (applied.TryGetValue(name, out var recorded))
                {
                    if (recorded != checksum)
                        throw new StartupFaultException($"Migration {name} was changed after it was applied. Restore the file; put changes into a new migration.");
                    continue;
                }
                await ApplyAsync(connection, name, sql, checksum, cancellation);
            }
        }
        finally
        {
            await ExecuteAsync(connection, $"select pg_advisory_unlock({Lock})", CancellationToken.None);
        }
    }

    private async Task ApplyAsync(NpgsqlConnection connection, string name, string sql, string checksum, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await ExecuteAsync(connection, sql, cancellation);
        }
        catch (PostgresException e)
        {
            throw new StartupFaultException($"Migration {name} failed and was rolled back: {e.MessageText} (position {e.Position})", e);
        }
        await using var record = new NpgsqlCommand("insert into schema_migrations (name, checksum) values ($1, $2)", connection)
        {
            Parameters = { new() { Value = name }, new() { Value = checksum } },
        };
        await record.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        LogApplied(name);
    }

    private static async Task<Dictionary<string, string>> AppliedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var applied = new Dictionary<string, string>();
        await using var command = new NpgsqlCommand("select name, checksum from schema_migrations", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            applied[reader.GetString(0)] = reader.GetString(1);
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Information, "Applied migration {Name}")]
    private partial void LogApplied(string name);
}
