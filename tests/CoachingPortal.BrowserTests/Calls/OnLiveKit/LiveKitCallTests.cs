using System.Text.Json.Nodes;
using CoachingPortal.Domain;
using Livekit.Server.Sdk.Dotnet;
using Microsoft.EntityFrameworkCore;
using Role = CoachingPortal.Domain.Role;

namespace CoachingPortal.BrowserTests.Calls.OnLiveKit;

/// <summary>What only a call over LiveKit knows: its server away, permissions taken and given, agents that listen.</summary>
[Trait("Category", GivenServer.Category)]
public sealed class LiveKitCallTests(Stage stage) : TwoPeople(stage)
{
    /// <summary>One for all of them, as the portal is; it goes with the run.</summary>
    private static Valve? valve;

    private static RoomServiceClient Rooms => new(GivenServer.Url!.Replace("ws", "http", StringComparison.Ordinal), GivenServer.Key!, GivenServer.Secret!);

    protected override Task<(PortalProcess Portal, Stage.Database Database)> PortalAsync()
    {
        var settings = GivenServer.SettingsOrSkip;
        valve ??= new Valve(new Uri(GivenServer.Url!));
        valve.Open();
        return Stage.ThePortalAsync([$"LiveKit:Url={valve.Url}", $"LiveKit:ApiUrl={GivenServer.Url!.Replace("ws", "http", StringComparison.Ordinal)}", "LiveKit:AgentName=fred", .. settings.Skip(1)]);
    }

