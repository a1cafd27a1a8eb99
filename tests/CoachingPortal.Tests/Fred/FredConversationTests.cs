using System.Security.Claims;
using Bunit;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace CoachingPortal.Tests.Fred;

public sealed class FredConversationTests : BunitContext
{
    private static readonly Guid Session = Ids.New();
    private static readonly Guid Me = Ids.New();

    public FredConversationTests()
    {
        Services.AddSingleton<AuthenticationStateProvider>(new Nobody());
        Services.AddScoped<ViewerTimeZone>();
    }

    [Fact]
    public void Header_Founder_SaysThatTheCoachWillRead()
    {
        var cut = Render<FredConversation>(p => p.Add(c => c.SessionId, Session));

        Assert.Equal("Your coach can read this conversation after the call.", cut.Find("[data-testid=fred-readers]").TextContent.Trim());
    }

    [Fact]
    public void Header_Coach_SaysThatNobodyElseWill()
    {
        var cut = Render<FredConversation>(p => p.Add(c => c.SessionId, Session).Add(c => c.IsCoach, true));

        Assert.Equal("Only you can read this; it goes to your private notes.", cut.Find("[data-testid=fred-readers]").TextContent.Trim());
    }

    [Fact]
    public void Header_Offline_SaysSoAndOnlineDoesNot()
    {
        Assert.Equal("offline guide", Render<FredConversation>(p => p.Add(c => c.SessionId, Session).Add(c => c.IsOffline, true)).Find("[data-testid=fred-offline]").TextContent.Trim());
        Assert.Empty(Render<FredConversation>(p => p.Add(c => c.SessionId, Session)).FindAll("[data-testid=fred-offline]"));
    }

    [Fact]
    public void Empty_Openers_AskWhatTheySay()
    {
        FredAsk? asked = null;
        var cut = Render<FredConversation>(p => p.Add(c => c.SessionId, Session).Add(c => c.Messages, []).Add(c => c.IsReady, true).Add(c => c.OnAsk, a => asked = a));

        cut.FindAll("[data-testid=fred-opener]")[0].Click();

        Assert.Equal("What did I promise?", asked?.Text);
    }

    [Fact]
    public void Streaming_PiecesArrive_AreShownOutsideTheLogUntilStored()
    {
        var question = Question("How?");
        var answer = new RunningAnswer(Session, Me, question.ClientId!.Value);
        var cut = Render<FredConversation>(p => p.Add(c => c.SessionId, Session).Add(c => c.Messages, [question]).Add(c => c.Running, answer));
        Assert.Contains("FRED is thinking", cut.Find("[data-testid=fred-streaming]").TextContent, StringComparison.Ordinal);

        answer.Add(new("What would ", true));
        answer.Add(new("help?", true));
        cut.Render();

        Assert.Equal("What would help?", cut.Find("[data-testid=fred-streaming] .fred-text").TextContent);
        Assert.Equal("polite", cut.Find("[role=log]").GetAttribute("aria-live"));
        Assert.Equal("ol", cut.Find("[role=log] > :not([role])").LocalName); // a list whose own role is a log's would have no items
        Assert.Null(cut.Find("[data-testid=fred-streaming]").Closest("[role=log]"));
        Assert.Empty(cut.FindAll("[data-testid=fred-again]"));

        cut.Render(p => p.Add(c => c.Messages, [question, Answer(question, "What would help?")]).Add(c => c.Running, null));

        Assert.Equal("What would help?", cut.Find("[data-testid=fred-message-fred] .fred-text").TextContent);
        Assert.Empty(cut.FindAll("[data-testid=fred-streaming]"));
    }

    [Fact]
    public void Unanswered_AskAgain_AsksTheSameQuestion()
    {
        FredAsk? asked = null;
        var question = Question("Lost?");
        var cut = Render<FredConversation>(p => p.Add(c => c.SessionId, Session).Add(c => c.Messages, [Question("Old"), question]).Add(c => c.OnAsk, a => asked = a));
        Assert.Contains("No answer came.", cut.Markup, StringComparison.Ordinal);

        cut.FindAll("[data-testid=fred-again]")[1].Click();

        Assert.Equal(new FredAsk("Lost?", question.ClientId!.Value), asked);
    }

    [Fact]
    public void Unanswered_SentByAProgram_IsNotAQuestionToFred()
    {
        var cut = Render<FredConversation>(p => p.Add(c => c.SessionId, Session).Add(c => c.Messages, [new ChatMessage { SessionId = Session, PersonId = Me, Role = ChatRole.Founder, Text = "From outside", CreatedAt = DateTimeOffset.UtcNow }]));

        Assert.Empty(cut.FindAll("[data-testid=fred-again]"));
    }

    [Fact]
    public void Text_WithMarkup_IsShownAsText()
    {
        var cut = Render<FredConversation>(p => p.Add(c => c.SessionId, Session).Add(c => c.Messages, [Question("<img src=x onerror=alert(1)>")]));

        Assert.Empty(cut.FindAll("img"));
    }

    private static ChatMessage Question(string text) =>
        new() { SessionId = Session, PersonId = Me, Role = ChatRole.Founder, Text = text, CreatedAt = DateTimeOffset.UtcNow, ClientId = Guid.NewGuid() };

    private static ChatMessage Answer(ChatMessage question, string text) =>
        new() { SessionId = Session, PersonId = Me, Role = ChatRole.Fred, Text = text, CreatedAt = DateTimeOffset.UtcNow, ReplyToId = question.Id, IsOffline = true };

    private sealed class Nobody : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity())));
    }
}
