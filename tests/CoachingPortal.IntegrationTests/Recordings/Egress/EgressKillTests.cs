using System.Net;
using CoachingPortal.Accounts;
using CoachingPortal.BrowserTests;
using CoachingPortal.Calls;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.LiveKit;
using CoachingPortal.IntegrationTests.S3;
using CoachingPortal.Recordings;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>
/// The portal as its own process, killed with -9 while several recordings are each between two other steps, and started
/// again: LiveKit, the bucket and the database stay, and each comes out right.
/// </summary>
public sealed class EgressKillTests(EgressKillTests.World world, ITestOutputHelper output) : IClassFixture<EgressKillTests.World>
{
    /// <summary>How long a started portal may need: a lease, a reconciliation and the work after the call.</summary>
    private const int Patience = 120;

    [Fact]
    public async Task Kill_BetweenAnyTwoSteps_EndsInOneRowThatIsCompleteOrSaysWhyNot()
    {
        await using var portal = new PortalProcess(world.ConnectionString, world.Folder, world.Arguments);
        using var http = new HttpClient { BaseAddress = new Uri(portal.Address) };
        await portal.StartAsync();

        var (answerLost, asked, stopLost) = (await AStoryAsync(), await AStoryAsync(), await AStoryAsync());
        var (broken, collected, kept, wanted) = (await AStoryAsync(), await AStoryAsync(), await AStoryAsync(), await AStoryAsync());
        foreach (var story in (Story[])[broken, stopLost, collected, kept])
        {
            await story.BeginsAsync();
            await story.RecordsAsync();
        }
        await collected.EveryoneLeavesAsync();
        await kept.EveryoneLeavesAsync();
        await world.EgressAsync(kept.Call, e => e.StoppedAt is not null, Patience);
        await world.EgressAsync(collected.Call, e => e.StoppedAt is not null, Patience);
        // All is there, and the recording is just being put together: its row is held, so that it gets no further.
        await using var hold = await Hold.OfAsync(world, $"select id from recordings where session_id = '{collected.Session.Id}' for update");
        await collected.HearAsync("egress_ended", await collected.FinishesAsync());
        await hold.IsWaitedForAsync(1);
        // The last webhook is kept, and just being applied.
        await using var other = await Hold.OfAsync(world, $"select id from egresses where session_id = '{kept.Session.Id}' for update");
        await kept.HearAsync("egress_ended", await kept.FinishesAsync());
        await other.IsWaitedForAsync(2);
        // LiveKit has begun one and the portal does not learn of it; it is asked for another and has not begun; and it has
        // stopped a third, and that answer is lost too.
        var stopped = (await world.EgressAsync(stopLost.Call, _ => true)).EgressId;
        await Task.WhenAll(
            world.LiveKit.LosesTheAnswerOf<RoomCompositeEgressRequest>("StartRoomCompositeEgress", r => r.RoomName == answerLost.Room),
            world.LiveKit.Hangs<RoomCompositeEgressRequest>("StartRoomCompositeEgress", r => r.RoomName == asked.Room),
            world.LiveKit.LosesTheAnswerOf<StopEgressRequest>("StopEgress", r => r.EgressId == stopped),
            answerLost.BeginsAsync(), asked.BeginsAsync(), stopLost.EveryoneLeavesAsync()).WaitAsync(TimeSpan.FromSeconds(Patience));

        await portal.KillAsync();

        foreach (var (story, what) in new[] { (answerLost, "answer lost"), (asked, "asked"), (stopLost, "stop lost"), (collected, "collected"), (kept, "kept"), (broken, "to break") })
        {
            var e = await world.EgressAsync(story.Call, _ => true);
            output.WriteLine($"{what}: {e.Status}, {e.EgressId}, stopped {e.StoppedAt}; recording {(await world.RecordingOfAsync(story.Call))!.Status}");
        }
        Assert.Equal(EgressState.Ending, (await world.EgressAsync(kept.Call, _ => true)).Status);
        Assert.Equal((EgressState.Complete, RecordingStatus.Processing), ((await world.EgressAsync(collected.Call, _ => true)).Status, (await world.RecordingOfAsync(collected.Call))!.Status));
        world.LiveKit.Works();
        await hold.DisposeAsync();
        await other.DisposeAsync();
        await broken.BreaksAsync();
        // LiveKit goes on by itself, and what it begins from here on takes sound at once, however slow this machine is.
        foreach (var begun in world.LiveKit.Egresses.Where(e => e.Status == EgressStatus.EgressStarting))
            world.LiveKit.Advance(begun.EgressId, EgressStatus.EgressActive);
        world.LiveKit.After("StartRoomCompositeEgress", () =>
        {
            foreach (var begun in world.LiveKit.Egresses.Where(e => e.Status == EgressStatus.EgressStarting))
                world.LiveKit.Advance(begun.EgressId, EgressStatus.EgressActive);
            return Task.CompletedTask;
        });
        // The row is wanted, and nobody is there to start it.
        await wanted.BeginsAsync();
        Assert.Equal(EgressState.Wanted, (await world.EgressAsync(wanted.Call, _ => true)).Status);
        await portal.StartAsync();

        foreach (var story in (Story[])[wanted, asked, answerLost])
        {
            await story.RecordsAsync();
            await story.EveryoneLeavesAsync();
            await story.HearAsync("egress_ended", await story.FinishesAsync());
        }
        // Nobody tells the portal of this one: it has to ask.
        await stopLost.FinishesAsync();
        await broken.EveryoneLeavesAsync();
        foreach (var story in (Story[])[wanted, asked, answerLost, stopLost, collected, kept])
            await story.IsRightAsync(RecordingStatus.Complete);
        await broken.IsRightAsync(RecordingStatus.Failed);
        Assert.Equal(7, world.LiveKit.Egresses.Select(e => e.RoomName).Distinct().Count());
        Assert.DoesNotContain(world.LiveKit.Egresses, e => e.Status is EgressStatus.EgressStarting or EgressStatus.EgressActive);
        Assert.Single(await world.StartedAsync(answerLost.Call));

        async Task<Story> AStoryAsync() => new(world, http, await world.ASessionAsync(change: s => s.RecordingRequestedAt = world.Clock.GetUtcNow()));
    }

