using System.Globalization;
using System.Text.Json;
using CoachingPortal.Demo;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Tests.Fred;

/// <summary>Measures the offline extraction on conversations of our own writing.</summary>
public sealed class ExtractionTests
{
    private static readonly DateOnly Held = new(2026, 11, 18);

    /// <summary>The rules were made with the first three sets at hand. The sealed set was written and marked before them; no rule was made from it.</summary>
    [Fact]
    public void Extraction_Conversations_FindsMostAndInventsLittle()
    {
        var known = Marked.In("Conversations.txt");
        var another = Marked.In("Unseen.txt");
        var plainly = Marked.In("Plainly.txt");
        var closed = Marked.In("Sealed.txt");
        var all = known.Concat(another).Concat(plainly).Concat(closed).ToList();
        Measure("written beside the rules", known);
        Measure("another's", another);
        Measure("plainly spoken", plainly);
        var unseen = Measure("sealed", closed);
        var whole = Measure("all", all);
        var first = Baseline(all);

        Assert.True(all.Count >= 90);
        Assert.True(unseen.Decisions is { Precision: >= 0.72, Recall: >= 0.48 }, $"decisions of the sealed set: {unseen.Decisions}");
        Assert.True(unseen.Actions is { Precision: >= 0.84, Recall: >= 0.87 }, $"actions of the sealed set: {unseen.Actions}");
        Assert.True(whole.Decisions is { Precision: >= 0.84, Recall: >= 0.67 }, $"decisions: {whole.Decisions}");
        Assert.True(whole.Actions is { Precision: >= 0.88, Recall: >= 0.84 }, $"actions: {whole.Actions}");
        Assert.True(whole.DaysRight >= 0.85, $"{whole.DaysRight:0.00} of the days right");
        Assert.True(whole.Questions.Precision >= 0.7, $"{whole.Questions}");
        Assert.True(first.Recall < 0.1, $"{first}");
    }

    private static Measured Measure(string name, List<Marked> conversations)
    {
        Tally decisions = new(), actions = new(), questions = new();
        int days = 0, unsure = 0;
        foreach (var c in conversations)
        {
            decisions.Add(c, ItemKind.Decision, Extraction.DecisionsIn(c.Turns));
            questions.Add(c, ItemKind.OpenQuestion, Extraction.OpenQuestions(c.Turns));
            actions.Add(c, ItemKind.NextAction, Extraction.Commitments(c.Turns), onHit: (expected, found) =>
            {
                days += expected.DueOn == DueDates.In(found.When ?? found.Quote, c.HeldOn) ? 1 : 0;
                unsure += expected.IsUnsure == found.IsUnsure ? 1 : 0;
            });
        }
        Console.WriteLine($"{name}, {conversations.Count} conversations");
        Console.WriteLine($"  decisions: {decisions}");
        Console.WriteLine($"  actions:   {actions}; day right {days}/{actions.Hits}, sure or unsure right {unsure}/{actions.Hits}");
        Console.WriteLine($"  questions: {questions}");
        return new(decisions, actions, questions, actions.Hits == 0 ? 1 : (double)days / actions.Hits);
    }