    [Fact]
    public async Task MediaServerAwayForAMoment_IsSaid_AndTheCallGoesOnByItself()
    {
        await BothJoinAsync();
        await Fiona.SeesAndHearsTheOtherAsync();

        valve!.Close();
        await Assertions.Expect(Fiona.Find("link-words")).ToContainTextAsync("Reconnecting", new() { Timeout = 30_000 });
        await Task.Delay(3000, TestContext.Current.CancellationToken);
        valve.Open();

        await Assertions.Expect(Fiona.Find("link-words")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(Carla.Find("link-words")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await GoesOnAsync(Fiona);
        await GoesOnAsync(Carla);
        await Assertions.Expect(Fiona.Find("call")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task ThrownOutByTheMediaServer_ComesBackByItself_BecauseThePortalDidNotSaySo()
    {
        await BothJoinAsync();
        await Carla.SeesAndHearsTheOtherAsync();

        await Rooms.RemoveParticipant(new RoomParticipantIdentity { Room = Session.RoomName, Identity = Founder.Id.ToString() });

        await Database.UntilAsync(async _ => (await IdentitiesAsync()).Count, n => n == 2, "both in the room again", 30);
        await Fiona.IsInTheCallAsync();
        await GoesOnAsync(Carla);
        await GoesOnAsync(Fiona);
    }

    [Fact]
    public async Task PermissionTakenAndGivenBack_IsSaid_AndSoundAndPictureComeBackByThemselves()
    {
        await BothJoinAsync();
        await Carla.SeesAndHearsTheOtherAsync();

        await MayPublishAsync(false);
        await Assertions.Expect(Fiona.Find("link-words")).ToHaveTextAsync("Your microphone opens when the recording has ended.");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal(0, await PublishedAsync());
        // She cannot get round it by hand.
        await Fiona.Find("mute").ClickAsync();
        await Fiona.Find("mute").ClickAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.Equal(0, await PublishedAsync());

        await MayPublishAsync(true);
        await Assertions.Expect(Fiona.Find("link-words")).ToBeHiddenAsync();
        await Database.UntilAsync(async _ => await PublishedAsync(), n => n == 2, "microphone and camera published again");
        await GoesOnAsync(Carla);
        Fiona.Visitor.ConsoleIsClean();
    }

    [Fact]
    public async Task ComesInWithoutPermission_IsSaid_AndIsSeenAndHeardOnceItIsGiven()
    {
        // As the portal's ticket is for somebody who says no while an egress is still ending.
        await Fiona.Page.RouteAsync("**/api/livekit/token", async route =>
        {
            var answer = await route.FetchAsync();
            var ticket = JsonNode.Parse(await answer.TextAsync())!.AsObject();
            ticket["token"] = Token(Founder.Id, canPublish: false, attributes: ("participation", (string)ticket["participationId"]!));
            await route.FulfillAsync(new() { Response = answer, Body = ticket.ToJsonString() });
        });
        await BothJoinAsync();
        await MustWaitAsync();

        await Assertions.Expect(Fiona.Find("link-words")).ToHaveTextAsync("Your microphone opens when the recording has ended.");
        await GoesOnAsync(Fiona);
        Assert.Equal(0, await PublishedAsync());
        await MayPublishAsync(true);
        await Assertions.Expect(Fiona.Find("link-words")).ToBeHiddenAsync();
        await Carla.SeesAndHearsTheOtherAsync();
    }

    [Fact]
    public async Task AgentThatListens_FinalWordsBecomeOneTurn_AndOnlyWithConsent()
    {
        await BothJoinAsync(transcript: true);
        await Fiona.SeesAndHearsTheOtherAsync();
        await Carla.Find("captions-toggle").ClickAsync();
        var (hers, his) = (await MicrophoneAsync(Founder), await MicrophoneAsync(Coach));
        await using var agent = await AgentAsync(ParticipantInfo.Types.Kind.Agent);

        await SayAsync(agent.Page, hers, "SG_1", "We raise", final: false);
        await Assertions.Expect(Carla.Find("captions")).ToContainTextAsync("We raise");
        await SayAsync(agent.Page, hers, "SG_1", "We raise the price on Monday.", final: true);
        await SayAsync(agent.Page, hers, "SG_1", "We raise the price on Monday.", final: true);
        await SayAsync(agent.Page, his, "SG_2", "Nobody may write this down.", final: true);
        await Database.UntilAsync(_ => TurnsAsync(), t => t.Count >= 1, "the turn");
        await Assertions.Expect(Carla.Find("captions").Locator("li")).ToHaveCountAsync(1);

        // A browser that says it is an agent and is none speaks for nobody but itself, and is put out: it may be so at once.
        await using var impostor = await AgentAsync(ParticipantInfo.Types.Kind.Standard, mayBePutOut: true);
        await impostor.Page.EvaluateAsync("() => { window.putOut = new Promise((resolve) => room.state === 'disconnected' ? resolve() : room.once('disconnected', resolve)); }");
        await Task.WhenAny(SayAsync(impostor.Page, hers, "SG_3", "I never said that.", final: true), impostor.Page.EvaluateAsync("() => putOut"));
        await impostor.Page.EvaluateAsync("() => putOut");
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        Assert.Equal(["founder: We raise the price on Monday."], await TurnsAsync());
        await Assertions.Expect(Carla.Find("captions")).Not.ToContainTextAsync("Nobody may");
        await Assertions.Expect(Carla.Find("captions")).Not.ToContainTextAsync("never said");
    }

    [Fact]
    public async Task FredsVoice_ThatDoesNotCome_IsSaid_AndOnceItSpeaksItsWordsAreCaptionsAndTurns()
    {
        await Database.AskAsync(db => db.Sessions.Where(s => s.Id == Session.Id).ExecuteUpdateAsync(u => u.SetProperty(s => s.CallType, CoachingSession.OnDemand)));
        await Fiona.OpenLobbyAsync();
        await Fiona.JoinAsync(transcript: true);
        await Fiona.IsInTheCallAsync();
        await Fiona.Find("captions-toggle").ClickAsync();
        await Assertions.Expect(Fiona.Find("link-words")).ToContainTextAsync("FRED's voice has not come", new() { Timeout = 60_000 });

        var agent = await AgentAsync(ParticipantInfo.Types.Kind.Agent);
        await Assertions.Expect(Fiona.Find("link-words")).ToBeHiddenAsync();
        await SayAsync(agent.Page, "", "SG_F", "What would", final: false);
        await Assertions.Expect(Fiona.Find("captions")).ToContainTextAsync("What would");
        await SayAsync(agent.Page, "", "SG_F", "What would you do first?", final: true);

        await Assertions.Expect(Fiona.Find("captions").Locator("li.fred")).ToHaveTextAsync("FRED What would you do first?");
        var turn = await Database.AskAsync(db => db.Turns.SingleAsync(t => t.SessionId == Session.Id));
        Assert.Equal(("FRED", null, "What would you do first?"), (turn.Speaker, turn.Role, turn.Text));
        // As LiveKit's own agents say it: bit by bit, in a stream that those of Node never call final.
        await agent.Page.EvaluateAsync(
            """
            async () => {
              const attributes = { "lk.segment_id": "SG_G", "lk.transcription_final": "false" };
              window.voice = await room.localParticipant.streamText({ topic: "lk.transcription", attributes });
              for (const piece of ["And ", "then?"]) await voice.write(piece);
            }
            """);
        await Assertions.Expect(Fiona.Find("captions").Locator("li.interim")).ToHaveTextAsync("FRED And then?");
        await agent.Page.EvaluateAsync("() => voice.close()");
        await Assertions.Expect(Fiona.Find("captions").Locator("li.fred").Last).ToHaveTextAsync("FRED And then?");
        await Database.UntilAsync(db => db.Turns.CountAsync(t => t.SessionId == Session.Id && t.Speaker == "FRED"), n => n == 2, "the second turn");
        // Nobody says how what was being heard went on.
        await SayAsync(agent.Page, await MicrophoneAsync(Founder), "SG_H", "I thi", final: false);
        await Assertions.Expect(Fiona.Find("captions")).ToContainTextAsync("I thi");
        await agent.DisposeAsync();
        await Assertions.Expect(Fiona.Find("link-words")).ToContainTextAsync("FRED's voice has left", new() { Timeout = 60_000 });
        await Assertions.Expect(Fiona.Find("captions")).Not.ToContainTextAsync("I thi");
        Fiona.Visitor.ConsoleIsClean();
    }

    /// <summary>Waits until more pictures and more sound have come.</summary>
    private static Task GoesOnAsync(Seat seat) =>
        seat.Page.WaitUntilAsync(
            """
            async () => {
              const sum = (reports, kind, field) => reports.filter(r => r.type === 'inbound-rtp' && r.kind === kind).reduce((s, r) => s + (r[field] ?? 0), 0);
              const reports = (await portalCall.getStats()).flatMap(p => p.reports);
              const now = [sum(reports, 'video', 'framesDecoded'), sum(reports, 'audio', 'totalAudioEnergy')];
              const before = (window.heardBefore ??= now);
              return now[0] > before[0] + 3 && now[1] > before[1];
            }
            """,
            timeout: 30_000);

    private async Task<List<string>> IdentitiesAsync() =>
        [.. (await Rooms.ListParticipants(new ListParticipantsRequest { Room = Session.RoomName })).Participants.Select(p => p.Identity)];

    private async Task<int> PublishedAsync() =>
        (await Rooms.GetParticipant(new RoomParticipantIdentity { Room = Session.RoomName, Identity = Founder.Id.ToString() })).Tracks.Count;

    private async Task<string> MicrophoneAsync(Person person) =>
        (await Database.UntilAsync(
            async _ => (await Rooms.GetParticipant(new RoomParticipantIdentity { Room = Session.RoomName, Identity = person.Id.ToString() })).Tracks.FirstOrDefault(t => t.Source == TrackSource.Microphone)?.Sid,
            sid => sid is not null, $"{person.Name}'s microphone in the room"))!;

    private async Task MayPublishAsync(bool may)
    {
        if (!may)
            await MustWaitAsync();
        await Rooms.UpdateParticipant(new UpdateParticipantRequest
        {
            Room = Session.RoomName,
            Identity = Founder.Id.ToString(),
            Permission = new ParticipantPermission { CanSubscribe = true, CanPublishData = true, CanPublish = may },
        });
        if (may)
            await Database.AskAsync(db => db.Egresses.Where(e => e.SessionId == Session.Id).ExecuteDeleteAsync());
    }

    /// <summary>The portal's rows say so too: else its job, which comes by every twenty seconds, has LiveKit let her.</summary>
    private async Task MustWaitAsync()
    {
        var now = DateTimeOffset.UtcNow;
        var call = await Database.AskAsync(db => db.Calls.SingleAsync(c => c.SessionId == Session.Id && c.EndedAt == null));
        var recording = new Recording { SessionId = Session.Id, CallId = call.Id, RequestedById = Founder.Id, Status = RecordingStatus.Active, Recorder = Recorder.Egress, StartedAt = now, SampleRate = 16_000 };
        recording.Segments.Add(new() { RecordingId = recording.Id, Number = 1, StartedAt = now, EndedAt = now, EndedBy = SegmentEnd.Withdrawn, EndedById = Founder.Id });
        await Database.AddAsync(recording);
        await Database.AddAsync(new RecordingEgress
        {
            SessionId = Session.Id, RecordingId = recording.Id, SegmentId = recording.Segments[0].Id, Kind = EgressKind.Room, RoomName = Session.RoomName, Key = "held.mp4", Status = EgressState.Ending,
            HeldPersonIds = [Founder.Id], LeaseUntil = now.AddHours(1), WantedAt = now, UpdatedAt = now,
        });
    }

    private string Token(Guid identity, ParticipantInfo.Types.Kind kind = ParticipantInfo.Types.Kind.Standard, bool canPublish = true, params (string Key, string Value)[] attributes) =>
        new AccessToken(GivenServer.Key, GivenServer.Secret)
            .WithIdentity(identity.ToString()).WithKind(kind)
            .WithAttributes(attributes.ToDictionary(a => a.Key, a => a.Value))
            .WithGrants(new VideoGrants { RoomJoin = true, Room = Session.RoomName, CanPublish = canPublish, CanSubscribe = true, CanPublishData = true, Agent = kind == ParticipantInfo.Types.Kind.Agent })
            .ToJwt();

    private Task<List<string>> TurnsAsync() =>
        Database.AskAsync(db => db.Turns.Where(t => t.SessionId == Session.Id).OrderBy(t => t.StartedAt).Select(t => t.Role + ": " + t.Text).ToListAsync());

    /// <summary>A guest of the room who comes through no ticket of the portal's.</summary>
    private async Task<Visitor> AgentAsync(ParticipantInfo.Types.Kind kind, bool mayBePutOut = false)
    {
        var someone = await Database.APersonAsync("Somebody", Role.Founder);
        var visitor = await SignInAsync(someone);
        var token = Token(someone.Id, kind);
        await visitor.GoToAsync("/account");
        await visitor.Page.EvaluateAsync(
            """
            async ([url, token, mayBePutOut]) => {
              const { Room, setLogLevel } = await import(location.origin + "/lib/livekit-client.js");
              setLogLevel("silent");
              window.room = new Room();
              await room.connect(url, token).catch((e) => { if (!mayBePutOut) throw e; });
            }
            """,
            new object[] { valve!.Url, token, mayBePutOut });
        return visitor;
    }

    private static Task SayAsync(IPage page, string track, string segment, string text, bool final) =>
        page.EvaluateAsync(
            """
            ([track, segment, text, final]) => room.localParticipant.sendText(text, {
              topic: "lk.transcription",
              attributes: { "lk.transcribed_track_id": track, "lk.segment_id": segment, "lk.transcription_final": final },
            })
            """,
            new[] { track, segment, text, final ? "true" : "false" });
}
