using Bunit;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Recordings;
using CoachingPortal.Shell;
using CoachingPortal.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;
using NSubstitute;

namespace CoachingPortal.Tests.Recordings;

public sealed class RecordingItemTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 0, 0, TimeSpan.Zero);
    private readonly Caller coach = new(Guid.NewGuid(), Role.Coach, "Carla");
    private readonly Caller founder = new(Guid.NewGuid(), Role.Founder, "Fiona");

    public RecordingItemTests()
    {
        Services.AddSingleton(new RecordingLibrary(Substitute.For<IDbContextFactory<PortalDb>>(), Substitute.For<IObjectStore>(), TimeProvider.System));
        Services.AddScoped<Toasts>();
        ComponentFactories.AddStub<LocalTime>();
    }

    [Fact]
    public async Task Complete_BeforeItsScriptHears_TakesNoPress_AndAMomentAskedForIsNotLost()
    {
        var script = new LateScript();
        Services.AddSingleton<IJSRuntime>(script);
        var ready = false;
        var item = Shown(ARecording(RecordingStatus.Complete), coach, () => ready = true);

        var asked = item.InvokeAsync(() => item.Instance.SeekToAsync(Start.AddMinutes(1)));
        Assert.NotNull(item.Find("[data-testid=player-play]").Closest("fieldset[disabled]"));
        Assert.False(asked.IsCompleted || ready);

        script.Arrived.SetResult();
        Assert.True(await asked);
        item.WaitForAssertion(() => Assert.Null(item.Find("[data-testid=player-play]").Closest("fieldset[disabled]")));
        Assert.True(ready);
        Assert.Equal(["import", "attach", "seek"], script.Calls);
    }

    [Fact]
    public void Complete_ShowsThePlayerItsLengthAndTheFiles()
    {
        var module = JSInterop.SetupModule("./js/player.js");
        module.SetupModule("attach", _ => true);
        var recording = ARecording(RecordingStatus.Complete);

        var item = Shown(recording, coach);

        Assert.Equal($"/api/recordings/{recording.Id}/files/mixed.wav", item.Find("audio").GetAttribute("src"));
        Assert.Equal("10:05", item.Find("[data-testid=player-duration]").TextContent);
        Assert.Equal("605", item.Find("[data-testid=player-seek]").GetAttribute("max"));
        Assert.Contains("12.3 MB", item.Find("[data-testid='recording-file-mixed.wav']").ParentElement!.TextContent, StringComparison.Ordinal);
        Assert.Empty(item.FindAll("[data-testid='recording-file-peaks.json']"));
        Assert.Contains("4:00 to 5:00, paused by Carla", item.Find("[data-testid=recording-gaps]").TextContent, StringComparison.Ordinal);
        Assert.NotNull(item.Find("[data-testid=recording-delete]"));
        module.VerifyInvoke("attach");
    }

    [Fact]
    public void Complete_InParts_ShowsOneTimelineOverTheFiles()
    {
        var module = JSInterop.SetupModule("./js/player.js");
        module.SetupModule("attach", _ => true);
        var recording = ARecording(RecordingStatus.Complete, Recorder.Egress);

        var item = Shown(recording, coach);

        Assert.Equal($"/api/recordings/{recording.Id}/files/part-1.mp4", item.Find("audio").GetAttribute("src"));
        Assert.Equal("3:59 to 5:02, paused by Carla", item.Find("[data-testid=recording-gaps]").TextContent.Split(':', 2)[1].Trim().Split(". ")[0]);
        Assert.Equal(["part-1.mp4", "part-2.mp4", "session_info.json"], item.FindAll(".files a").Select(a => a.TextContent.Trim()));
        var options = System.Text.Json.JsonSerializer.SerializeToElement(module.VerifyInvoke("attach").Arguments[1]);
        Assert.Equal([(0, 239), (302, 303)], options.GetProperty("parts").EnumerateArray().Select(p => (p.GetProperty("from").GetDouble(), p.GetProperty("length").GetDouble())));
        Assert.Equal(302, options.GetProperty("gaps")[0].GetProperty("to").GetDouble());
    }

    [Fact]
    public void Scene_WithVoicesAndMarks_IsDrawnNamedAndTellsThePlayerWhatChanges()
    {
        var module = JSInterop.SetupModule("./js/player.js");
        var player = module.SetupModule("attach", _ => true);
        player.SetupVoid("show", _ => true).SetVoidResult();
        var scene = new PlayerScene(
            [
                new(Start.AddSeconds(-5), Start.AddSeconds(4), Role.Coach, "Carla"), new(Start.AddSeconds(4.5), Start.AddSeconds(9), Role.Coach, "Carla"),
                new(Start.AddSeconds(10), Start.AddSeconds(20), Role.Founder, "Fiona"), new(Start.AddSeconds(600), Start.AddSeconds(700), null, "An agent"), new(Start.AddHours(2), Start.AddHours(3), Role.Founder, "Later"),
            ],
            [new(Start.AddSeconds(12), MarkKind.Decision, "Raise prices"), new(Start.AddSeconds(65), MarkKind.Fred, "And now?"), new(Start.AddHours(2), MarkKind.Action, "In another call")]);

        var item = Shown(ARecording(RecordingStatus.Complete), coach, scene: scene);

        Assert.Equal(["Carla, above", "Fiona, below", "An agent, both sides"], item.FindAll("[data-testid=player-legend] li").Select(l => l.TextContent.Trim()));
        Assert.Equal("2 marks", item.Find("[data-testid=player-marks] summary").TextContent);
        Assert.Equal([("12", "0:12Decision Raise prices"), ("65", "1:05FRED And now?")], item.FindAll("[data-testid=player-marks] button").Select(b => (b.GetAttribute("data-seconds")!, b.TextContent)));
        var drawn = System.Text.Json.JsonSerializer.SerializeToElement(module.VerifyInvoke("attach").Arguments[1]).GetProperty("scene");
        Assert.Equal([0, 9, 0, 10, 20, 1, 600, 605, 2], drawn.GetProperty("voices").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(["decision 12 0:12 Decision: Raise prices", "fred 65 1:05 FRED: And now?"], drawn.GetProperty("marks").EnumerateArray().Select(m => $"{m.GetProperty("kind").GetString()} {m.GetProperty("at").GetDouble()} {m.GetProperty("text").GetString()}"));

        item.Render(p => p.Add(i => i.Scene, scene));
        player.VerifyNotInvoke("show");
        item.Render(p => p.Add(i => i.Scene, scene with { Marks = [] }));
        player.VerifyInvoke("show");
        Assert.Empty(item.FindAll("[data-testid=player-marks]"));
    }

    [Fact]
    public void Complete_ForTheFounder_HasNoDeleteButton()
    {
        JSInterop.SetupModule("./js/player.js").SetupModule("attach", _ => true);

        Assert.Empty(Shown(ARecording(RecordingStatus.Complete), founder).FindAll("[data-testid=recording-delete]"));
    }

    [Theory]
    [InlineData(RecordingStatus.Active, "recording-idle")]
    [InlineData(RecordingStatus.Paused, "recording-idle")]
    [InlineData(RecordingStatus.Processing, "recording-processing")]
    [InlineData(RecordingStatus.Failed, "recording-failed")]
    public void NotComplete_SaysHowItStands(RecordingStatus status, string expected)
    {
        var item = Shown(ARecording(status), founder);

        Assert.NotNull(item.Find($"[data-testid={expected}]"));
        Assert.Empty(item.FindAll("audio"));
    }

    [Fact]
    public void Paused_ByAFault_SaysWhyAndHowToStartAgain()
    {
        var recording = ARecording(RecordingStatus.Paused, Recorder.Egress);
        recording.Segments[1].EndedBy = SegmentEnd.Failed;

        var item = Shown(recording, founder, fault: "LiveKit had no recorder free.");

        var words = item.Find("[data-testid=recording-stopped]").TextContent;
        Assert.Contains("LiveKit had no recorder free.", words, StringComparison.Ordinal);
        Assert.Contains("\"Start the recording again\" at the top of the call", words, StringComparison.Ordinal);
        Assert.Equal($"/sessions/{recording.SessionId}/call", item.Find("[data-testid=recording-to-call]").GetAttribute("href"));
        var admin = Shown(recording, new(Guid.NewGuid(), Role.Admin, "Ada"));
        Assert.Contains("The recorder stopped.", admin.Find("[data-testid=recording-stopped]").TextContent, StringComparison.Ordinal);
        Assert.Empty(admin.FindAll("[data-testid=recording-to-call]"));
    }

    [Fact]
    public void Active_WithAnOpenSpan_SaysThatItRuns()
    {
        var recording = ARecording(RecordingStatus.Active);
        recording.Segments[1].EndedAt = null;

        Assert.NotNull(Shown(recording, founder).Find("[data-testid=recording-active]"));
    }

    [Fact]
    public void Failed_SaysWhy() =>
        Assert.Contains("No sound arrived", Shown(ARecording(RecordingStatus.Failed), founder).Find("[data-testid=recording-failed]").TextContent, StringComparison.Ordinal);

    [Fact]
    public void Failed_MadeByEgress_LetsTheCoachLookAgain()
    {
        var recording = ARecording(RecordingStatus.Failed, Recorder.Egress);

        Assert.Equal("Look again", Shown(recording, coach).Find("[data-testid=recording-look-again]").TextContent);
        Assert.Empty(Shown(recording, founder).FindAll("[data-testid=recording-look-again]"));
        Assert.Empty(Shown(ARecording(RecordingStatus.Failed), coach).FindAll("[data-testid=recording-look-again]"));
    }

    [Fact]
    public void Complete_WithAPartMissing_SaysSoAndLetsTheCoachLookAgain()
    {
        JSInterop.SetupModule("./js/player.js").SetupModule("attach", _ => true);
        var recording = ARecording(RecordingStatus.Complete, Recorder.Egress);
        Assert.Empty(Shown(recording, coach).FindAll("[data-testid=recording-missing], [data-testid=recording-look-again]"));
        recording.Missing = "A part of the call (4:10) is missing: LiveKit had no recorder free.";

        Assert.Equal(recording.Missing, Shown(recording, founder).Find("[data-testid=recording-missing]").TextContent);
        Assert.NotNull(Shown(recording, coach).Find("[data-testid=recording-look-again]"));
        Assert.Empty(Shown(recording, founder).FindAll("[data-testid=recording-look-again]"));
    }

    [Fact]
    public void Deleted_OffersTheWayBack()
    {
        var recording = ARecording(RecordingStatus.Complete);
        recording.DeletedAt = Start.AddHours(1);

        var item = Shown(recording, coach);

        Assert.NotNull(item.Find("[data-testid=recording-restore]"));
        Assert.Empty(item.FindAll("audio"));
    }

    [Theory]
    [InlineData(0, "0:00")]
    [InlineData(59_999, "0:59")]
    [InlineData(3_753_000, "1:02:33")]
    public void Clock_IsReadable(long ms, string expected) => Assert.Equal(expected, RecordingItem.Clock(ms));

    private IRenderedComponent<RecordingItem> Shown(Recording recording, Caller caller, Action? onReady = null, string? fault = null, PlayerScene? scene = null)
    {
        SetRendererInfo(new("Server", isInteractive: true));
        return Render<RecordingItem>(p => p
            .Add(i => i.OnReady, () => onReady?.Invoke())
            .Add(i => i.Recording, recording)
            .Add(i => i.Caller, caller)
            .Add(i => i.Fault, fault)
            .Add(i => i.Scene, scene ?? PlayerScene.Empty)
            .Add(i => i.Session, new CoachingSession
            {
                Id = recording.SessionId, Title = "Pricing", CoachId = coach.Id, FounderId = founder.Id, StartsAt = Start, EndsAt = Start.AddHours(1), RoomName = "r", CreatedAt = Start,
                Coach = new() { Id = coach.Id, Name = coach.Name, Role = Role.Coach }, Founder = new() { Id = founder.Id, Name = founder.Name, Role = Role.Founder },
            }));
    }

    private Recording ARecording(RecordingStatus status, Recorder recorder = Recorder.Portal)
    {
        var recording = new Recording
        {
            SessionId = Guid.NewGuid(), CallId = Guid.NewGuid(), RequestedById = founder.Id, Status = status, Recorder = recorder, StartedAt = Start, EndedAt = Start.AddSeconds(605),
            SampleRate = 16000, DurationMs = 605_000, FailureReason = status == RecordingStatus.Failed ? "No sound arrived from either microphone." : null,
        };
        recording.Segments.Add(new() { RecordingId = recording.Id, Number = 1, StartedAt = Start, EndedAt = Start.AddMinutes(4), EndedBy = SegmentEnd.Paused, EndedById = coach.Id });
        recording.Segments.Add(new() { RecordingId = recording.Id, Number = 2, StartedAt = Start.AddMinutes(5), EndedAt = Start.AddSeconds(605), EndedBy = SegmentEnd.CallEnded });
        if (recorder == Recorder.Egress)
        {
            foreach (var (segment, from, seconds) in new[] { (recording.Segments[1], 302, 303), (recording.Segments[0], 0, 239) })
                recording.Files.Add(new()
                {
                    RecordingId = recording.Id, Name = RecordingKeys.Part(segment.Number), Key = "k", ContentType = "audio/mp4", Size = 1, CreatedAt = Start, SegmentId = segment.Id,
                    StartedAt = Start.AddSeconds(from), DurationMs = seconds * 1000,
                });
            recording.Files.Add(new() { RecordingId = recording.Id, Name = RecordingKeys.Info, Key = "i", ContentType = "application/json", Size = 1, CreatedAt = Start });
            return recording;
        }
        foreach (var name in new[] { RecordingKeys.Incoming, RecordingKeys.Outgoing, RecordingKeys.Mixed, RecordingKeys.Info, RecordingKeys.Peaks })
            recording.Files.Add(new() { RecordingId = recording.Id, Name = name, Key = name, ContentType = "x", Size = 12_345_678, CreatedAt = Start });
        return recording;
    }

    /// <summary>The page's script side, with a module that takes its time to come.</summary>
    private sealed class LateScript : IJSRuntime, IJSObjectReference
    {
        public TaskCompletionSource Arrived { get; } = new();

        public List<string> Calls { get; } = [];

        public async ValueTask<TValue> InvokeAsync<TValue>(string identifier, object?[]? args)
        {
            Calls.Add(identifier);
            await Arrived.Task;
            return typeof(TValue) == typeof(IJSObjectReference) ? (TValue)(object)this : default!;
        }

        public ValueTask<TValue> InvokeAsync<TValue>(string identifier, CancellationToken cancellationToken, object?[]? args) => InvokeAsync<TValue>(identifier, args);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
