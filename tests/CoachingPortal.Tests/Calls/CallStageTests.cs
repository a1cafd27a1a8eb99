using Bunit;
using CoachingPortal.Calls;
using CoachingPortal.Privacy;

namespace CoachingPortal.Tests.Calls;

public sealed class CallStageTests : BunitContext
{
    public static readonly TheoryData<string> Pressed =
    [
        "mute", "camera", "share", "captions-toggle", "fred-toggle", "devices", "shortcuts", "leave", "recording-pause", "recording-resume", "recording-again", "withdraw-recording", "question-agree", "question-decline", "back-here",
    ];

    private IRenderedComponent<CallStage> Stage()
    {
        ComponentFactories.AddStub<CallFred>();
        return Render<CallStage>(p => p.Add(s => s.View, LobbyPanelTests.AView()));
    }

    [Theory]
    [MemberData(nameof(Pressed))]
    public void Stage_WhateverIsPressed_IsAButtonThatBlazorDoesNotHandle(string testId)
    {
        // JavaScript owns it: it has to work while the circuit is away.
        var button = Stage().Find($"[data-testid={testId}]");
        Assert.Equal("BUTTON", button.TagName);
        Assert.Equal("button", button.GetAttribute("type"));
        Assert.DoesNotContain(button.Attributes, a => a.Name.StartsWith("blazor:on", StringComparison.Ordinal));
        Assert.NotEqual("", button.TextContent.Trim() + button.GetAttribute("aria-label"));
    }

    [Fact]
    public void Stage_BeforeTheServerSaysSo_ShowsNoRecording()
    {
        var stage = Stage();
        Assert.True(stage.Find("[data-testid=recording-indicator]").HasAttribute("hidden"));
        Assert.True(stage.Find("[data-testid=question-recording]").HasAttribute("hidden"));
        Assert.Contains(ConsentWording.Recording.Text, stage.Find("[data-testid=question-recording]").TextContent, StringComparison.Ordinal);
    }

}
