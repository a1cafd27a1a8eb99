using System.Diagnostics;
using System.Text.Json;
using CoachingPortal.Data;
using CoachingPortal.Transcripts.Archive;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts;

/// <summary>The archive read by somebody else's query engine.</summary>
public sealed class ArchiveByDuckDbTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task ReadJson_AThousandSessions_FindsAPhraseByDayAndSpeaker()
    {
        await portal.InDbAsync(db => db.Database.ExecuteSqlAsync(
            $"""
            with made as (
                insert into coaching_sessions (id, title, coach_id, founder_id, starts_at, ends_at, call_type, room_name, created_at, is_demo, tags)
                select gen_random_uuid(), 'Session ' || n, {portal.Coach.Id}, {portal.Founder.Id}, at, at + interval '1 hour', 'scheduled', 'room-' || n, at, false, array[]::text[]
                from generate_series(0, 999) n cross join lateral (select timestamptz '2025-01-01 12:00Z' + n * interval '12 hours' as at) a
                returning id, title, starts_at),
            called as (
                insert into calls (id, session_id, started_at, ended_at, transport) select gen_random_uuid(), id, starts_at, starts_at + interval '1 hour', 'direct' from made)
            insert into turns (id, session_id, speaker, role, text, started_at, ended_at, source, key)
            select gen_random_uuid(), id, 'Fiona', 'founder', case when title in ('Session 17', 'Session 400', 'Session 999') and k = 2 then 'I will call three customers' else 'Turn ' || k end,
                starts_at + k * interval '10 seconds', starts_at + k * interval '10 seconds' + interval '5 seconds', 'caption', k::text
            from made cross join generate_series(1, 3) k
            """));
        var check = await portal.Get<ArchiveMend>().RunAsync();
        Assert.Equal((1000, 0), (check.Written, check.Failed));
        var files = Path.Combine(portal.Get<DataFolder>().Path, "objects", "sessions", "*", "*", "*", "*.json.gz");

        var found = await AskAsync(
            """
            select s.title, s.year, s.month, t.start::int as second, count(*) over () as hits
            from read_json($1, hive_partitioning = true, maximum_object_size = 100000000) s, unnest(s.transcript) u(t)
            where contains(lower(t.text), $2) order by s.starts_at
            """, files, "call three customers");
        var total = await AskAsync("select count(*)::int as sessions, count(*) filter (where contains(transcript_text, 'FOUNDER: I will call three customers'))::int as hits from read_json($1, hive_partitioning = true)", files);

        Assert.Equal(["Session 17", "Session 400", "Session 999"], found.EnumerateArray().Select(r => r.GetProperty("title").GetString()));
        Assert.All(found.EnumerateArray(), r => Assert.Equal(20, r.GetProperty("second").GetInt32()));
        Assert.Equal("2026", found[2].GetProperty("year").ToString());
        Assert.Equal((1000, 3), (total[0].GetProperty("sessions").GetInt32(), total[0].GetProperty("hits").GetInt32()));
    }

    private static async Task<JsonElement> AskAsync(string sql, params string[] values)
    {
        var start = new ProcessStartInfo("node", [Path.Combine(ContentRoot.Find(), "tests", "duckdb", "query.mjs"), sql, .. values]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var node = Process.Start(start)!;
        var (output, error) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await error);
        return JsonDocument.Parse(await output).RootElement;
    }
}
