using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Sessions;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class SessionWritesTests(Portal portal) : IClassFixture<Portal>
{
    private Caller Coach => new(portal.Coach.Id, Role.Coach, portal.Coach.Name);
    private Caller Founder => new(portal.Founder.Id, Role.Founder, portal.Founder.Name);

    [Fact]
    public async Task SaveNote_TwoTabsAtOnce_OneStandsAndTheOtherIsToldOfIt()
    {
        var session = await portal.ASessionAsync();
        var note = Guid.NewGuid();
        var version = (await portal.Get<SessionNotes>().SaveAsync(session.Id, note, Coach, "First", NoteVisibility.Shared, null)).Version;

        var saves = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            portal.Get<SessionNotes>().SaveAsync(session.Id, note, Coach, $"Tab {i}", NoteVisibility.Shared, version)));

        Assert.Single(saves, s => s.Outcome == Outcome.Done);
        var standing = await TextAsync(note);
        Assert.All(saves.Where(s => s.Outcome != Outcome.Done), s => Assert.Equal((Outcome.Conflict, standing), (s.Outcome, s.Text!)));
    }

    [Fact]
    public async Task SaveNote_SameTextAgain_IsSavedNotAConflict()
    {
        var session = await portal.ASessionAsync();
        var note = Guid.NewGuid();

        var saves = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => portal.Get<SessionNotes>().SaveAsync(session.Id, note, Founder, "Once", NoteVisibility.Shared, null)));

        Assert.All(saves, s => Assert.Equal(Outcome.Done, s.Outcome));
        Assert.Equal(1, await portal.InDbAsync(db => db.Notes.CountAsync(n => n.SessionId == session.Id)));
    }

    [Fact]
    public async Task SaveNote_FredAppendedMeanwhile_IsNoConflict()
    {
        var session = await portal.ASessionAsync();
        var note = Guid.NewGuid();
        var version = (await portal.Get<SessionNotes>().SaveAsync(session.Id, note, Coach, "First", NoteVisibility.Shared, null)).Version;
        await portal.InDbAsync(async db =>
        {
            db.ChatMessages.Add(new() { SessionId = session.Id, PersonId = portal.Founder.Id, Role = ChatRole.Founder, Text = "And now?", CreatedAt = DateTimeOffset.UtcNow });
            await db.SaveChangesAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            await FredNotes.AppendAsync(db, session.Id, portal.Founder.Id, DateTimeOffset.UtcNow);
            await transaction.CommitAsync();
        });

        var saved = await portal.Get<SessionNotes>().SaveAsync(session.Id, note, Coach, "First, and more", NoteVisibility.Shared, version);

        Assert.Equal(Outcome.Done, saved.Outcome);
        Assert.Equal(["First, and more", "And now?"], await portal.InDbAsync(db => db.Notes.Where(n => n.SessionId == session.Id).OrderBy(n => n.Number).Select(n => n.Text).ToListAsync()));
    }

    [Fact]
    public async Task SaveNote_OverHttpWithAnOldVersion_IsAConflictThatCarriesTheOtherText()
    {
        var session = await portal.ASessionAsync();
        var address = $"/api/coaching/sessions/{session.Id}/notes/{Guid.NewGuid()}";
        using var client = portal.SignedIn(portal.Founder);
        var first = await (await client.PutAsJsonAsync(address, new { text = "One" })).Content.ReadFromJsonAsync<JsonElement>();
        await client.PutAsJsonAsync(address, new { text = "Two", version = first.GetProperty("version").GetString() });

        var response = await client.PutAsJsonAsync(address, new { text = "Three", version = first.GetProperty("version").GetString() });

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal("Two", (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("text").GetString());
    }

    [Fact]
    public async Task SaveNote_SomebodyElsesOrFreds_IsNotThere()
    {
        var session = await portal.ASessionAsync();
        var note = Guid.NewGuid();
        var version = (await portal.Get<SessionNotes>().SaveAsync(session.Id, note, Coach, "Mine", NoteVisibility.Shared, null)).Version;
        var fred = new NoteEntry { SessionId = session.Id, Kind = NoteKind.Fred, Visibility = NoteVisibility.Shared, AuthorId = Founder.Id, ChatRole = ChatRole.Fred, Text = "Words", CreatedAt = DateTimeOffset.UtcNow };
        await portal.InDbAsync(db =>
        {
            db.Notes.Add(fred);
            return db.SaveChangesAsync();
        });

        Assert.Equal(Outcome.NotFound, (await portal.Get<SessionNotes>().SaveAsync(session.Id, note, Founder, "Theirs", NoteVisibility.Shared, version)).Outcome);
        Assert.Equal(Outcome.NotFound, (await portal.Get<SessionNotes>().SaveAsync(session.Id, fred.Id, Founder, "Other words", NoteVisibility.Shared, null)).Outcome);
        Assert.Equal(Outcome.NotFound, (await portal.Get<SessionNotes>().SaveAsync(session.Id, Guid.NewGuid(), Founder, "Hidden", NoteVisibility.Coach, null)).Outcome);
        Assert.Equal("Mine", await TextAsync(note));
    }

    [Fact]
    public async Task SaveSummary_TheSessionsRowChangedOtherwise_IsNoConflict()
    {
        var session = await portal.ASessionAsync();
        var summaries = portal.Get<SessionSummary>();
        await summaries.SetTagsAsync(session.Id, Coach, ["a"]);

        var saved = await summaries.SaveAsync(session.Id, Coach, "By hand", "0");
        var late = await summaries.SaveAsync(session.Id, Coach, "From another tab", "0");

        Assert.Equal(Outcome.Done, saved.Outcome);
        Assert.Equal((Outcome.Conflict, "By hand"), (late.Outcome, late.Text));
        Assert.Equal(saved.Version, late.Version);
        Assert.Equal(SummarySource.Hand, await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).Select(s => s.SummarySource).SingleAsync()));
    }

    [Fact]
    public async Task SaveSummary_ManyTabsAtOnce_OneStands()
    {
        var session = await portal.ASessionAsync();

        var saves = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => portal.Get<SessionSummary>().SaveAsync(session.Id, Coach, $"Tab {i}", "0")));

        Assert.Single(saves, s => s.Outcome == Outcome.Done);
        Assert.Equal(5, saves.Count(s => s.Outcome == Outcome.Conflict));
    }

    [Fact]
    public async Task Tick_ByTheFounder_TicksAllButTheCoachs()
    {
        var session = await portal.ASessionAsync();
        var items = portal.Get<SessionItems>();
        await items.AddAsync(session.Id, Founder, ItemKind.NextAction, "Mine", Role.Founder, new(2026, 12, 1));
        await items.AddAsync(session.Id, Coach, ItemKind.NextAction, "The coach's", Role.Coach, null);
        var (mine, coachs) = await portal.InDbAsync(async db => (await IdAsync(db, "Mine"), await IdAsync(db, "The coach's")));

        Assert.Equal(Outcome.Done, await items.TickAsync(session.Id, mine, Founder, true));
        Assert.Equal(Outcome.NotFound, await items.TickAsync(session.Id, coachs, Founder, true));
        Assert.Equal(Outcome.Done, await items.TickAsync(session.Id, coachs, Coach, true));
        Assert.Equal(2, await portal.InDbAsync(db => db.Items.CountAsync(i => i.SessionId == session.Id && i.DoneAt != null)));

        async Task<Guid> IdAsync(CoachingPortal.Data.PortalDb db, string text) => await db.Items.Where(i => i.SessionId == session.Id && i.Text == text).Select(i => i.Id).SingleAsync();
    }

    [Fact]
    public async Task Edit_WithAnOldVersion_IsAConflict()
    {
        var session = await portal.ASessionAsync();
        var items = portal.Get<SessionItems>();
        await items.AddAsync(session.Id, Coach, ItemKind.Decision, "Raise prices", null, null);
        var item = await portal.InDbAsync(db => db.Items.AsNoTracking().SingleAsync(i => i.SessionId == session.Id));

        Assert.Equal(Outcome.Done, await items.EditAsync(session.Id, item.Id, Coach, "Raise prices now", null, null, item.Version));
        Assert.Equal(Outcome.Conflict, await items.EditAsync(session.Id, item.Id, Coach, "Lower them", null, null, item.Version));
        Assert.Equal(Outcome.NotFound, await items.EditAsync(session.Id, item.Id, Founder, "Mine", null, null, item.Version));
        Assert.Equal(Outcome.NotFound, await items.AddAsync(session.Id, Founder, ItemKind.Decision, "Mine", null, null));
    }

    [Fact]
    public async Task AddAndEdit_SentTwiceBecauseTheAnswerWasLost_AreDoneOnce()
    {
        var session = await portal.ASessionAsync();
        var items = portal.Get<SessionItems>();
        var id = Ids.New();
        Task<Outcome> Add() => items.AddAsync(session.Id, Coach, ItemKind.Decision, "Raise prices", null, null, id);
        Assert.Equal((Outcome.Done, Outcome.Done), (await Add(), await Add()));
        var item = await portal.InDbAsync(db => db.Items.AsNoTracking().SingleAsync(i => i.SessionId == session.Id));

        Task<Outcome> Edit() => items.EditAsync(session.Id, id, Coach, "Raise them now", null, null, item.Version);
        Assert.Equal((Outcome.Done, Outcome.Done), (await Edit(), await Edit()));
    }

    [Fact]
    public async Task Remove_ThenPutBack_IsAsItWas()
    {
        var session = await portal.ASessionAsync();
        var items = portal.Get<SessionItems>();
        await items.AddAsync(session.Id, Coach, ItemKind.NextAction, "Call them", Role.Founder, new(2026, 12, 1));
        var before = await portal.InDbAsync(db => db.Items.AsNoTracking().SingleAsync(i => i.SessionId == session.Id));

        var removed = await items.RemoveAsync(session.Id, before.Id, Coach);
        Assert.Equal(0, await portal.InDbAsync(db => db.Items.CountAsync(i => i.SessionId == session.Id)));
        await items.PutBackAsync(removed!, Coach);
        await items.PutBackAsync(removed!, Coach);

        var after = await portal.InDbAsync(db => db.Items.AsNoTracking().SingleAsync(i => i.SessionId == session.Id));
        Assert.Equal((before.Id, before.Text, before.Owner, before.DueOn, before.Position, before.CreatedAt), (after.Id, after.Text, after.Owner, after.DueOn, after.Position, after.CreatedAt));
    }

    private Task<string> TextAsync(Guid note) => portal.InDbAsync(db => db.Notes.Where(n => n.Id == note).Select(n => n.Text).SingleAsync());
}
