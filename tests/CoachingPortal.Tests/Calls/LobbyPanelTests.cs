using Bunit;
using CoachingPortal.Calls;
using CoachingPortal.Domain;
using CoachingPortal.Privacy;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.Tests.Calls;

public sealed class LobbyPanelTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);

    public LobbyPanelTests()
    {
        ComponentFactories.AddStub<LobbyPeople>();
        ComponentFactories.AddStub<LocalTime>();
    }

    internal static LobbyView AView(
        Role me = Role.Founder, string? locked = null, bool requested = false, bool running = false, ConsentAnswer? mine = null, ConsentAnswer? theirs = null, bool cancelled = false, params LobbyPromise[] promises)
    {
        var founder = new LobbyPerson(Guid.NewGuid(), "Fiona Founder", Role.Founder, false, me == Role.Founder ? mine : theirs);
        var coach = new LobbyPerson(Guid.NewGuid(), "Carla Coach", Role.Coach, false, me == Role.Coach ? mine : theirs);
        return new(Guid.NewGuid(), "Pricing", Start, Start.AddHours(1), cancelled, me == Role.Founder ? founder : coach, me == Role.Founder ? coach : founder, requested, running, locked, promises);
    }

    private IRenderedComponent<LobbyPanel> Lobby(LobbyView view) => Render<LobbyPanel>(p => p.Add(l => l.View, view));

    [Fact]
    public void Recording_StudioFounder_HasTheToggleAndNoLock()
    {
        var lobby = Lobby(AView());
        Assert.Single(lobby.FindAll("[data-testid=recording-toggle]"));
        Assert.Empty(lobby.FindAll("[data-testid=recording-locked]"));
    }

    [Fact]
    public void Recording_SomebodyElse_SeesTheReasonInsteadOfTheToggle()
    {
        var lobby = Lobby(AView(locked: "Recording comes with Studio. Your plan is Pro."));
        Assert.Contains("Recording comes with Studio. Your plan is Pro.", lobby.Find("[data-testid=recording-locked]").TextContent, StringComparison.Ordinal);
        Assert.Empty(lobby.FindAll("[data-testid=recording-toggle]"));
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, false)]
    public void RecordingQuestion_IsPut_WhenARecordingIsAskedForOrRuns(bool requested, bool running, bool hidden)
    {
        var lobby = Lobby(AView(Role.Coach, "no", requested, running));
        Assert.Equal(hidden, lobby.Find("#ask-recording").HasAttribute("hidden"));
        Assert.Contains(ConsentWording.Recording.Text, lobby.Find("#ask-recording").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Consents_AreNeverTickedForSomebodyWhoHasNotAnswered()
    {
        var lobby = Lobby(AView(requested: true));
        Assert.False(lobby.Find("[data-testid=consent-recording]").HasAttribute("checked"));
        Assert.False(lobby.Find("[data-testid=consent-transcript]").HasAttribute("checked"));
        Assert.Contains(ConsentWording.Transcript.Text, lobby.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void TranscriptQuestion_WhereAServiceWritesRecordingsDown_NamesIt()
    {
        var view = AView() with { Transcript = ConsentWording.TranscriptBy("api.example.com") };
        Assert.Contains("your recording to api.example.com", Lobby(view).Find("#transcript-title").ParentElement!.TextContent, StringComparison.Ordinal);
        ComponentFactories.AddStub<CallFred>();
        Assert.Contains("your recording to api.example.com", Render<CallStage>(p => p.Add(s => s.View, view)).Find("#transcript-wording").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Promises_FromEarlier_SayWhoAndUntilWhen()
    {
        var lobby = Lobby(AView(promises: [new(Guid.NewGuid(), "Call three customers", Role.Founder, new DateOnly(2026, 11, 23), "Kick-off"), new(Guid.NewGuid(), "Send the template", Role.Coach, null, "Kick-off")]));
        var lines = lobby.FindAll("[data-testid=lobby-promises] li").Select(l => l.TextContent).ToList();
        Assert.Contains("You, due 23 Nov · Kick-off", lines[0], StringComparison.Ordinal);
        Assert.Contains("Carla Coach · Kick-off", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Promises_ThatAreUnverifiedOrNotAllShown_SaySo()
    {
        var promise = new LobbyPromise(Guid.NewGuid(), "Buy a boat", Role.Coach, null, "Kick-off");
        var lobby = Lobby(AView(promises: [promise, promise with { IsUnverified = true }]) with { HasMorePromises = true });
        var lines = lobby.FindAll("[data-testid=lobby-promises] li").Select(l => l.TextContent.Contains("unverified", StringComparison.Ordinal));
        Assert.Equal([false, true], lines);
        Assert.Equal("/", lobby.Find("[data-testid=lobby-promises-more] a").GetAttribute("href"));
        Assert.Empty(Lobby(AView(promises: [promise])).FindAll("[data-testid=lobby-promises-more]"));
    }

    [Fact]
    public void RecordingSentence_SomebodyDeclined_SaysWhoAndThatNothingIsRecorded()
    {
        Assert.Contains("Carla Coach did not agree", AView(requested: true, theirs: ConsentAnswer.Declined).RecordingSentence, StringComparison.Ordinal);
        Assert.Contains("you did not agree", AView(requested: true, mine: ConsentAnswer.Withdrawn).RecordingSentence, StringComparison.Ordinal);
        Assert.Equal("Nobody has asked for a recording.", AView().RecordingSentence);
    }
}
