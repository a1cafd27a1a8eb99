using System.Net;
using System.Text.Json.Nodes;
using CoachingPortal.Accounts;
using CoachingPortal.Calls;
using CoachingPortal.Domain;
using CoachingPortal.IntegrationTests.Calls;
using CoachingPortal.IntegrationTests.LiveKit;
using CoachingPortal.Storage;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;

namespace CoachingPortal.IntegrationTests.Recordings.Egress;

/// <summary>
/// One recorded call as a seed says: people pause and resume, withdraw and agree again, lose their line, reload, change
/// microphones; recorders break; the room closes under the call. What LiveKit tells of it gets lost, comes twice, late and
/// out of order.
/// </summary>
internal sealed class BadDay(VoicesWorld world, int seed)
{
    private readonly Random lots = new(seed);
    private readonly HashSet<string> withSound = [];
    private readonly Dictionary<Person, (Guid Participation, string Token)> inside = [];
    private Post post = null!;

    public CoachingSession Session { get; private set; } = null!;

    /// <summary>Questions to FRED.</summary>
    public int Messages { get; private set; }

    /// <summary>What became of each egress, by LiveKit's name of it.</summary>
    public Dictionary<string, EgressInfo> Ends { get; } = [];

    /// <summary>Whoever ever agreed to a transcript.</summary>
    public HashSet<Guid> HeardAlone { get; } = [];

    /// <summary>For whoever has to find out what went wrong.</summary>
    public List<string> Happened { get; } = [];

    private IEnumerable<EgressInfo> Open => world.LiveKit.Egresses.Where(e => e.RoomName == Session.RoomName && !Ends.ContainsKey(e.EgressId));

    /// <summary>All of it, until LiveKit has nothing more to tell.</summary>
    public async Task PlayAsync()
    {
        post = new(world, lots);
        Session = await world.ASessionAsync(change: s => s.RecordingRequestedAt = world.Clock.GetUtcNow());
        foreach (var person in Shuffled(world.Coach, world.Founder))
            await EntersAsync(person, agrees: true);
        await world.SaysToFredAsync(Session.Id, world.Founder, Messages = lots.Next(1, 4));
        await CallSteps.EventuallyAsync(() => world.InDbAsync(db => db.Egresses.AnyAsync(e => e.SessionId == Session.Id && (e.EgressId != null || e.Status == EgressState.Failed))), "the recording is asked for");
        for (var more = lots.Next(10); more > 0; more--)
        {
            await GetsOnAsync(isLast: false);
            await post.SomeAsync();
            // The portal gets somewhere, or does not.
            await Task.Delay(lots.Next(3) * 150);
            await HappensAsync();
            await post.SomeAsync();
        }
        await GetsOnAsync(isLast: false);
        foreach (var (person, participation) in Shuffled([.. inside.Select(i => (i.Key, i.Value.Participation)), (world.Founder, inside[world.Founder].Participation)]))
            await LeavesAsync(person, participation);
        await EndsAsync();
        post.Add(FakeLiveKit.Event("room_finished", e => e.Room = new() { Sid = "RM_x", Name = Session.RoomName }));
        await post.RestAsync();
    }

    private async Task HappensAsync()
    {
        var person = lots.Next(2) == 0 ? world.Coach : world.Founder;
        var what = lots.Next(13);
        Happened.Add($"{what} {person.Role}");
        switch (what)
        {
            case 0:
                await SaysAsync(person, "recording", new { action = "pause" });
                break;
            case 1 or 2 or 3:
                await SaysAsync(person, "recording", new { action = "resume" });
                break;
            case 4:
                await SaysAsync(person, "consent", new { type = "recording", granted = false });
                break;
            case 5 or 6:
                foreach (var each in inside.Keys)
                    await SaysAsync(each, "consent", new { type = "recording", granted = true });
                break;
            case 7 or 8:
                await TranscriptAsync(person, lots.Next(3) > 0);
                break;
            case 9:
                LosesTheLine(person);
                break;
            case 10:
                await EntersAsync(person, agrees: lots.Next(3) > 0); // a reload, or another tab
                break;
            case 11:
                Breaks();
                break;
            default:
                await RoomClosesAsync();
                break;
        }
    }

