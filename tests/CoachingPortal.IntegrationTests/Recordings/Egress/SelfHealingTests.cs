using System.Collections.Concurrent;
using System.Net;
using CoachingPortal.Accounts;
using CoachingPortal.Calls;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.LiveKit;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>
/// Webhooks get lost, come twice, late and out of order, as a seed says; however they do, the rows end right and each
/// message to FRED stands in the notes once.
/// </summary>
public sealed class SelfHealingTests(EgressWorld world, ITestOutputHelper output) : IClassFixture<EgressWorld>
{
    /// <summary><c>./test --long</c> asks for more.</summary>
    private static readonly int Schedules = Environment.GetEnvironmentVariable("TESTS_LONG") == "1" ? 1000 : 50;

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Webhooks_LostDoubledLateAndOutOfOrder_EndInTheRightRows()
    {
        var faults = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var reconciling = ReconcileAsync(stop.Token);
        var slowest = TimeSpan.Zero;
        await Parallel.ForAsync(0, Schedules, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
        {
            try
            {
                var took = await PlayAsync(seed);
                lock (faults)
                    slowest = took > slowest ? took : slowest;
            }
            catch (Exception e)
            {
                faults.Add($"seed {seed}: {e.Message}");
            }
        });
        await stop.CancelAsync();
        await reconciling;
        output.WriteLine($"{Schedules} schedules, the slowest right after {slowest.TotalSeconds:0.0} s");

        Assert.Empty(faults);
    }

    /// <summary>The clustered job, oftener than in earnest.</summary>
    private async Task ReconcileAsync(CancellationToken stop)
    {
        for (; !stop.IsCancellationRequested; await Task.Delay(2000, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing))
            await world.Get<EgressReconcile>().RunAsync(CancellationToken.None);
    }

    private async Task<TimeSpan> PlayAsync(int seed)
    {
        var lots = new Random(seed);
        var post = new Post(world, lots);
        var session = await world.ASessionAsync(change: s => s.RecordingRequestedAt = world.Clock.GetUtcNow());
        var coach = await EntersAsync(post, world.Coach, session.Id);
        var founder = await EntersAsync(post, world.Founder, session.Id);
        var messages = lots.Next(1, 4);
        await world.SaysToFredAsync(session.Id, world.Founder, messages);
        var call = await world.InDbAsync(db => db.Calls.AsNoTracking().SingleAsync(c => c.SessionId == session.Id));
        var egress = await world.EgressAsync(call, e => e.EgressId is not null);
        post.Add("egress_started", world.LiveKit.Egresses.Single(e => e.EgressId == egress.EgressId));
        await post.SomeAsync();
        post.Add("egress_updated", world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive));
        await post.SomeAsync();

        // What becomes of it: mostly a file; now and then it breaks on the way, or is stopped before it has anything.
        var end = lots.Next(10) switch { 0 or 1 => EgressStatus.EgressFailed, 2 => EgressStatus.EgressAborted, _ => EgressStatus.EgressComplete };
        if (end == EgressStatus.EgressFailed)
            post.Add("egress_ended", world.LiveKit.Advance(egress.EgressId!, end, i => i.Error = "pipeline broke"));
        await post.SomeAsync();
        var leaves = new List<(Person Person, Guid Participation)> { (world.Coach, coach), (world.Founder, founder), (world.Founder, founder) };
        foreach (var (person, participation) in leaves.OrderBy(_ => lots.Next()))
            await world.LeavesAsync(person, participation);
        if (end != EgressStatus.EgressFailed)
        {
            await world.EgressAsync(call, e => e.StoppedAt is not null || e.IsFinal);
            post.Add("egress_updated", world.LiveKit.Egresses.Single(e => e.EgressId == egress.EgressId));
            await post.SomeAsync();
            post.Add("egress_ended", end == EgressStatus.EgressAborted
                ? world.LiveKit.Advance(egress.EgressId!, end)
                : await world.FinishesAsync(egress, egress.WantedAt.AddSeconds(1), TimeSpan.FromSeconds(20 + seed), 1000 + seed));
        }
        await post.RestAsync();
        var began = DateTime.UtcNow;