    /// <summary>As many of the first sentences as there is something to find.</summary>
    private static Tally Baseline(List<Marked> conversations)
    {
        var tally = new Tally();
        foreach (var c in conversations)
        {
            var wanted = c.Expected.Where(e => e.Kind != ItemKind.OpenQuestion).Select(w => w with { Owner = null }).ToList();
            var first = c.Turns.SelectMany(t => Plain.Sentences(t.Text)).Take(wanted.Count).Select(s => new Found(s, s, null, "", false, [0])).ToList();
            tally.Add(c, wanted, first, null, null);
        }
        Console.WriteLine($"first sentences instead: {tally}");
        return tally;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rules_TheirExamples_AreFoundByThem(bool decisions)
    {
        foreach (var rule in decisions ? DecisionRules.Said : [.. ActionRules.Own, .. ActionRules.Asked])
        {
            var talk = new Talk([Marked.Said("FOUNDER", rule.Example)]);
            Assert.True(talk.Clauses.Exists(c => rule.Match(c.Core.TrimEnd('.', '!', ' ')).Success), $"{rule.Name}: {rule.Example}");
        }
    }

    [Theory]
    [InlineData("I'll do it by Friday", "2026-11-20")]
    [InlineData("by Wednesday", "2026-11-25")]
    [InlineData("next Friday", "2026-11-27")]
    [InlineData("tomorrow", "2026-11-19")]
    [InlineData("the day after tomorrow", "2026-11-20")]
    [InlineData("tonight", "2026-11-18")]
    [InlineData("in two weeks", "2026-12-02")]
    [InlineData("within 10 days", "2026-11-28")]
    [InlineData("in a month", "2026-12-18")]
    [InlineData("next week", "2026-11-27")]
    [InlineData("by the end of the week", "2026-11-20")]
    [InlineData("before the end of the month", "2026-11-30")]
    [InlineData("end of next month", "2026-12-31")]
    [InlineData("by the 5th", "2026-12-05")]
    [InlineData("on the 3rd of December", "2026-12-03")]
    [InlineData("March 1", "2027-03-01")]
    [InlineData("2026-12-24", "2026-12-24")]
    [InlineData("the 31st of February", null)]
    [InlineData("the Friday feeling", null)]
    [InlineData("I may call him", null)]
    [InlineData("soon", null)]
    public void DueDate_SaidOnAWednesday_IsThatDay(string said, string? expected) =>
        Assert.Equal(expected, DueDates.In(said, Held)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Fact]
    public void Commitment_ToTheOtherOne_NamesThem()
    {
        var found = Assert.Single(Extraction.Commitments([Marked.Said("FOUNDER", "I'll send you the deck and your notes."), Marked.Said("COACH", "Thanks.")]));

        Assert.Equal("Send Carla the deck and Carla's notes", found.Text);
    }

    [Theory]
    [InlineData("So we drop it? | Yes, drop it.", "We drop it")]
    [InlineData("And the podcast? | The podcast stays.", "The podcast stays")]
    [InlineData("so what's the decision | okay ten percent for everybody from january", "Ten percent for everybody from january")]
    [InlineData("Who leads it? | Olga, for the time being.", "Who leads it: Olga, for the time being")]
    [InlineData("Is that an idea or a decision? | A decision. We're closing the shop in Leeds.", "Closing the shop in Leeds")]
    [InlineData("so we're going with the second one | yes the second one", "We're going with the second one")]
    [InlineData("How was it? | We decided against that, back then.", null)]
    [InlineData("What are the ways? | We could close it. Or we sell it, maybe.", null)]
    [InlineData("What if they say no? | Then we don't build it.", null)]
    [InlineData("So you feel stuck? | Yes.", null)]
    [InlineData("Shall we leave it there? | Yes, let's leave it there.", null)]
    [InlineData("And him? | He said we're closing it, and everybody laughed.", null)]
    [InlineData("Are you pausing the ads? | I haven't decided yet.", null)]
    public void Decisions_AskedByTheCoach_AreWhatTheFounderSettled(string said, string? expected) =>
        Assert.Equal(expected, Extraction.DecisionsIn(Turns(said)).SingleOrDefault()?.Text);

    [Theory]
    [InlineData("Can you send me the numbers? | Sure, by Friday.", "Founder: Send Carla the numbers, 2026-11-20")]
    [InlineData("What next? | I'll write to the bank. | By when? | Tomorrow.", "Founder: Write to the bank, 2026-11-19")]
    [InlineData("okay what else | yeah so my sister was ill last week but i'll write to the bank on friday i guess it's fine", "Founder: Write to the bank on friday, 2026-11-20")]
    [InlineData("And then? | I'll ask our broker, he's nice. I'll do it today.", "Founder: Ask our broker, 2026-11-18")]
    [InlineData("And the lawyer? | I'll tell him this afternoon, and then I'll write the notice by Thursday.", "Founder: Tell him this afternoon (“the lawyer”), 2026-11-18; Founder: Write the notice by Thursday, 2026-11-19")]
    [InlineData("Shall I send you his number? | Oh yes please. | You'll have it this evening.", "Coach: Send Fiona his number, 2026-11-18")]
    [InlineData("What would you do if he left? | I'd call the board on Monday.", "")]
    [InlineData("What do you fear? | That I'll lose her. If we raise, I'll buy everybody a bicycle.", "")]
    [InlineData("Could you ask Jan? | No, I'd rather not.", "")]
    public void Commitments_WithWhoAndWhen_AreHeardInTheirTurns(string said, string expected) =>
        Assert.Equal(expected, string.Join("; ", Extraction.Commitments(Turns(said)).Select(f =>
            $"{f.Owner}: {f.Text}, {DueDates.In(f.When ?? f.Quote, Held)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}")));

    [Fact]
    public void Demo_ItsConversation_HasItsDecisionsAndActions()
    {
        using var document = JsonDocument.Parse(DemoRecording.Resource("conversation.json"));
        var turns = document.RootElement.GetProperty("turns").EnumerateArray()
            .Select(t => Marked.Said(t.GetProperty("role").GetString() == "coach" ? "COACH" : "FOUNDER", t.GetProperty("text").GetString()!)).ToList();

        Assert.Equal(["One hundred and twenty for new customers", "The old ones keep their price until spring"], Extraction.DecisionsIn(turns).Select(d => d.Text));
        Assert.Equal(
            [(Role.Founder, "Write down for one week what my mornings go into", "2026-11-20"), (Role.Founder, "Change the price page tomorrow", "2026-11-19"), (Role.Coach, "Send Fiona the scorecard I use for first support hires", null)],
            Extraction.Commitments(turns).Select(a => (a.Owner!.Value, a.Text, DueDates.In(a.When ?? a.Quote, Held)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))));
    }

    private static List<Spoken> Turns(string said) => [.. said.Split(" | ").Select((s, i) => Marked.Said(i % 2 == 0 ? "COACH" : "FOUNDER", s))];

    [Fact]
    public void KeySentences_LongConversation_AreFewTrueAndInOrder()
    {
        var turns = Marked.In("Conversations.txt").SelectMany(c => c.Turns).ToList();

        var key = Extraction.KeySentences(turns, 6);

        Assert.Equal(6, key.Count);
        Assert.Equal(key.Select(k => k.Index).Order(), key.Select(k => k.Index));
        Assert.All(key, k => Assert.Contains(k.Text, turns[k.Index].Text.Replace('’', '\''), StringComparison.Ordinal));
    }

    private sealed record Measured(Tally Decisions, Tally Actions, Tally Questions, double DaysRight);
}
