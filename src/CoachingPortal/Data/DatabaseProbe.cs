using CoachingPortal.Domain;
using Npgsql;

namespace CoachingPortal.Data;

internal sealed class DatabaseProbe(NpgsqlDataSource database, Database where, TimeProvider time) : ISystemProbe
{
    public string Name => "database";

    public string Title => "Database";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            var begun = time.GetTimestamp();
            await using var command = new NpgsqlCommand("select pg_size_pretty(pg_database_size(current_database()))", connection);
            var size = await command.ExecuteScalarAsync(cancellation);
            return new(ProbeState.Works, $"PostgreSQL {connection.PostgreSqlVersion} ({(where.IsOwn ? "the portal's own" : "the one that is set")}), {size}, answered in {time.GetElapsedTime(begun).TotalMilliseconds:0} ms.");
        }
        catch (NpgsqlException e)
        {
            return new(ProbeState.Fails, $"The database does not answer: {e.Message}");
        }
    }
}