        Recording? recording = null;
        while ((recording = await world.RecordingOfAsync(call))?.Status is not (RecordingStatus.Complete or RecordingStatus.Failed) && DateTime.UtcNow - began < Within)
            await Task.Delay(200);
        await RightAsync(seed, session, end, recording!, messages);
        return DateTime.UtcNow - began;
    }

    private async Task RightAsync(int seed, CoachingSession session, EgressStatus end, Recording recording, int messages)
    {
        var rows = await world.InDbAsync(db => db.Egresses.AsNoTracking().Where(e => e.SessionId == session.Id).ToListAsync());
        var row = Assert.Single(rows);
        Assert.Empty(row.HeldPersonIds);
        if (end == EgressStatus.EgressComplete)
        {
            Assert.Equal((EgressState.Complete, 1000L + seed, (20L + seed) * 1000), (row.Status, row.Size!.Value, row.DurationMs!.Value));
            Assert.Equal((RecordingStatus.Complete, (20L + seed) * 1000, row.WantedAt.AddSeconds(1)), (recording.Status, recording.DurationMs!.Value, recording.StartedAt));
            Assert.Equal(1000 + seed, recording.Files.Single(f => f.Name == RecordingKeys.Part(1)).Size);
        }
        else
        {
            Assert.Equal((EgressState.Failed, RecordingStatus.Failed), (row.Status, recording.Status));
            Assert.Contains(end == EgressStatus.EgressFailed ? "pipeline broke" : "stopped before it had recorded anything", recording.FailureReason, StringComparison.Ordinal);
        }
        Assert.Equal(1, await world.InDbAsync(db => db.Recordings.CountAsync(r => r.SessionId == session.Id)));
        Assert.Equal(messages, await world.FredNotesOfAsync(session.Id, world.Founder));
        Assert.DoesNotContain(world.LiveKit.Egresses, e => e.RoomName == session.RoomName && e.Status is EgressStatus.EgressStarting or EgressStatus.EgressActive);
    }

    private async Task<Guid> EntersAsync(Post post, Person person, Guid sessionId)
    {
        var (_, ticket) = await world.AsksForATicketAsync(person, sessionId, new { consents = new { recording = true } });
        var id = (Guid)ticket!["participationId"]!;
        var info = world.LiveKit.Join((string)ticket["token"]!);
        await world.Get<CallLifecycle>().EnterAsync(new Caller(person.Id, person.Role, person.Name), id);
        post.Add(FakeLiveKit.Event("participant_joined", (await world.InDbAsync(db => db.Sessions.SingleAsync(s => s.Id == sessionId))).RoomName, info));
        return id;
    }

    /// <summary>The way of webhooks from LiveKit to the portal, on a bad day.</summary>
    private sealed class Post(EgressWorld world, Random lots)
    {
        private readonly List<WebhookEvent> pending = [];

        public void Add(string name, EgressInfo info) => Add(FakeLiveKit.Event(name, info));

        /// <summary>Lost, once, or up to three times.</summary>
        public void Add(WebhookEvent happened)
        {
            var copies = lots.Next(10) switch { < 3 => 0, < 6 => lots.Next(2, 4), _ => 1 };
            pending.AddRange(Enumerable.Repeat(happened, copies));
        }

        /// <summary>Some of them arrive now, in any order; the others later.</summary>
        public Task SomeAsync() => SendAsync(lots.Next(pending.Count + 1));

        public Task RestAsync() => SendAsync(pending.Count);

        private async Task SendAsync(int count)
        {
            using var client = world.SignedIn(null);
            for (; count > 0; count--)
            {
                var index = lots.Next(pending.Count);
                var happened = pending[index];
                pending.RemoveAt(index);
                Assert.Equal(HttpStatusCode.OK, await world.LiveKit.PostAsync(client, happened));
            }
        }
    }
}