    private async Task EntersAsync(Person person, bool agrees)
    {
        var hears = lots.Next(3) > 0;
        var tab = lots.Next(2) == 0 ? "tab" : "another";
        var (status, ticket) = await world.AsksForATicketAsync(person, Session.Id, new { tabId = tab, consents = new { recording = agrees, transcript = hears } });
        Assert.True(status == HttpStatusCode.OK, $"{person.Name} gets no ticket: {ticket}");
        if (hears)
            HeardAlone.Add(person.Id);
        var before = world.LiveKit.Participant(Session.RoomName, person.Id.ToString());
        inside[person] = ((Guid)ticket!["participationId"]!, (string)ticket["token"]!);
        // The page goes into the room and onto the portal's line at once.
        var isFirst = lots.Next(2) == 0;
        if (isFirst)
            Connects(person, before);
        await world.Get<CallLifecycle>().EnterAsync(new Caller(person.Id, person.Role, person.Name), inside[person].Participation);
        if (!isFirst)
            Connects(person, before);
    }

    /// <param name="before">Their connection until now, which LiveKit drops for the new one.</param>
    private void Connects(Person person, ParticipantInfo? before)
    {
        var info = world.LiveKit.Join(inside[person].Token);
        if (before is not null)
            post.Add(FakeLiveKit.Event("participant_left", Session.RoomName, before));
        post.Add(FakeLiveKit.Event("participant_joined", Session.RoomName, info));
        if (!info.Permission.CanPublish || lots.Next(8) == 0)
            return;
        try
        {
            Tells("track_published", info, world.LiveKit.Publish(Session.RoomName, info.Identity));
        }
        catch (Exception e) when (e is InvalidOperationException || e.GetType().Name == "Refusal")
        {
            // Silenced, or put out, in this very moment.
        }
    }

    private void LosesTheLine(Person person)
    {
        if (world.LiveKit.Participant(Session.RoomName, person.Id.ToString()) is not { } before)
            return;
        foreach (var track in before.Tracks)
            Tells("track_unpublished", before, track);
        world.LiveKit.Leaves(Session.RoomName, before.Identity);
        Connects(person, before);
    }

    /// <summary>LiveKit's node goes down: every egress ends by itself, and people come back to a new room.</summary>
    private async Task RoomClosesAsync()
    {
        var were = inside.Keys.Select(p => (Person: p, Info: world.LiveKit.Participant(Session.RoomName, p.Id.ToString()))).ToList();
        world.LiveKit.CloseRoom(Session.RoomName);
        post.Add(FakeLiveKit.Event("room_finished", e => e.Room = new() { Sid = "RM_x", Name = Session.RoomName }));
        foreach (var egress in Open)
            await IsOverAsync(egress);
        foreach (var (person, info) in were)
            Connects(person, info);
    }

    /// <summary>One of the recorders breaks.</summary>
    private void Breaks()
    {
        if (Open.ToList() is { Count: > 0 } open && open[lots.Next(open.Count)] is var broken)
            Is(broken, EgressStatus.EgressFailed, i => i.Error = "pipeline broke");
    }

    private async Task LeavesAsync(Person person, Guid participation)
    {
        if (world.LiveKit.Participant(Session.RoomName, person.Id.ToString()) is { } info)
            post.Add(FakeLiveKit.Event("participant_left", Session.RoomName, info));
        await world.LeavesAsync(person, participation);
    }

