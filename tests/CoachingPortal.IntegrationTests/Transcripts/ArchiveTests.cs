using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.Sessions;
using CoachingPortal.Transcripts.Archive;
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
}
