using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Tests.Fred;

public sealed class OfflineGuideTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 14, 0, 0, TimeSpan.Zero);

    private static readonly OpenAction Customers = new("Call three customers", Role.Founder, new(2026, 11, 20), Now.AddDays(-7), "Pricing", false);
    private static readonly OpenAction Contract = new("Send the contract template", Role.Coach, null, Now.AddDays(-7), "Pricing", false);

    private static readonly string[] Sayings =
    [
        "I want to raise our prices before the spring", "Our best engineer is leaving next month", "I'm afraid of losing customers", "How do I tell my team?", "ok", "no idea",
        "Should I fire him?", "I keep postponing the talk with my cofounder", "We have runway for seven months", "I don't know", "I'll call the investor on Monday", "It is all too much",
        "My calendar is full of meetings", "Maybe we could sell the old product", "yes", "I think the board does not trust me", "I want to sleep again", "The launch slipped twice",
        "What should I do?", "We need to hire a head of sales, but I can't afford one", "My wife says I work too much", "hm", "I'd like to take a week off", "Nobody answers my emails",
        "I am proud of the team", "The deal with Acme is stuck", "I can't decide whether to move to Berlin", "Customers love it but don't pay", "I will write it down", "That was a good talk",
    ];

    [Theory]
    [InlineData(Role.Founder)]
    [InlineData(Role.Coach)]
    public void Answer_ThirtyTurns_NeverAsksTheSameTwice(Role asker)
    {
        var answers = Talk(Context(asker), Sayings);

        var questions = answers.SelectMany(a => Plain.Sentences(a.Replace("“", " “", StringComparison.Ordinal))).Where(s => s.TrimEnd('”').EndsWith('?')).Select(s => s.Trim('“', '”', ' ')).ToList();
        Assert.True(questions.Count >= 25, $"only {questions.Count} questions");
        Assert.Equal(questions.Count, questions.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(answers.Count, answers.Distinct().Count());
    }

    [Fact]
    public void Answer_LongAfterAllQuestionsAreAsked_SaysSoInsteadOfRepeating()
    {
        var answers = Talk(Context(Role.Founder), [.. Enumerable.Range(0, 70).Select(i => Sayings[i % Sayings.Length] + (i >= Sayings.Length ? $" number {i}" : ""))]);

        Assert.Contains(answers, a => a.Contains("all the questions I keep", StringComparison.Ordinal));
        foreach (var question in Questions.All)
            Assert.True(answers.Count(a => question.WasAsked([a])) <= 1, question.Text);
    }

    [Fact]
    public void Answer_SameHistory_IsTheSame()
    {
        Assert.Equal(Talk(Context(Role.Founder), Sayings), Talk(Context(Role.Founder), Sayings));
    }

    [Theory]
    [InlineData("I want to raise our prices before the spring.", "raise your prices before the spring")]
    [InlineData("Our best engineer is leaving next month", "Your best engineer is leaving next month")]
    [InlineData("I'm afraid of losing my customers", "You're afraid of losing your customers")]
    [InlineData("Hi Fred, how do I tell my team that we are out of money?", "tell your team that you")]
    [InlineData("Should I fire our head of sales?", "fire your head of sales")]
    [InlineData("Everything is fine, but I am worried about my cofounder", "You are worried about your cofounder")]
    [InlineData("Can you help me write the offer?", "write the offer")]
    [InlineData("I’ve been sleeping badly and I was late again", "You've been sleeping badly and you were late again")]
    public void Answer_TheirOwnWords_AreTakenUpInTheSecondPerson(string said, string expected) =>
        Assert.Contains(expected, Talk(Context(Role.Founder), [said])[0], StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Answer_First_SaysItIsTheOfflineGuideAndOnlyOnce()
    {
        var answers = Talk(Context(Role.Founder), Sayings[..3]);

        Assert.StartsWith("I am the offline guide", answers[0], StringComparison.Ordinal);
        Assert.DoesNotContain(answers[1..], a => a.Contains("I am the offline guide", StringComparison.Ordinal));
    }

    [Fact]
    public void Answer_WordsOfAnOpenAction_RemindsOfItOnce()
    {
        var context = Context(Role.Founder) with { OpenActions = [Contract, Customers] };

        var answers = Talk(context, ["I am afraid to call customers", "Still, a customer is a customer", "I want to sleep"]);

        Assert.Contains("“Call three customers” (agreed on 14 November, due 20 November)", answers[0], StringComparison.Ordinal);
        Assert.Single(answers, a => a.Contains("Call three customers", StringComparison.Ordinal));
    }

    [Fact]
    public void Answer_SaidTheSameInTheCall_QuotesIt()
    {
        var context = Context(Role.Founder) with { Turns = [Said(Role.Founder, "Honestly the pricing page makes me ashamed.")] };

        Assert.Contains("In the call you said: “Honestly the pricing page makes me ashamed”.", Talk(context, ["Let me think about pricing again"])[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("What did I promise?")]
    [InlineData("remind me what I said I'd do")]
    [InlineData("which open actions do I have?")]
    public void Answer_WhatDidIPromise_ListsWhatIsOpenAndWhatWasJustSaid(string ask)
    {
        var context = Context(Role.Founder) with { OpenActions = [Contract, Customers], Turns = [Said(Role.Founder, "Fine. I'll draft the letter by Friday."), Said(Role.Coach, "I'll read it.")] };

        var answer = Talk(context, [ask])[0];

        Assert.Contains("“Call three customers” (agreed on 14 November, due 20 November)", answer, StringComparison.Ordinal);
        Assert.Contains("you: “I'll draft the letter by Friday.”", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("contract template", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("I'll read it", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_WhatDidIPromiseWithNothingThere_SaysSo() =>
        Assert.Contains("I find no open promise of yours", Talk(Context(Role.Founder), ["What did I promise?"])[0], StringComparison.Ordinal);

    [Fact]
    public void Answer_CoachAsksWhatTheFounderPromised_ListsTheFounders()
    {
        var context = Context(Role.Coach) with { OpenActions = [Contract, Customers] };

        foreach (var ask in (string[])["What did Fiona promise?", "what did she commit to?"])
        {
            var answer = Talk(context, [ask])[0];
            Assert.Contains("Call three customers", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("contract template", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Answer_WhatWasSaidAbout_QuotesTheTurns()
    {
        var context = Context(Role.Founder) with { Turns = [Said(Role.Coach, "How is hiring going?"), Said(Role.Founder, "We lost two deals on price.")] };

        Assert.Contains("you: “We lost two deals on price.”", Talk(context, ["What did I say about the prices?"])[0], StringComparison.Ordinal);
        Assert.Contains("I find nothing on your dog", Talk(context, ["What did I say about my dog?"])[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_LastTimeAndDecisions_ComeFromTheEarlierSession()
    {
        var context = Context(Role.Founder) with { Past = [new("Pricing", Now.AddDays(-7), "We talked about pricing. It is too low.", ["Ninety for new customers"], ["Call three customers"])] };

        Assert.Contains("Last time was 14 November, “Pricing”. We talked about pricing.", Talk(context, ["What happened last time?"])[0], StringComparison.Ordinal);
        Assert.Contains("Ninety for new customers", Talk(context, ["What did we decide?"])[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_CoachWantsAQuestion_OffersOneOnTheFoundersWords()
    {
        var context = Context(Role.Coach) with { Turns = [Said(Role.Founder, "I want to raise our prices before the spring.")] };

        var answer = Talk(context, ["What could I ask next?"])[0];

        Assert.Contains("Fiona said: “I want to raise our prices before the spring”.", answer, StringComparison.Ordinal);
        Assert.Contains("You could ask: “If you raise your prices before the spring", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_Whatever_IsShortAndEndsWell()
    {
        foreach (var answer in Talk(Context(Role.Founder) with { OpenActions = [Customers] }, [.. Sayings, "🎉", "???", "a", new string('x', 4000), "Ich möchte die Preise erhöhen", "{thing} {action}", "“quoted”"]))
        {
            var words = Plain.Words(answer.Replace(OfflineGuide.Introduction, "", StringComparison.Ordinal)).Count;
            Assert.True(words is > 2 and < 75, answer);
            Assert.Matches(@"[.?!”]$", answer);
            Assert.DoesNotContain("  ", answer, StringComparison.Ordinal);
        }
    }

    private static FredContext Context(Role asker) => new() { Asker = asker, FounderName = "Fiona Founder", CoachName = "Carla Coach", Title = "Growth", StartsAt = Now, Now = Now };

    private static Spoken Said(Role role, string text) => new(role == Role.Coach ? "Carla Coach" : "Fiona Founder", role, text, Now);

    private static List<string> Talk(FredContext context, IReadOnlyList<string> sayings)
    {
        var chat = new List<ChatLine>();
        var answers = new List<string>();
        foreach (var saying in sayings)
        {
            chat.Add(new(context.Asker == Role.Coach ? ChatRole.Coach : ChatRole.Founder, saying));
            answers.Add(OfflineGuide.Answer(context with { Chat = [.. chat] }));
            chat.Add(new(ChatRole.Fred, answers[^1]));
        }
        return answers;
    }
}
