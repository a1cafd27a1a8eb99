using System.Diagnostics;
using System.IO.Compression;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Sessions;
using CoachingPortal.Storage;
using CoachingPortal.Transcripts.Archive;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CoachingPortal.IntegrationTests.Transcripts;

public sealed class ArchiveTests(ArchiveTests.World portal) : IClassFixture<ArchiveTests.World>
{
    public sealed class World(PostgresServer postgres) : Portal(postgres)
    {
        public LogLines Log { get; } = new();

        protected override void ConfigureLogging(ILoggingBuilder logging) => logging.ClearProviders().AddProvider(Log);
    }

    private static readonly DateTimeOffset Start = new(2026, 2, 28, 23, 30, 0, TimeSpan.FromHours(-1));

    private Caller Coach => new(portal.Coach.Id, Role.Coach, portal.Coach.Name);

    private IObjectStore Objects => portal.Get<ArchiveStore>().Objects;

    private async Task<(CoachingSession Session, Call Call)> AFinishedSessionAsync(params string[] texts)
    {
        var session = await portal.ASessionAsync(change: s => (s.StartsAt, s.EndsAt, s.Tags) = (Start.ToUniversalTime(), Start.AddHours(1).ToUniversalTime(), ["pricing"]));
        var call = new Call { SessionId = session.Id, StartedAt = session.StartsAt, EndedAt = session.EndsAt, Transport = CallTransport.Direct };
        await portal.InDbAsync(async db =>
        {
            db.Add(call);
            await db.SaveChangesAsync();
            db.AddRange(texts.Select((text, i) => new Turn
            {
                SessionId = session.Id, CallId = call.Id, PersonId = portal.Founder.Id, Speaker = portal.Founder.Name, Role = Role.Founder, Text = text, Source = TurnSource.Caption,
                Key = $"{i}", StartedAt = session.StartsAt.AddSeconds(10 * (i + 1)), EndedAt = session.StartsAt.AddSeconds((10 * (i + 1)) + 4.5), Confidence = 0.75,
            }));
            await db.SaveChangesAsync();
        });
        return (session, call);
    }

    private static string KeyOf(CoachingSession session) => $"sessions/year=2026/month=03/day=01/{session.Id}.json.gz";

    /// <returns>Null when it is not there.</returns>
    private async Task<JsonElement?> ReadAsync(string key)
    {
        await using var packed = await Objects.OpenAsync(key);
        if (packed is null)
            return null;
        await using var plain = new GZipStream(packed, CompressionMode.Decompress);
        return (await JsonDocument.ParseAsync(plain)).RootElement;
    }

    private Task StepAsync(CoachingSession session, Call call) =>
        portal.Services.GetServices<IPostCallStep>().Single(s => s.Name == "archive").RunAsync(session.Id, call.Id, CancellationToken.None);

