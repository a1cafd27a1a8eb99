using System.Globalization;
using System.Runtime.InteropServices;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Recordings.Egress;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace CoachingPortal.BrowserTests.Recordings;

public sealed class PlayerTests(Stage stage)
{
    [Fact]
    public async Task Player_MouseAndKeyboard_PlaySeekAndSkipWhatWasNotRecorded()
    {
        var (visitor, _, _) = await ARecordedSessionAsync();
        await using var _1 = visitor;
        await Assertions.Expect(visitor.Find("player-duration")).ToHaveTextAsync("2:00");

        await visitor.Find("player-play").ClickAsync();
        await Assertions.Expect(visitor.Find("player-time")).Not.ToHaveTextAsync("0:00");
        await Assertions.Expect(visitor.Find("player-play")).ToHaveAttributeAsync("aria-label", "Pause");
        await visitor.Page.Keyboard.PressAsync("k");
        await Assertions.Expect(visitor.Find("player-play")).ToHaveAttributeAsync("aria-label", "Play");

        await SetAsync(visitor, 0);
        await visitor.Find("player-seek").FocusAsync();
        await visitor.Page.Keyboard.PressAsync("l");
        await visitor.Page.Keyboard.PressAsync("l");
        await visitor.Page.Keyboard.PressAsync("j");
        await visitor.Page.Keyboard.PressAsync("ArrowRight");
        await Assertions.Expect(visitor.Find("player-time")).ToHaveTextAsync("0:15");
        await Assertions.Expect(visitor.Find("player-seek")).ToHaveAttributeAsync("aria-valuetext", "0:15 of 2:00");

        var bar = (await visitor.Find("player-seek").BoundingBoxAsync())!;
        await visitor.Page.Mouse.ClickAsync(bar.X + bar.Width / 2, bar.Y + bar.Height / 2);
        Assert.InRange(await PositionAsync(visitor), 58, 62);

        // 0:40 to 1:00 was not recorded.
        await SetAsync(visitor, 45);
        foreach (var speed in (string[])["0.5", "3", "2"])
        {
            await visitor.Find("player-speed").SelectOptionAsync(speed);
            await visitor.Page.WaitForFunctionAsync("speed => document.querySelector('audio').playbackRate === Number(speed)", speed);
        }
        await visitor.Find("player-play").ClickAsync();
        await visitor.Page.WaitForFunctionAsync("() => document.querySelector('audio').currentTime >= 60");
        Assert.Equal(2, await visitor.Page.EvaluateAsync<double>("() => document.querySelector('audio').playbackRate"));

        // From 1:20 to 1:30 nobody speaks.
        await visitor.Page.EvaluateAsync("() => document.addEventListener('seeking', e => window.jumpedTo = e.target.currentTime, true)");
        await visitor.Find("player-silence").CheckAsync();
        await SetAsync(visitor, 79);
        await visitor.Page.WaitForFunctionAsync("() => window.jumpedTo > 80");
        Assert.InRange(await visitor.Page.EvaluateAsync<double>("() => window.jumpedTo"), 89, 90);
        visitor.ConsoleIsClean();
    }

    [Fact]
    public async Task Link_ToAMoment_IsCopiedAndLeadsThere()
    {
        var (visitor, session, _) = await ARecordedSessionAsync();
        await using var _1 = visitor;
        await visitor.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await SetAsync(visitor, 75);

        await visitor.Find("player-link").ClickAsync();
        await Assertions.Expect(visitor.Find("player-link-words")).ToHaveTextAsync("Link copied");
        var link = await visitor.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()");
        Assert.EndsWith($"/sessions/{session.Id}?t=75", link, StringComparison.Ordinal);

        await visitor.Page.GotoAsync("about:blank");
        await visitor.Page.GotoAsync(link);
        await IsReadyAsync(visitor);
        await Assertions.Expect(visitor.Find("player-time")).ToHaveTextAsync("1:15");
        visitor.ConsoleIsClean();
    }