    /// <summary>The test's own portal in the process at hand: a way to the database, in which nothing happens by itself.</summary>
    public sealed class World(PostgresServer postgres, S3Server s3) : EgressWorld(postgres, s3)
    {
        public string Folder { get; } = Directory.CreateTempSubdirectory("portal-killed-").FullName;

        protected override void ConfigureServices(IServiceCollection services)
        {
            base.ConfigureServices(services);
            foreach (var hosted in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Name != "GenericWebHostService").ToList())
                services.Remove(hosted);
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            Directory.Delete(Folder, recursive: true);
        }
    }

    /// <summary>One recorded call, told to the portal that is killed.</summary>
    private sealed class Story(World world, HttpClient portal, CoachingSession session)
    {
        private static readonly TimeSpan Length = TimeSpan.FromSeconds(30);
        private readonly List<(Person Person, Guid Participation)> people = [];

        public string Room => session.RoomName;

        public CoachingSession Session => session;

        public Call Call { get; private set; } = null!;

        public async Task BeginsAsync()
        {
            foreach (var person in (Person[])[world.Coach, world.Founder])
            {
                var id = await world.ATicketAsync(person, Session.Id, new { consents = new { recording = true } });
                await world.Get<CallLifecycle>().EnterAsync(new Caller(person.Id, person.Role, person.Name), id);
                people.Add((person, id));
            }
            await world.SaysToFredAsync(Session.Id, world.Founder, 2);
            Call = await world.InDbAsync(db => db.Calls.AsNoTracking().SingleAsync(c => c.SessionId == Session.Id));
        }

        public async Task<RecordingEgress> RecordsAsync()
        {
            var egress = await world.EgressAsync(Call, e => e.EgressId is not null, Patience);
            await HearAsync("egress_updated", world.LiveKit.Advance(egress.EgressId!, EgressStatus.EgressActive));
            return await world.EgressAsync(Call, e => e.Status == EgressState.Active, Patience);
        }

        public async Task EveryoneLeavesAsync()
        {
            foreach (var (person, participation) in people)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/calls/participations/{participation}/leave");
                request.Headers.Add("Cookie", world.CookieOf(person));
                Assert.Equal(HttpStatusCode.NoContent, (await portal.SendAsync(request)).StatusCode);
            }
        }

        /// <summary>LiveKit is done with it.</summary>
        public async Task<EgressInfo> FinishesAsync()
        {
            var egress = await world.EgressAsync(Call, e => e.EgressId is not null, Patience);
            return await world.FinishesAsync(egress, egress.WantedAt.AddSeconds(1), Length, 1000);
        }

        public async Task BreaksAsync() =>
            world.LiveKit.Advance((await world.EgressAsync(Call, e => e.EgressId is not null)).EgressId!, EgressStatus.EgressFailed, i => i.Error = "pipeline broke");

        public async Task HearAsync(string name, EgressInfo info) => Assert.Equal(HttpStatusCode.OK, await world.LiveKit.PostAsync(portal, FakeLiveKit.Event(name, info)));

        public async Task IsRightAsync(RecordingStatus status)
        {
            Recording? recording = null;
            for (var until = DateTime.UtcNow.AddSeconds(Patience); DateTime.UtcNow < until && recording?.Status is not (RecordingStatus.Complete or RecordingStatus.Failed); await Task.Delay(100))
                recording = await world.RecordingOfAsync(Call);
            var egress = Assert.Single(await world.EgressesAsync(Call));
            Assert.True(recording?.Status == status, $"{recording?.Status} {recording?.FailureReason}, egress {egress.Status} {egress.Failure}");
            Assert.Equal(1, await world.InDbAsync(db => db.Recordings.CountAsync(r => r.SessionId == Session.Id)));
            Assert.Equal(2, await world.FredNotesOfAsync(Session.Id, world.Founder));
            if (status == RecordingStatus.Failed)
            {
                Assert.Contains("pipeline broke", recording!.FailureReason, StringComparison.Ordinal);
                return;
            }
            Assert.Equal((EgressState.Complete, 1000L, (long)Length.TotalMilliseconds), (egress.Status, egress.Size!.Value, recording!.DurationMs!.Value));
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/recordings/{recording.Id}/files/{RecordingKeys.Part(1)}");
            request.Headers.Add("Cookie", world.CookieOf(world.Founder));
            Assert.Equal(1000, (await (await portal.SendAsync(request)).Content.ReadAsByteArrayAsync()).Length);
        }
    }

    /// <summary>Rows that nobody else gets for now.</summary>
    private sealed class Hold : IAsyncDisposable
    {
        private readonly Npgsql.NpgsqlConnection connection;

        private Hold(Npgsql.NpgsqlConnection connection) => this.connection = connection;

        public static async Task<Hold> OfAsync(Portal portal, string rows)
        {
            var connection = new Npgsql.NpgsqlConnection(portal.ConnectionString + ";Pooling=false");
            await connection.OpenAsync();
            var hold = new Hold(connection);
            await hold.RunAsync("begin");
            await hold.RunAsync(rows);
            return hold;
        }

        /// <summary>Until that many of the database's sessions wait for a lock.</summary>
        public Task IsWaitedForAsync(int count) => CallSteps.EventuallyAsync(
            async () => (long)(await RunAsync("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"))! >= count, $"{count} wait");

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private async Task<object?> RunAsync(string sql)
        {
            await using var command = new Npgsql.NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync();
        }
    }
}
