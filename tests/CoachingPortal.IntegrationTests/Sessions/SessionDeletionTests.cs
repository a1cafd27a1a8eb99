using System.Net;
using CoachingPortal.Accounts;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Sessions;

public sealed class SessionDeletionTests(Portal portal) : IClassFixture<Portal>
{
    private Caller Coach => new(portal.Coach.Id, Role.Coach, portal.Coach.Name);
    private Caller Founder => new(portal.Founder.Id, Role.Founder, portal.Founder.Name);

    [Fact]
    public async Task Delete_ByTheCoach_HidesItUntilItIsRestored()
    {
        var session = await portal.ASessionAsync();
        var deletion = portal.Get<SessionDeletion>();
        using var founder = portal.SignedIn(portal.Founder);

        Assert.Equal(Outcome.NotFound, await deletion.DeleteAsync(session.Id, Founder));
        Assert.Equal(Outcome.Done, await deletion.DeleteAsync(session.Id, Coach));
        Assert.Equal(HttpStatusCode.NotFound, (await founder.GetAsync($"/sessions/{session.Id}")).StatusCode);
        Assert.Contains(await deletion.ListAsync(Coach), d => d.Id == session.Id);
        Assert.Equal(Outcome.NotFound, await deletion.RestoreAsync(session.Id, Founder));

        Assert.Equal(Outcome.Done, await deletion.RestoreAsync(session.Id, Coach));
        Assert.Equal(HttpStatusCode.OK, (await founder.GetAsync($"/sessions/{session.Id}")).StatusCode);
    }

    [Fact]
    public async Task Purge_PastTheGrace_TakesTheRowsButWaitsForRecordings()
    {
        var longAgo = DateTimeOffset.UtcNow - Deletion.Grace - TimeSpan.FromMinutes(1);
        var old = await portal.ASessionAsync(change: s => s.DeletedAt = longAgo);
        var recorded = await portal.ASessionAsync(change: s => s.DeletedAt = longAgo);
        var fresh = await portal.ASessionAsync(change: s => s.DeletedAt = DateTimeOffset.UtcNow);
        await portal.InDbAsync(async db =>
        {
            db.Notes.Add(new() { SessionId = old.Id, Kind = NoteKind.Manual, Visibility = NoteVisibility.Shared, AuthorId = portal.Coach.Id, Text = "Gone", CreatedAt = longAgo });
            var call = new Call { SessionId = recorded.Id, StartedAt = longAgo, EndedAt = longAgo };
            db.Calls.Add(call);
            await db.SaveChangesAsync();
            db.Recordings.Add(new() { SessionId = recorded.Id, CallId = call.Id, RequestedById = portal.Founder.Id, Status = RecordingStatus.Complete, StartedAt = longAgo, SampleRate = 16_000 });
            await db.SaveChangesAsync();
        });

        Assert.Equal(Outcome.NotFound, await portal.Get<SessionDeletion>().RestoreAsync(old.Id, Coach));
        await portal.Get<SessionDeletion>().PurgeAsync();

        Guid[] ids = [old.Id, recorded.Id, fresh.Id];
        var left = await portal.InDbAsync(db => db.Sessions.Where(s => ids.Contains(s.Id)).Select(s => s.Id).ToListAsync());
        Assert.Equal(new[] { recorded.Id, fresh.Id }.Order(), left.Order());
        Assert.False(await portal.InDbAsync(db => db.Notes.AnyAsync(n => n.SessionId == old.Id)));
    }
}
