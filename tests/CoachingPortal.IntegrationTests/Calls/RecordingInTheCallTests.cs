using System.Data.Common;
using System.Net;
using CoachingPortal.Calls;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace CoachingPortal.IntegrationTests.Calls;

/// <summary>Whoever is in the call asks for its recording, agrees, and withdraws.</summary>
public sealed class RecordingInTheCallTests(Portal portal) : IClassFixture<Portal>
{
    [Fact]
    public async Task Recording_ControlledInTheCall_FollowsTheSameRules()
    {
        var session = await portal.ASessionAsync();
        var path = $"/api/calls/sessions/{session.Id}/recording";
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { consents = new { recording = true } });
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id, new { consents = new { recording = true } });

        Assert.Equal(HttpStatusCode.Forbidden, await portal.PostsAsync(portal.Coach, path, new { action = "request" }));
        Assert.Equal(HttpStatusCode.Conflict, await portal.PostsAsync(portal.Coach, path, new { action = "pause" }));
        Assert.Equal(HttpStatusCode.NotFound, await portal.PostsAsync(portal.OtherCoach, path, new { action = "pause" }));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.PostsAsync(portal.Coach, path, new { }));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.PostsAsync(portal.Coach, path, new { action = "shout" }));

        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Founder, path, new { action = "request" }));
        await coach.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "active");
        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Coach, path, new { action = "pause" }));
        await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "paused");
        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Coach, path, new { action = "resume" }));
        await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "active");
        Assert.Equal(HttpStatusCode.Forbidden, await portal.PostsAsync(portal.Coach, path, new { action = "cancel" }));
        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Founder, path, new { action = "cancel" }));
        await coach.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "stopped");
    }

    [Fact]
    public async Task Consent_WithdrawnInTheCall_StopsTheRecordingForAll()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id, new { consents = new { recording = true } });
        await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "active");

        Assert.Equal(HttpStatusCode.NoContent, await portal.PostsAsync(portal.Coach, $"/api/calls/sessions/{session.Id}/consent", new { type = "recording", granted = false }));

        var told = await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "stopped");
        Assert.Equal("withdrawn", (string)told["expected"]![1]!["recordingConsent"]!);
    }

    [Fact]
    public async Task State_ConsentWithdrawnWhileItIsRead_IsThatOfOneMoment()
    {
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id, new { consents = new { recording = true } });
        await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "active");
        var withdrawal = new OnceAfter("FROM consents", () => portal.PostsAsync(portal.Coach, $"/api/calls/sessions/{session.Id}/consent", new { type = "recording", granted = false }));
        var options = new DbContextOptionsBuilder<PortalDb>(portal.Get<DbContextOptions<PortalDb>>()).AddInterceptors(withdrawal).Options;

        var read = await new CallStates(new Databases(options), portal.Get<RecordingGate>(), TimeProvider.System).OfAsync(session.Id);

        Assert.True(withdrawal.Happened);
        Assert.Equal((ConsentAnswer.Granted, RecordingPhase.Active), (read!.Expected[1].RecordingConsent, read.Recording.Phase));
        var after = await portal.Get<CallStates>().OfAsync(session.Id);
        Assert.Equal((ConsentAnswer.Withdrawn, RecordingPhase.Stopped), (after!.Expected[1].RecordingConsent, after.Recording.Phase));
    }

    private sealed class Databases(DbContextOptions<PortalDb> options) : IDbContextFactory<PortalDb>
    {
        public PortalDb CreateDbContext() => new(options);
    }

    /// <summary>Does something when the first query of that kind has been answered.</summary>
    private sealed class OnceAfter(string part, Func<Task> then) : DbCommandInterceptor
    {
        public bool Happened { get; private set; }

        public override async ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
        {
            if (!Happened && command.CommandText.Contains(part, StringComparison.OrdinalIgnoreCase))
            {
                Happened = true;
                await then();
            }
            return result;
        }
    }

    [Fact]
    public async Task Consent_StrangerOrHalfARequest_IsRefused()
    {
        var session = await portal.ASessionAsync();
        var path = $"/api/calls/sessions/{session.Id}/consent";

        Assert.Equal(HttpStatusCode.NotFound, await portal.PostsAsync(portal.OtherFounder, path, new { type = "recording", granted = true }));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.PostsAsync(portal.Founder, path, new { type = "recording" }));
        Assert.Equal(HttpStatusCode.BadRequest, await portal.PostsAsync(portal.Founder, path, new { granted = true }));
        Assert.False(await portal.InDbAsync(db => db.Consents.AnyAsync(c => c.SessionId == session.Id)));
    }
}