    /// <summary>LiveKit's recorders get on with what they do, some of them.</summary>
    private async Task GetsOnAsync(bool isLast)
    {
        foreach (var egress in Open.ToList())
        {
            if (!isLast && lots.Next(4) == 0)
                continue;
            if (egress.Status == EgressStatus.EgressEnding)
                await IsOverAsync(egress);
            else if (!isLast && egress.Status == EgressStatus.EgressStarting)
                Begins(egress);
        }
    }

    private void Begins(EgressInfo egress)
    {
        post.Add("egress_started", egress);
        if (world.LiveKit.AdvanceFrom(EgressStatus.EgressStarting, egress.EgressId, EgressStatus.EgressActive, i => i.StartedAt = i.UpdatedAt) is not { } active)
            return;
        withSound.Add(egress.EgressId);
        post.Add("egress_updated", active);
    }

    /// <summary>Mostly there is a file; now and then it breaks at the end. What never had sound has none.</summary>
    private async Task IsOverAsync(EgressInfo egress)
    {
        if (lots.Next(2) == 0)
            post.Add("egress_updated", egress);
        var end = lots.Next(10) switch { 0 => EgressStatus.EgressFailed, 1 => EgressStatus.EgressAborted, _ => EgressStatus.EgressComplete };
        if (!withSound.Contains(egress.EgressId) || end != EgressStatus.EgressComplete)
        {
            Is(egress, end == EgressStatus.EgressFailed ? end : EgressStatus.EgressAborted, i => i.Error = end == EgressStatus.EgressFailed ? "pipeline broke" : "");
            return;
        }
        var isVoice = egress.RequestCase == EgressInfo.RequestOneofCase.Track;
        var file = isVoice ? VoicesWorld.Voice : new byte[1000 + (37 * seed) + Ends.Count];
        await world.Get<IObjectStore>().PutAsync(isVoice ? egress.Track.File.Filepath : egress.RoomComposite.FileOutputs[0].Filepath, new MemoryStream(file));
        var startedAt = DateTimeOffset.UnixEpoch.AddTicks(egress.StartedAt / 100);
        Ends[egress.EgressId] = world.LiveKit.Complete(egress.EgressId, startedAt, TimeSpan.FromSeconds(20 + (seed % 50)), file.Length);
        post.Add("egress_ended", Ends[egress.EgressId]);
    }

    private void Is(EgressInfo egress, EgressStatus end, Action<EgressInfo> more) =>
        post.Add("egress_ended", Ends[egress.EgressId] = world.LiveKit.Advance(egress.EgressId, end, more));

    /// <summary>Until the portal wants nothing of LiveKit any more, and everything that it stopped is over.</summary>
    private Task EndsAsync() => CallSteps.EventuallyAsync(
        async () =>
        {
            await GetsOnAsync(isLast: true);
            return !Open.Any() && !await world.InDbAsync(db => db.Egresses.AnyAsync(e => e.SessionId == Session.Id
                && (e.Status == EgressState.Wanted || (RecordingEgress.Open.Contains(e.Status) && e.EgressId == null))));
        },
        "everything that records the call is stopped");

    private async Task TranscriptAsync(Person person, bool granted)
    {
        if (granted)
            HeardAlone.Add(person.Id);
        await SaysAsync(person, "consent", new { type = "transcript", granted });
    }

    private async Task SaysAsync(Person person, string what, object body)
    {
        var status = await world.PostsAsync(person, $"/api/calls/sessions/{Session.Id}/{what}", body);
        Assert.True(status is HttpStatusCode.NoContent or HttpStatusCode.Conflict, $"{what} {JsonValue.Create(body)}: {status}");
    }

    private void Tells(string name, ParticipantInfo participant, TrackInfo track) => post.Add(FakeLiveKit.Event(name, e =>
        (e.Room, e.Participant, e.Track) = (new() { Sid = "RM_x", Name = Session.RoomName }, participant, track)));

    private T[] Shuffled<T>(params T[] all)
    {
        lots.Shuffle(all);
        return all;
    }

    /// <summary>The way of webhooks from LiveKit to the portal.</summary>
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
