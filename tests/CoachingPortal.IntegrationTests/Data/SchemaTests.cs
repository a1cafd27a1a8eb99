using CoachingPortal.Domain;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace CoachingPortal.IntegrationTests.Data;

public sealed class SchemaTests(Portal portal) : IClassFixture<Portal>
{
    /// <summary>But for what the database makes of other columns, for itself.</summary>
    [Fact]
    public async Task Model_MigratedSchema_NamesTheSameTablesColumnsTypesAndNullability()
    {
        var (expected, actual) = await portal.InDbAsync(async db =>
        {
            var expected = db.Model.GetEntityTypes()
                .SelectMany(e => e.GetProperties().Select(p => (Entity: e, Property: p)))
                .Where(x => x.Property.GetColumnName() != "xmin")
                .Select(x => $"{x.Entity.GetTableName()}.{x.Property.GetColumnName()} {x.Property.GetColumnType()} {(x.Property.IsColumnNullable() ? "null" : "not null")}")
                .Order(StringComparer.Ordinal).ToList();
            var tables = db.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct().ToArray();
            var connection = (NpgsqlConnection)db.Database.GetDbConnection();
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(
                """
                select c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || case when a.attnotnull then 'not null' else 'null' end
                from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
                where n.nspname = 'public' and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and c.relname = any($1)
                """, connection) { Parameters = { new() { Value = tables } } };
            var actual = new List<string>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                actual.Add(reader.GetString(0));
            return (expected, actual.Order(StringComparer.Ordinal).ToList());
        });

        Assert.Equal(expected, actual);
    }

    [Fact]
    public async Task Session_SavedAndRead_IsTheSame()
    {
        var session = await portal.ASessionAsync(change: s => s.Tags = ["pricing"]);

        var read = await portal.InDbAsync(db => db.Sessions.Include(s => s.Coach).SingleAsync(s => s.Id == session.Id));

        Assert.Equal("Carla Coach", read.Coach!.Name);
        Assert.Equal(["pricing"], read.Tags);
        Assert.Equal(Role.Founder, read.RoleOf(portal.Founder.Id));
        Assert.NotEqual(0u, read.Version);
    }
}
