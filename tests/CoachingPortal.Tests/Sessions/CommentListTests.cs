using AngleSharp.Dom;
using Bunit;
using CoachingPortal.Accounts;
using CoachingPortal.Data;
using CoachingPortal.Domain;
using CoachingPortal.Sessions;
using CoachingPortal.Shell;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace CoachingPortal.Tests.Sessions;

public sealed class CommentListTests : BunitContext
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 14, 0, 0, TimeSpan.Zero);
    private readonly Caller founder = new(Guid.NewGuid(), Role.Founder, "Fiona");
    private readonly PersonLine coach = new(Guid.NewGuid(), "Carla");
    private readonly SessionHead head;
    private DateTimeOffset? played;

    public CommentListTests()
    {
        head = new(Guid.NewGuid(), "Pricing", Role.Founder, new(founder.Id, "Fiona"), coach, Start, Start.AddHours(1), "scheduled", [], null, null, null, "0", null, false);
        Services.AddSingleton(new SessionComments(Substitute.For<IDbContextFactory<PortalDb>>(), TimeProvider.System));
        ComponentFactories.AddStub<LocalTime>();
        JSInterop.SetupModule("./js/session/draft.js").SetupModule("attach", _ => true);
    }

    [Fact]
    public void Comments_OfBoth_StandByMomentWithTheirAnswers_AndOnlyOnesOwnCanBeChanged()
    {
        JSInterop.SetupModule("./js/session/moment.js").SetupModule("follow", _ => true);
        var (theirs, mine) = (Line(coach.Id, 65, "Here you hesitate"), Line(founder.Id, 90, "And here not"));

        var list = Shown([theirs, Line(founder.Id, 65, "I do", theirs.Id), mine, Line(coach.Id, 100, "", deleted: true)]);

        Assert.Equal(["Here you hesitate|I do", "And here not", ""], list.FindAll(".threads > li").Select(t => string.Join('|', t.QuerySelectorAll(".text").Select(x => x.TextContent))));
        Assert.Contains("1:05", list.Find("[data-testid=comment-1] .about").TextContent, StringComparison.Ordinal);
        Assert.Contains("Carla", list.Find("[data-testid=comment-1] .about").TextContent, StringComparison.Ordinal);
        Assert.Empty(list.FindAll("[data-testid=comment-1] > .comment [data-testid=comment-edit]"));
        Assert.Single(list.FindAll("[data-testid=comment-reply] [data-testid=comment-delete]"));
        Assert.Empty(list.FindAll("[data-testid=comment-reply] [data-testid=comment-answer]"));
        Assert.Contains("was deleted", list.Find("[data-testid=comment-3]").TextContent, StringComparison.Ordinal);
        Assert.Equal(Ms(65), list.Find("[data-moments] > [data-moment]").GetAttribute("data-moment"));

        list.Find("[data-testid=comment-1] [data-testid=comment-play]").Click();
        Assert.Equal(Start.AddSeconds(65), played);
        Assert.Empty(list.FindAll("[data-testid=comment-2] [data-testid=comment-play]")); // was not recorded
    }

    [Fact]
    public void Add_AtTheMomentThatIsHeard_OrTheFirst_WritesThere()
    {
        var moments = JSInterop.SetupModule("./js/session/moment.js");
        moments.SetupModule("follow", _ => true);
        var last = moments.Setup<double?>("last");
        last.SetResult(Start.AddSeconds(42).ToUnixTimeMilliseconds());
        var list = Shown([]);

        list.Find("[data-testid=comment-add]").Click();
        Assert.Contains("At 0:42", list.Find(".new").TextContent, StringComparison.Ordinal);
        Assert.EndsWith($"?at={Ms(42)}", Url(list), StringComparison.Ordinal);

        last.SetResult(null);
        var other = Shown([]);
        other.Find("[data-testid=comment-add]").Click();
        Assert.EndsWith($"?at={Ms(0)}", Url(other), StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_ToAComment_WritesBelowIt()
    {
        JSInterop.SetupModule("./js/session/moment.js").SetupModule("follow", _ => true);
        var theirs = Line(coach.Id, 65, "Here you hesitate");
        var list = Shown([theirs]);

        list.Find("[data-testid=comment-answer]").Click();
        list.Find("[data-testid=comment-answer]").Click();

        Assert.Single(list.FindAll(".replies [data-testid=comment-text]"));
        Assert.EndsWith($"&replyTo={theirs.Id}", Url(list), StringComparison.Ordinal);
    }

    [Fact]
    public void Waiting_DraftsOfThisTab_OpenWhereTheyWere()
    {
        JSInterop.SetupModule("./js/session/moment.js").SetupModule("follow", _ => true);
        var (theirs, mine) = (Line(coach.Id, 65, "Here you hesitate"), Line(founder.Id, 90, "And here not"));
        CommentDraft[] drafts = [new(Guid.NewGuid(), Start.AddSeconds(7), null), new(Guid.NewGuid(), theirs.At, theirs.Id), new(mine.Id, mine.At, null), new(theirs.Id, theirs.At, null)];

        var list = Shown([theirs, mine], drafts.Select(d => d.Key).Append("comment:nonsense").Append("note:1").ToHashSet());

        Assert.Single(list.FindAll(".new [data-testid=comment-text]"));
        Assert.Contains("At 0:07", list.Find(".new").TextContent, StringComparison.Ordinal);
        Assert.Single(list.FindAll("[data-testid=comment-1] .replies [data-testid=comment-text]"));
        Assert.Equal("And here not", list.Find("[data-testid=comment-2] [data-testid=comment-text]").GetAttribute("value"));
        Assert.Equal(3, list.FindAll("[data-testid=comment-text]").Count); // somebody else's is not mine to change
    }

    [Fact]
    public void Waiting_ADraftBegunBeforeTheTabAnswered_IsNotOpenedTwice()
    {
        var moments = JSInterop.SetupModule("./js/session/moment.js");
        moments.SetupModule("follow", _ => true);
        moments.Setup<double?>("last").SetResult(null);
        var list = Shown([]);
        list.Find("[data-testid=comment-add]").Click();
        var key = list.FindComponent<DraftEditor>().Instance.StorageKey[DraftKeys.Prefix(founder, head.Id).Length..];

        list.Render(p => p.Add(c => c.Waiting, new HashSet<string> { key }));

        Assert.Single(list.FindAll("[data-testid=comment-text]"));
    }

    private static string Url(IRenderedComponent<CommentList> list) => list.FindComponents<DraftEditor>()[^1].Instance.Url;

    private static string Ms(int second) => Start.AddSeconds(second).ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static CommentLine Line(Guid author, int second, string text, Guid? replyTo = null, bool deleted = false) =>
        new(Guid.NewGuid(), author, replyTo, Start.AddSeconds(second), text, Start.AddHours(2), null, deleted, 1);

    private IRenderedComponent<CommentList> Shown(IReadOnlyList<CommentLine> comments, IReadOnlySet<string>? waiting = null) => Render<CommentList>(p => p
        .Add(c => c.Head, head).Add(c => c.Caller, founder).Add(c => c.Comments, comments).Add(c => c.StartOf, _ => Start).Add(c => c.FirstMoment, Start)
        .Add(c => c.CanPlay, at => at < Start.AddSeconds(80)).Add(c => c.OnPlay, at => played = at).Add(c => c.Waiting, waiting ?? new HashSet<string>()));
}