    [Fact]
    public async Task Step_AFinishedSession_LiesWholeInItsDaysFolderAndWordlessInTheLog()
    {
        var (session, call) = await AFinishedSessionAsync("We raise the \"price\" – über alles.", "Next\nline");
        await portal.InDbAsync(async db =>
        {
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = portal.Coach.Id, Text = "For both", CreatedAt = Start.ToUniversalTime() });
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Coach, AuthorId = portal.Coach.Id, Text = "For the coach alone", CreatedAt = Start.ToUniversalTime() });
            db.Comments.Add(new() { SessionId = session.Id, AuthorId = portal.Coach.Id, At = Start.ToUniversalTime(), Text = "Here", CreatedAt = Start.ToUniversalTime() });
            db.Comments.Add(new() { SessionId = session.Id, AuthorId = portal.Coach.Id, At = Start.ToUniversalTime(), Text = "Taken back", CreatedAt = Start.ToUniversalTime(), DeletedAt = Start.ToUniversalTime() });
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.Decision, Text = "Raise it", Source = SummarySource.Hand, CreatedAt = Start.ToUniversalTime() });
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.OpenQuestion, Text = "By how much?", Source = SummarySource.Model, IsUnverified = true, CreatedAt = Start.ToUniversalTime() });
            await db.SaveChangesAsync();
        });

        await StepAsync(session, call);

        var archived = Assert.NotNull(await ReadAsync(KeyOf(session)));
        Assert.Equal(["We raise the \"price\" – über alles.", "Next\nline"], archived.GetProperty("transcript").EnumerateArray().Select(t => t.GetProperty("text").GetString()));
        Assert.Equal("FOUNDER: We raise the \"price\" – über alles.\nFOUNDER: Next line", archived.GetProperty("transcript_text").GetString());
        var turn = archived.GetProperty("transcript")[0];
        Assert.Equal((10, 14.5, "founder", 0.75), (turn.GetProperty("start").GetDouble(), turn.GetProperty("end").GetDouble(), turn.GetProperty("role").GetString(), turn.GetProperty("confidence").GetDouble()));
        Assert.Equal("2026-03-01T00:30:00Z", archived.GetProperty("starts_at").GetString());
        Assert.Equal(("Carla Coach", "Fiona Founder"), (archived.GetProperty("coach_name").GetString(), archived.GetProperty("founder_name").GetString()));
        Assert.Equal("Raise it", archived.GetProperty("decisions")[0].GetProperty("text").GetString());
        Assert.Equal(("By how much?", true), (archived.GetProperty("open_questions")[0].GetProperty("text").GetString(), archived.GetProperty("open_questions")[0].GetProperty("is_unverified").GetBoolean()));
        Assert.Equal(["For both"], archived.GetProperty("notes").EnumerateArray().Select(n => n.GetProperty("text").GetString()));
        Assert.Equal(["Here"], archived.GetProperty("comments").EnumerateArray().Select(c => c.GetProperty("text").GetString()));
        Assert.Equal("pricing", archived.GetProperty("tags")[0].GetString());
        var line = Assert.Single(portal.Log.Lines, l => l.Contains($"Archived session {session.Id}", StringComparison.Ordinal));
        Assert.Contains("1 calls, 2 turns of 1 speakers, 9 words in 9 s, 1 decisions, 0 next actions, 1 notes", line, StringComparison.Ordinal);
        Assert.DoesNotContain("über", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Fiona", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_CorrectedAndThenDeleted_IsWrittenAgainAndThenRemoved()
    {
        var (session, call) = await AFinishedSessionAsync("Hello");
        await StepAsync(session, call);

        Assert.Equal(Outcome.Done, (await portal.Get<SessionSummary>().SaveAsync(session.Id, Coach, "In other words", "0")).Outcome);
        await CallSteps.EventuallyAsync(async () => (await ReadAsync(KeyOf(session)))?.GetProperty("summary").GetString() == "In other words", "the corrected archive");
        Assert.Equal(Outcome.Done, await portal.Get<SessionDeletion>().DeleteAsync(session.Id, Coach));
        await CallSteps.EventuallyAsync(async () => await Objects.HeadAsync(KeyOf(session)) is null, "the removal from the archive");
        await CallSteps.EventuallyAsync(() => portal.InDbAsync(async db => !await db.Archives.AnyAsync(a => a.SessionId == session.Id)), "the removal of its row");
    }

    [Fact]
    public async Task Mend_WhateverIsAmiss_IsAsItShouldBeAfterwards()
    {
        var (missing, _) = await AFinishedSessionAsync("missing");
        var (lost, lostCall) = await AFinishedSessionAsync("lost");
        var (stale, staleCall) = await AFinishedSessionAsync("stale");
        var (moved, movedCall) = await AFinishedSessionAsync("moved");
        var (purged, purgedCall) = await AFinishedSessionAsync("purged");
        var (sound, soundCall) = await AFinishedSessionAsync("sound");
        foreach (var (session, call) in new[] { (lost, lostCall), (stale, staleCall), (moved, movedCall), (purged, purgedCall), (sound, soundCall) })
            await StepAsync(session, call);
        var orphan = $"sessions/year=2026/month=01/day=01/{Ids.New()}.json.gz";
        await Objects.PutAsync(orphan, new MemoryStream([1]));
        await Objects.PutAsync("sessions/readme.txt", new MemoryStream([1]));
        await Objects.DeleteAsync(KeyOf(lost));
        var soundAt = (await Objects.HeadAsync(KeyOf(sound)))!.ModifiedAt;
        // As if the portal had been killed before it followed: no news goes out.
        await portal.InDbAsync(async db =>
        {
            await db.Turns.Where(t => t.SessionId == stale.Id).ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, "fresh"));
            await db.Sessions.Where(s => s.Id == moved.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.StartsAt, s => s.StartsAt.AddDays(-1)));
            await db.Sessions.Where(s => s.Id == purged.Id).ExecuteDeleteAsync();
        });

        var check = await portal.Get<ArchiveMend>().RunAsync();

        Assert.NotNull(await ReadAsync(KeyOf(missing)));
        Assert.NotNull(await ReadAsync(KeyOf(lost)));
        Assert.Equal("fresh", (await ReadAsync(KeyOf(stale)))!.Value.GetProperty("transcript")[0].GetProperty("text").GetString());
        Assert.NotNull(await ReadAsync($"sessions/year=2026/month=02/day=28/{moved.Id}.json.gz"));
        Assert.Null(await Objects.HeadAsync(KeyOf(moved)));
        Assert.Null(await Objects.HeadAsync(KeyOf(purged)));
        Assert.Null(await Objects.HeadAsync(orphan));
        Assert.NotNull(await Objects.HeadAsync("sessions/readme.txt"));
        Assert.Equal(soundAt, (await Objects.HeadAsync(KeyOf(sound)))!.ModifiedAt);
        Assert.Equal((4, 2, 0), (check.Written, check.Removed, check.Failed));
        var again = await portal.Get<ArchiveMend>().RunAsync();
        Assert.Equal((0, 0, 0), (again.Written, again.Removed, again.Failed));
    }

    [Fact]
    public async Task Mend_AStepGivenUpInALongOutage_IsMadeGoodAndThenSaidToBe()
    {
        var (givenUp, call) = await AFinishedSessionAsync("given up");
        var (due, dueCall) = await AFinishedSessionAsync("due");
        var failedAt = new DateTimeOffset(2026, 3, 2, 4, 0, 0, TimeSpan.Zero);
        await portal.InDbAsync(db =>
        {
            db.Add(new PostCallStep { CallId = call.Id, SessionId = givenUp.Id, Name = "archive", Position = 3, Status = StepStatus.Failed, Attempts = 5, Error = "The store was away.", FailedAt = failedAt });
            db.Add(new PostCallStep { CallId = dueCall.Id, SessionId = due.Id, Name = "archive", Position = 3, Status = StepStatus.Waiting, NextAttemptAt = DateTimeOffset.UtcNow.AddDays(1) });
            return db.SaveChangesAsync();
        });
        var probe = portal.Services.GetServices<ISystemProbe>().Single(p => p.Name == "archive");
        var before = await probe.ProbeAsync(CancellationToken.None);
        Assert.Equal((ProbeState.Fails, failedAt, "The store was away."), (before.State, before.LastFailureAt, before.LastFailure));
        Assert.Contains("1 waiting or running, 0 to be tried again, 1 given up.", before.Words, StringComparison.Ordinal);
        Assert.DoesNotContain(" 0 not there yet", before.Words, StringComparison.Ordinal);

        await portal.Get<ArchiveMend>().RunAsync();

        Assert.NotNull(await ReadAsync(KeyOf(givenUp)));
        Assert.Null(await ReadAsync(KeyOf(due)));
        Assert.Equal(StepStatus.Done, await portal.InDbAsync(db => db.PostCallSteps.Where(p => p.CallId == call.Id).Select(p => p.Status).SingleAsync()));
        var after = await probe.ProbeAsync(CancellationToken.None);
        Assert.Equal((ProbeState.Works, failedAt), (after.State, after.LastFailureAt));
        Assert.Contains(" 0 not there yet", after.Words, StringComparison.Ordinal);
        await portal.InDbAsync(db => db.PostCallSteps.Where(p => p.CallId == dueCall.Id).ExecuteDeleteAsync());
        await StepAsync(due, dueCall);
    }
}

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
