using System.Net;
using System.Net.Http.Json;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Recordings;
using CoachingPortal.Storage;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace CoachingPortal.IntegrationTests.Calls;

/// <summary>What the call needs breaks in its middle: it fails visibly, alone, and goes on when it is back.</summary>
public sealed class FaultTests(PostgresServer postgres)
{
    [Fact]
    public async Task DatabaseRestartsInACall_ThePagesStayAndGoOnAndNothingIsDoubled()
    {
        await using var server = new DurableServer();
        await server.InitializeAsync();
        await using var portal = new Portal(server);
        await portal.InitializeAsync();
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id);
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id);
        await portal.SaysToFredAsync(session.Id, portal.Founder, 2);
        await founder.Hub.StateAsync(s => s["people"]!.AsArray().Count == 2);

        using var client = portal.SignedIn(portal.Founder); // whose cookie is made with the database's help
        await server.StopAsync();
        try
        {
            await Assert.ThrowsAsync<HubRefusedException>(() => founder.Hub.InvokeAsync("Media", new { microphone = true, camera = true, screen = false }));
            // Signals between pages of one node need no database: the pictures may even come back while it is away.
            await founder.Hub.InvokeAsync("Signal", coach.Participation, """{"restart":true}""");
            Assert.Equal("""{"restart":true}""", (string)(await coach.Hub.NextAsync("signal"))[1]!);
            using var refused = await client.PostAsJsonAsync($"/api/calls/sessions/{session.Id}/consent", new { type = "transcript", granted = true });
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }
        finally
        {
            await server.StartAsync();
        }

        await CallSteps.EventuallyAsync(async () => await TriesAsync(() => founder.Hub.InvokeAsync("Media", new { microphone = true, camera = false, screen = false })), "the founder's page goes on");
        await LeavesAsync(portal.Coach, coach);
        await founder.Hub.StateAsync(s => s["people"]!.AsArray().Count == 1);
        await LeavesAsync(portal.Founder, founder);
        Assert.Equal(2, await portal.FredNotesOfAsync(session.Id, portal.Founder));
        Assert.Equal(1, await portal.InDbAsync(db => db.Calls.CountAsync(c => c.SessionId == session.Id && c.EndedAt != null)));
        await CallSteps.EventuallyAsync(
            () => portal.InDbAsync(async db => await db.PostCallSteps.AnyAsync(s => s.SessionId == session.Id) && !await db.PostCallSteps.AnyAsync(s => s.SessionId == session.Id && s.Status != StepStatus.Done)), "the work after the call");

        // A connection of the pool that the restart broke is found out by its next user.
        Task LeavesAsync(Person person, InCall place) =>
            CallSteps.EventuallyAsync(async () => await portal.LeavesAsync(person, place.Participation) == HttpStatusCode.NoContent, $"{person.Name} leaves");
    }

    [Fact]
    public async Task StoreFailsInARecordedCall_TheChunkIsRefusedInWordsAndTakenLater()
    {
        await using var portal = new BreakableStore(postgres);
        await portal.InitializeAsync();
        var session = await portal.ASessionAsync();
        await using var founder = await portal.EntersAsync(portal.Founder, session.Id, new { enableRecording = true, consents = new { recording = true } });
        await using var coach = await portal.EntersAsync(portal.Coach, session.Id, new { consents = new { recording = true } });
        var recording = (await founder.Hub.StateAsync(s => (string)s["recording"]!["phase"]! == "active"))["recording"]!;
        var client = portal.SignedIn(portal.Founder);
        var track = await client.BeginsTrackAsync((Guid)recording["recordingId"]!, founder.Participation, DateTimeOffset.UtcNow);
        var sound = Sound.Tone(440, 0.5);

        portal.Store.IsBroken = true;
        using var refused = await client.SendsAsync(track.TrackId, 0, 0, sound);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotEmpty((await refused.Content.ReadFromJsonAsync<ProblemDetails>())!.Title!);
        await founder.Hub.InvokeAsync("Media", new { microphone = true, camera = true, screen = false });
        Assert.Equal("active", (string)(await coach.Hub.InvokeAsync("Enter", coach.Participation))!["recording"]!["phase"]!);

        portal.Store.IsBroken = false;
        Assert.Equal(HttpStatusCode.NoContent, (await client.SendsAsync(track.TrackId, 0, 0, sound)).StatusCode);
        Assert.Equal(1, await portal.InDbAsync(db => db.RecordingChunks.CountAsync(c => c.TrackId == track.TrackId)));
    }

    private static async Task<bool> TriesAsync(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (HubRefusedException e) when (e.Message != "closed")
        {
            return false;
        }
    }

    private sealed class DurableServer : PostgresServer
    {
        protected override bool IsDurable => true;
    }

    private sealed class BreakableStore(PostgresServer postgres) : Portal(postgres)
    {
        public Breakable Store { get; private set; } = null!;

        protected override void ConfigureServices(IServiceCollection services)
        {
            services.Replace(ServiceDescriptor.Singleton<IObjectStore>(s => Store = new(s.GetRequiredService<DiskObjectStore>())));
        }
    }

    private sealed class Breakable(IObjectStore inner) : IObjectStore
    {
        public bool IsBroken { get; set; }

        public Task<long> PutAsync(string key, Stream content, CancellationToken cancellation = default) => Unless(() => inner.PutAsync(key, content, cancellation));

        public Task<Stream?> OpenAsync(string key, long offset = 0, CancellationToken cancellation = default) => Unless(() => inner.OpenAsync(key, offset, cancellation));

        public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation = default) => Unless(() => inner.HeadAsync(key, cancellation));

        public Task DeleteAsync(string key, CancellationToken cancellation = default) => IsBroken ? Task.FromException(Full()) : inner.DeleteAsync(key, cancellation);

        public IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation = default) => inner.ListAsync(prefix, cancellation);

        private Task<T> Unless<T>(Func<Task<T>> work) => IsBroken ? Task.FromException<T>(Full()) : work();

        private static IOException Full() => new("No space left on device");
    }
}