    [Fact]
    public async Task Link_WhereTheClipboardIsRefused_StandsInTheAddressBar()
    {
        var (visitor, session, _) = await ARecordedSessionAsync();
        await using var _1 = visitor;
        await visitor.Page.EvaluateAsync("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }");
        await SetAsync(visitor, 75);

        await visitor.Find("player-link").ClickAsync();
        await Assertions.Expect(visitor.Find("player-link-words")).ToHaveTextAsync("The link is in the address bar");

        Assert.EndsWith($"/sessions/{session.Id}?t=75", visitor.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Player_InEverySize_AndLight_HasNoAxeFindings()
    {
        var (visitor, _, _) = await ARecordedSessionAsync();
        await using var _1 = visitor;
        foreach (var (width, scheme) in new[] { (360, ColorScheme.Light), (768, ColorScheme.Dark), (1440, ColorScheme.Light) })
        {
            await visitor.LooksAsync(width, scheme, height: 900);
            await visitor.Page.ReloadAsync();
            await IsReadyAsync(visitor);
            await visitor.Page.Locator(".files summary").ClickAsync();
            await visitor.AxeFindsNothingAsync();
            Assert.True(await visitor.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), $"Too wide at {width}");
            if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
                await visitor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"player-{width}-{scheme}.png"), FullPage = true });
        }
    }

    /// <summary>Two strips at the edge would lie on each other.</summary>
    [Fact]
    public async Task Players_OfTwoRecordings_OnlyTheOneMovedToLastGoesAlong()
    {
        var (visitor, _, _) = await ARecordedSessionAsync(recordings: 2);
        await using var _1 = visitor;
        await visitor.Page.SetViewportSizeAsync(360, 400);
        var players = visitor.Page.Locator("[data-player]");
        await Assertions.Expect(players).ToHaveCountAsync(2);
        await visitor.Find("insights").EvaluateAsync("e => e.scrollIntoView({ block: 'end', behavior: 'instant' })");

        await SetAsync(players.Nth(0), 10);
        await Assertions.Expect(players.Nth(0)).ToHaveAttributeAsync("data-docked", "");
        await SetAsync(players.Nth(1), 10);
        await Assertions.Expect(players.Nth(1)).ToHaveAttributeAsync("data-docked", "");

        await Assertions.Expect(players.Nth(0)).Not.ToHaveAttributeAsync("data-docked", "");
        await SetAsync(players.Nth(0), 20);
        await Assertions.Expect(players.Nth(1)).Not.ToHaveAttributeAsync("data-docked", "");
        await Assertions.Expect(players.Nth(0)).ToHaveAttributeAsync("data-docked", "");
        visitor.ConsoleIsClean();
    }

    [Fact]
    public async Task Delete_AndUndo_TakeThePlayerAwayAndBack()
    {
        var (visitor, _, _) = await ARecordedSessionAsync();
        await using var _1 = visitor;
        await visitor.Page.Locator(".files summary").ClickAsync();

        await visitor.Find("recording-delete").ClickAsync();
        await Assertions.Expect(visitor.Find("recording-deleted")).ToBeVisibleAsync();
        await Assertions.Expect(visitor.Find("player")).ToHaveCountAsync(0);
        await visitor.Find("recording-restore").ClickAsync();

        await Assertions.Expect(visitor.Find("player-duration")).ToHaveTextAsync("2:00");
        await visitor.Find("player-play").ClickAsync();
        await Assertions.Expect(visitor.Find("player-time")).Not.ToHaveTextAsync("0:00");
    }

    private static async Task<double> PositionAsync(Visitor visitor) => await visitor.Page.EvaluateAsync<double>("() => document.querySelector('audio').currentTime");

    private static Task SetAsync(Visitor visitor, double seconds) => SetAsync(visitor.Page.Locator("[data-player]"), seconds);

    private static Task SetAsync(ILocator player, double seconds) => player.GetByTestId("player-seek").EvaluateAsync(
        "(e, v) => { e.value = v; e.dispatchEvent(new Event('input')); }", seconds);

    /// <summary>
    /// The coach on the page of a session whose two minutes were recorded, with a pause from 0:40 to 1:00 and silence from
    /// 1:20 to 1:30; or of one that was held, and recorded so, several times.
    /// </summary>
    private async Task<(Visitor Coach, CoachingSession Session, Recording Recording)> ARecordedSessionAsync(int recordings = 1)
    {
        var (portal, database) = await stage.ThePortalAsync();
        var coach = await database.APersonAsync("Carla Coach", Role.Coach);
        var founder = await database.APersonAsync("Fiona Founder", Role.Founder, Tier.Studio);
        var session = await database.ASessionAsync(coach, founder);
        Recording recording = null!;
        for (var number = 0; number < recordings; number++)
            recording = await ARecordingAsync(portal, database, session, coach, founder, DateTimeOffset.UtcNow.AddMinutes(10 * (number - recordings)));
        var visitor = await Visitor.SignInAsync(stage, portal, coach);
        await visitor.GoToAsync(string.Create(CultureInfo.InvariantCulture, $"/sessions/{session.Id}"));
        await IsReadyAsync(visitor);
        return (visitor, session, recording);
    }

    private static async Task<Recording> ARecordingAsync(PortalProcess portal, Stage.Database database, CoachingSession session, Person coach, Person founder, DateTimeOffset start)
    {
        var call = new Call { SessionId = session.Id, StartedAt = start, EndedAt = start.AddSeconds(120) };
        var recording = new Recording
        {
            SessionId = session.Id, CallId = call.Id, RequestedById = founder.Id, Status = RecordingStatus.Processing, StartedAt = start, EndedAt = start.AddSeconds(120), SampleRate = 8000,
        };
        var store = new DiskObjectStore(Path.Combine(portal.DataFolder, "objects"));
        await using (var db = database.Open())
        {
            db.AddRange(call, recording);
            await db.SaveChangesAsync();
            foreach (var (number, from, to) in new[] { (1, 0, 40), (2, 60, 120) })
            {
                var segment = new RecordingSegment
                {
                    RecordingId = recording.Id, Number = number, StartedAt = start.AddSeconds(from), EndedAt = start.AddSeconds(to),
                    EndedBy = number == 1 ? SegmentEnd.Paused : SegmentEnd.CallEnded, EndedById = number == 1 ? coach.Id : null,
                };
                var participation = new Participation
                {
                    CallId = call.Id, SessionId = session.Id, PersonId = founder.Id, Role = Role.Founder, TabId = "t", CreatedAt = start, JoinedAt = start,
                    LastSeenAt = start, EndedAt = start.AddSeconds(120), EndReason = EndReason.Left,
                };
                var track = new RecordingTrack
                {
                    RecordingId = recording.Id, SegmentId = segment.Id, ParticipationId = participation.Id, PersonId = founder.Id, Role = Role.Founder,
                    StartedAt = segment.StartedAt, SampleRate = 8000,
                };
                var key = RecordingKeys.Chunk(recording, track.Id, 0);
                await store.PutAsync(key, new MemoryStream(Speech(from, to)));
                db.AddRange(segment, participation, track);
                await db.SaveChangesAsync();
                db.Add(new RecordingChunk { TrackId = track.Id, Number = 0, Position = 0, Samples = (to - from) * 8000, Key = key, ReceivedAt = start });
                await db.SaveChangesAsync();
            }
        }
        await new AssembleRecording(new Factory(database), store, TimeProvider.System, Options.Create(new RecordingOptions { LateChunks = TimeSpan.Zero }), new CollectEgress(store, new EgressTimes(), TimeProvider.System), NullLogger<AssembleRecording>.Instance)
            .RunAsync(session.Id, call.Id, CancellationToken.None);
        return recording;
    }

    private static async Task IsReadyAsync(Visitor visitor)
    {
        await Assertions.Expect(visitor.Find("player-play").Last).ToBeEnabledAsync();
        await visitor.Page.WaitForFunctionAsync("() => [...document.querySelectorAll('audio')].every(a => a.readyState >= 1)");
    }

    /// <summary>Something whose outline looks like talking.</summary>
    private static byte[] Speech(int from, int to) => MemoryMarshal.AsBytes<short>(
        Enumerable.Range(0, (to - from) * 8000).Select(i => from + i / 8000 is >= 80 and < 90 ? (short)0 : (short)(12000 * Math.Sin(i * 0.17) * Math.Abs(Math.Sin(i / 2900.0)) * Math.Abs(Math.Sin(i / 31000.0)))).ToArray()).ToArray();

    private sealed class Factory(Stage.Database database) : IDbContextFactory<PortalDb>
    {
        public PortalDb CreateDbContext() => database.Open();
    }
}
