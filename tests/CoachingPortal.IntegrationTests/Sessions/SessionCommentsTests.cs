using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class SessionCommentsTests(Portal portal) : IClassFixture<Portal>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private Caller Coach => new(portal.Coach.Id, Role.Coach, portal.Coach.Name);
    private Caller Founder => new(portal.Founder.Id, Role.Founder, portal.Founder.Name);
    private SessionComments Store => portal.Get<SessionComments>();

    [Fact]
    public async Task Comment_AndItsReply_AreReadByBothAndChangedByTheirAuthorAlone()
    {
        var session = await portal.ASessionAsync();
        var (comment, reply) = (Ids.New(), Ids.New());
        var version = (await Store.SaveAsync(session.Id, comment, Coach, "Here you hesitate", Now, null, null)).Version;
        Assert.Equal(Outcome.Done, (await Store.SaveAsync(session.Id, reply, Founder, "I do", null, comment, null)).Outcome);

        foreach (var caller in new[] { Coach, Founder })
            Assert.Equal(["Here you hesitate", "I do"], (await ReadAsync(session.Id, caller)).Select(c => c.Text));
        Assert.Empty(await ReadAsync(session.Id, new(portal.OtherCoach.Id, Role.Coach, "Other")));
        Assert.Empty(await ReadAsync(session.Id, new(portal.Admin.Id, Role.Admin, "Admin")));
        Assert.Equal((await ReadAsync(session.Id, Coach))[0].At, (await ReadAsync(session.Id, Coach))[1].At);

        Assert.Equal(Outcome.NotFound, (await Store.SaveAsync(session.Id, comment, Founder, "Theirs", Now, null, version)).Outcome);
        Assert.Equal(Outcome.NotFound, (await Store.CurrentAsync(session.Id, comment, Founder)).Outcome);
        Assert.Equal(Outcome.NotFound, await Store.DeleteAsync(session.Id, comment, Founder, deleted: true));
        Assert.Equal(Outcome.Done, (await Store.SaveAsync(session.Id, comment, Coach, "Here you waited", Now, null, version)).Outcome);
        Assert.Equal("Here you waited", (await ReadAsync(session.Id, Founder))[0].Text);
    }

    [Fact]
    public async Task Save_TwoTabsAtOnce_OneStandsAndTheOthersAreToldOfIt_AndTheSameTwiceIsOnce()
    {
        var session = await portal.ASessionAsync();
        var comment = Ids.New();
        var first = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.SaveAsync(session.Id, comment, Coach, "First", Now, null, null)));
        Assert.All(first, s => Assert.Equal(Outcome.Done, s.Outcome));

        var saves = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Store.SaveAsync(session.Id, comment, Coach, $"Tab {i}", Now, null, first[0].Version)));

        Assert.Single(saves, s => s.Outcome == Outcome.Done);
        var standing = Assert.Single(await ReadAsync(session.Id, Coach)).Text;
        Assert.All(saves.Where(s => s.Outcome != Outcome.Done), s => Assert.Equal((Outcome.Conflict, standing), (s.Outcome, s.Text!)));
    }

    [Fact]
    public async Task Save_ARepliesReplyOrAnothersSession_FindsNothingToAnswer()
    {
        var (session, other) = (await portal.ASessionAsync(), await portal.ASessionAsync());
        var (comment, reply, foreign) = (Ids.New(), Ids.New(), Ids.New());
        await Store.SaveAsync(session.Id, comment, Coach, "One", Now, null, null);
        await Store.SaveAsync(session.Id, reply, Founder, "Two", null, comment, null);
        await Store.SaveAsync(other.Id, foreign, Coach, "Elsewhere", Now, null, null);

        foreach (var answered in new[] { reply, foreign, Ids.New() })
            Assert.Equal(Outcome.NotFound, (await Store.SaveAsync(session.Id, Ids.New(), Coach, "Three", Now, answered, null)).Outcome);
        Assert.Equal(Outcome.NotFound, (await Store.SaveAsync(other.Id, comment, Coach, "Moved", Now, null, null)).Outcome);
        // The database holds it, too.
        await Assert.ThrowsAsync<DbUpdateException>(() => portal.InDbAsync(db =>
        {
            db.Comments.Add(new() { SessionId = session.Id, AuthorId = portal.Coach.Id, ReplyToId = foreign, At = Now, Text = "x", CreatedAt = Now });
            return db.SaveChangesAsync();
        }));
    }

    [Fact]
    public async Task Put_OutOfBounds_IsRefusedInWords()
    {
        var session = await portal.ASessionAsync();
        using var client = portal.SignedIn(portal.Founder);
        var ms = Now.ToUnixTimeMilliseconds();

        foreach (var (query, text) in new[]
        {
            ($"?at={ms}", ""), ($"?at={ms}", new string('x', SessionComments.Longest + 1)), ("", "No moment"), ($"?at={ms + 3_600_000_000}", "In the future"),
            ("?at=0", "Long ago"), ($"?at={long.MaxValue}", "Never"), ($"?at={long.MinValue}", "Never"), ("?at=noon", "Words"),
        })
            Assert.Equal(HttpStatusCode.BadRequest, (await client.PutAsJsonAsync($"/api/coaching/sessions/{session.Id}/comments/{Ids.New()}{query}", new { text })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.PutAsJsonAsync($"/api/coaching/sessions/{session.Id}/comments/{Ids.New()}?at={ms}", new { text = new string('x', SessionComments.Longest) })).StatusCode);

        var document = await client.GetFromJsonAsync<JsonElement>($"/api/coaching/sessions/{session.Id}");
        Assert.Equal(ms, Assert.Single(document.GetProperty("comments").EnumerateArray()).GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Delete_ByItsAuthor_EmptiesIt_CanBeUndone_AndNothingStaysPastTheGrace()
    {
        var session = await portal.ASessionAsync();
        var (answered, reply, alone) = (Ids.New(), Ids.New(), Ids.New());
        await Store.SaveAsync(session.Id, answered, Coach, "Answered", Now, null, null);
        await Store.SaveAsync(session.Id, reply, Founder, "The answer", null, answered, null);
        await Store.SaveAsync(session.Id, alone, Coach, "Alone", Now.AddSeconds(1), null, null);

        Assert.Equal(Outcome.Done, await Store.DeleteAsync(session.Id, answered, Coach, deleted: true));
        Assert.Equal(Outcome.Done, await Store.DeleteAsync(session.Id, alone, Coach, deleted: true));
        Assert.Equal([("", true), ("The answer", false)], (await ReadAsync(session.Id, Founder)).Select(c => (c.Text, c.IsDeleted)));
        Assert.Equal(Outcome.NotFound, (await Store.SaveAsync(session.Id, alone, Coach, "Changed", Now, null, null)).Outcome);
        await Store.DeleteAsync(session.Id, alone, Coach, deleted: false);
        Assert.Equal("Alone", (await ReadAsync(session.Id, Founder))[^1].Text);

        await portal.InDbAsync(db => db.Comments.Where(c => c.SessionId == session.Id && c.ReplyToId == null).ExecuteUpdateAsync(u => u.SetProperty(c => c.DeletedAt, Now - Deletion.Grace - TimeSpan.FromMinutes(1))));
        await portal.Get<SessionDeletion>().PurgeAsync();
        Assert.Equal(["", "The answer"], await portal.InDbAsync(db => db.Comments.Where(c => c.SessionId == session.Id).OrderBy(c => c.CreatedAt).Select(c => c.Text).ToListAsync()));
        Assert.Equal(Outcome.NotFound, await Store.DeleteAsync(session.Id, answered, Coach, deleted: false));

        await portal.InDbAsync(db => db.Sessions.Where(s => s.Id == session.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.DeletedAt, Now - Deletion.Grace - TimeSpan.FromMinutes(1))));
        await portal.Get<SessionDeletion>().PurgeAsync();
        Assert.False(await portal.InDbAsync(db => db.Comments.AnyAsync(c => c.SessionId == session.Id)));
    }

    [Fact]
    public async Task Save_TellsWhoeverLooksAtTheSession()
    {
        var session = await portal.ASessionAsync();
        var heard = new TaskCompletionSource<CoachingPortal.Data.SessionChange>();
        using var subscription = portal.Get<CoachingPortal.Data.SessionFeed>().Subscribe(session.Id, (_, change) =>
        {
            if (change == CoachingPortal.Data.SessionChange.Comments)
                heard.TrySetResult(change);
            return Task.CompletedTask;
        });

        // The feed may not listen yet, right after the start: what was told before that is told again.
        for (var tries = 0; !heard.Task.IsCompleted && tries < 30; tries++)
        {
            await Store.SaveAsync(session.Id, Ids.New(), Coach, "Heard", Now, null, null);
            await Task.WhenAny(heard.Task, Task.Delay(TimeSpan.FromSeconds(2)));
        }

        Assert.True(heard.Task.IsCompleted);
    }

    private Task<IReadOnlyList<CommentLine>> ReadAsync(Guid session, Caller caller) => portal.InDbAsync(db => SessionReader.CommentsAsync(db, session, caller, CancellationToken.None));
}
