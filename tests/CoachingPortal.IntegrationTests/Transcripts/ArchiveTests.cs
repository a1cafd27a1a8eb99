using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Recordings;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts.Archive;
using CoachingPortal.Transcripts.Corrections;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Transcripts;

public sealed class ArchiveTests(ArchiveWorld world) : IClassFixture<ArchiveWorld>
{
    private Caller Coach => new(world.Coach.Id, Role.Coach, world.Coach.Name);

    [Fact]
    public async Task Step_AFinishedSession_LiesWholeInItsDaysFolderAndWordlessInTheLog()
    {
        var (session, call) = await world.AFinishedSessionAsync("We raise the \"price\" – über alles.", "Next\nline");
        await world.InDbAsync(async db =>
        {
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = world.Coach.Id, Text = "For both", CreatedAt = ArchiveWorld.Start });
            db.Notes.Add(new() { SessionId = session.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Coach, AuthorId = world.Coach.Id, Text = "For the coach alone", CreatedAt = ArchiveWorld.Start });
            db.Comments.Add(new() { SessionId = session.Id, AuthorId = world.Coach.Id, At = ArchiveWorld.Start, Text = "Here", CreatedAt = ArchiveWorld.Start });
            db.Comments.Add(new() { SessionId = session.Id, AuthorId = world.Coach.Id, At = ArchiveWorld.Start, Text = "Taken back", CreatedAt = ArchiveWorld.Start, DeletedAt = ArchiveWorld.Start });
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.Decision, Text = "Raise it", Source = SummarySource.Hand, CreatedAt = ArchiveWorld.Start });
            db.Items.Add(new() { SessionId = session.Id, Kind = ItemKind.OpenQuestion, Text = "By how much?", Source = SummarySource.Model, IsUnverified = true, CreatedAt = ArchiveWorld.Start });
            await db.SaveChangesAsync();
        });

        await world.StepAsync(session, call);

        var archived = Assert.NotNull(await world.ReadAsync(ArchiveWorld.KeyOf(session)));
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
        var line = Assert.Single(world.LinesOf(session));
        Assert.Contains("1 calls, 2 turns of 1 speakers, 9 words in 9 s, 1 decisions, 0 next actions, 1 notes", line, StringComparison.Ordinal);
        Assert.DoesNotContain("über", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Fiona", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Session_CorrectedAndThenDeleted_IsWrittenAgainAndThenRemoved()
    {
        var (session, call) = await world.AFinishedSessionAsync("Hello");
        await world.StepAsync(session, call);

        Assert.Equal(Outcome.Done, (await world.Get<SessionSummary>().SaveAsync(session.Id, Coach, "In other words", "0")).Outcome);
        await CallSteps.EventuallyAsync(async () => (await world.ReadAsync(ArchiveWorld.KeyOf(session)))?.GetProperty("summary").GetString() == "In other words", "the corrected archive");
        Assert.Equal(Outcome.Done, await world.Get<SessionDeletion>().DeleteAsync(session.Id, Coach));
        await CallSteps.EventuallyAsync(async () => await world.Objects.HeadAsync(ArchiveWorld.KeyOf(session)) is null, "the removal from the archive");
        await CallSteps.EventuallyAsync(() => world.InDbAsync(async db => !await db.Archives.AnyAsync(a => a.SessionId == session.Id)), "the removal of its row");
    }

    [Fact]
    public async Task Session_ATurnANoteOrACommentIsWritten_IsFollowedForEachAlone()
    {
        var (session, call) = await world.AFinishedSessionAsync("Hallo");
        await world.StepAsync(session, call);
        var turn = await world.InDbAsync(db => db.Turns.Where(t => t.SessionId == session.Id).Select(t => t.Id).SingleAsync());

        await world.Get<TurnCorrections>().SaveAsync(session.Id, turn, Coach, "Hello", "Hallo");
        await ShowsAsync("transcript", "Hello");
        await world.Get<SessionNotes>().SaveAsync(session.Id, Ids.New(), Coach, "For both", NoteVisibility.Shared, null);
        await ShowsAsync("notes", "For both");
        await world.Get<SessionComments>().SaveAsync(session.Id, Ids.New(), Coach, "Here", session.StartsAt.AddSeconds(10), null, null);
        await ShowsAsync("comments", "Here");

        Task ShowsAsync(string name, string text) => CallSteps.EventuallyAsync(
            async () => (await world.ReadAsync(ArchiveWorld.KeyOf(session)))?.GetProperty(name).EnumerateArray().Select(t => t.GetProperty("text").GetString()).SingleOrDefault() == text, $"{text} in the archive");
    }

    [Fact]
    public async Task Log_WhoeverWritesItFirst_SaysItOnceAndNotAgain()
    {
        var (followed, _) = await world.AFinishedSessionAsync("Hello");
        var (mended, mendedCall) = await world.AFinishedSessionAsync("Hello");

        await world.InDbAsync(db => SessionFeed.PublishAsync(db, followed.Id, SessionChange.Turns));
        await CallSteps.EventuallyAsync(() => Task.FromResult(world.LinesOf(followed).Any()), "the line of the one that was followed");
        await world.Get<ArchiveMend>().RunAsync();
        await world.InDbAsync(db => db.Turns.Where(t => t.SessionId == mended.Id || t.SessionId == followed.Id).ExecuteUpdateAsync(u => u.SetProperty(t => t.Text, "Hello again")));
        await world.StepAsync(mended, mendedCall);
        Assert.Equal(1, (await world.Get<ArchiveMend>().RunAsync()).Written);

        Assert.Single(world.LinesOf(followed));
        Assert.Single(world.LinesOf(mended));
    }

    [Fact]
    public async Task Log_TheRowCouldNotBeWritten_SaysItAgainRatherThanNever()
    {
        var (session, call) = await world.AFinishedSessionAsync("Hello");
        var refusal =
            $"""
            create function refuse() returns trigger language plpgsql as $$ begin raise 'no room'; end $$;
            create trigger refuse before insert on session_archives for each row when (new.session_id = '{session.Id}') execute function refuse();
            """;
        await world.InDbAsync(db => db.Database.ExecuteSqlRawAsync(refusal));
        await Assert.ThrowsAnyAsync<Exception>(() => world.StepAsync(session, call));
        Assert.Single(world.LinesOf(session));
        await world.InDbAsync(db => db.Database.ExecuteSqlRawAsync("drop function refuse cascade"));

        await world.StepAsync(session, call);

        Assert.Equal(2, world.LinesOf(session).Count());
    }

    [Fact]
    public async Task Step_WhatFredClaims_LeadsToTheTurnsThatStandOrIsUnverified()
    {
        var (session, call) = await world.AFinishedSessionAsync("Zero", "One", "Two");
        var turns = await world.InDbAsync(db => db.Turns.Where(t => t.SessionId == session.Id).OrderBy(t => t.StartedAt).Select(t => t.Id).ToListAsync());
        SummaryPoint Point(string text, bool isUnverified, params Guid[] evidence) => new(text, evidence, [], isUnverified);
        SessionItem Item(int position, SummarySource source, Guid evidence) =>
            new() { SessionId = session.Id, Kind = ItemKind.Decision, Text = $"{position}", Source = source, Position = position, EvidenceTurnIds = [evidence], CreatedAt = ArchiveWorld.Start };
        await world.InDbAsync(async db =>
        {
            // A better turn took one's place after the summary had named it.
            await db.Turns.Where(t => t.Id == turns[1]).ExecuteUpdateAsync(u => u.SetProperty(t => t.SupersededAt, ArchiveWorld.Start).SetProperty(t => t.SupersededById, turns[2]));
            (await db.Sessions.SingleAsync(s => s.Id == session.Id)).SummaryPoints = [Point("stands", false, turns[0]), Point("moved", false, turns[1], turns[2]), Point("gone", false, Ids.New()), Point("not found", true, turns[0])];
            db.AddRange(Item(0, SummarySource.Offline, turns[1]), Item(1, SummarySource.Offline, Ids.New()), Item(2, SummarySource.Hand, Ids.New()));
            await db.SaveChangesAsync();
        });

        await world.StepAsync(session, call);

        var archived = Assert.NotNull(await world.ReadAsync(ArchiveWorld.KeyOf(session)));
        IEnumerable<(string?, bool, string)> Of(string name) => archived.GetProperty(name).EnumerateArray()
            .Select(p => (p.GetProperty("text").GetString(), p.GetProperty("is_unverified").GetBoolean(), string.Join(' ', p.GetProperty("evidence_turn_ids").EnumerateArray().Select(t => turns.IndexOf(t.GetGuid())))));
        Assert.Equal([("stands", false, "0"), ("moved", false, "2"), ("gone", true, ""), ("not found", true, "0")], Of("summary_points"));
        Assert.Equal([("0", false, "2"), ("1", true, ""), ("2", false, "")], Of("decisions"));
    }

    [Fact]
    public async Task Recording_ArchivedAndThenDeleted_IsNamedWithItsGapsAndThenNoMore()
    {
        var (session, call) = await world.AFinishedSessionAsync("Hello");
        var recording = await world.ARecordingAsync(call, ArchiveWorld.Start.AddSeconds(5));

        await world.StepAsync(session, call);

        var archived = Assert.Single(Assert.NotNull(await world.ReadAsync(ArchiveWorld.KeyOf(session))).GetProperty("recordings").EnumerateArray());
        Assert.Equal((recording.Id, call.Id, "complete"), (archived.GetProperty("id").GetGuid(), archived.GetProperty("call_id").GetGuid(), archived.GetProperty("status").GetString()));
        Assert.Equal((5, 900, $"/api/recordings/{recording.Id}/files/mixed.wav"), (archived.GetProperty("start").GetDouble(), archived.GetProperty("duration").GetDouble(), archived.GetProperty("url").GetString()));
        Assert.Equal([("mixed.wav", 44), ("incoming.wav", 44)], archived.GetProperty("files").EnumerateArray().Select(f => (f.GetProperty("name").GetString()!, f.GetProperty("size").GetInt32())));
        var gap = Assert.Single(archived.GetProperty("gaps").EnumerateArray());
        Assert.Equal((605, 665, "withdrawn"), (gap.GetProperty("start").GetDouble(), gap.GetProperty("end").GetDouble(), gap.GetProperty("because").GetString()));
        Assert.DoesNotContain("recordings/2026", archived.GetRawText(), StringComparison.Ordinal);

        Assert.Equal(LibraryOutcome.Done, await world.Get<RecordingLibrary>().DeleteAsync(Coach, recording.Id));
        await CallSteps.EventuallyAsync(async () => (await world.ReadAsync(ArchiveWorld.KeyOf(session)))?.GetProperty("recordings").GetArrayLength() == 0, "the archive without it");
    }
}
