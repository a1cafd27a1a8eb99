using System.Globalization;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Tests.Fred;

/// <summary>Measures the offline extraction on conversations of our own writing.</summary>
public sealed class ExtractionTests(ITestOutputHelper output)
{
    private static readonly DateOnly Held = new(2026, 11, 18);

    /// <summary>The rules were made with the first two sets at hand. The sealed set was written and marked before them and is never looked into, only measured.</summary>
    [Fact]
    public void Extraction_Conversations_FindsMostAndInventsLittle()
    {
        var known = Marked.In("Conversations.txt");
        var another = Marked.In("Unseen.txt");
        var closed = Marked.In("Sealed.txt");
        var all = Marked.In("Conversations.txt").Concat(another).Concat(closed).ToList();
        Measure("written beside the rules", known);
        Measure("another's", another);
        var unseen = Measure("sealed", closed);
        var whole = Measure("all", all);
        var first = Baseline(all);

        Assert.True(all.Count >= 60);
        Assert.True(unseen.Decisions is { Precision: >= 0.68, Recall: >= 0.45 }, $"decisions of the sealed set: {unseen.Decisions}");
        Assert.True(unseen.Actions is { Precision: >= 0.8, Recall: >= 0.8 }, $"actions of the sealed set: {unseen.Actions}");
        Assert.True(whole.Decisions is { Precision: >= 0.8, Recall: >= 0.6 }, $"decisions: {whole.Decisions}");
        Assert.True(whole.Actions is { Precision: >= 0.8, Recall: >= 0.8 }, $"actions: {whole.Actions}");
        Assert.True(whole.DaysRight >= 0.85, $"{whole.DaysRight:0.00} of the days right");
        Assert.True(whole.Questions.Precision >= 0.7, $"{whole.Questions}");
        Assert.True(first.Recall < 0.1, $"{first}");
    }

    private Measured Measure(string name, List<Marked> conversations)
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
        output.WriteLine($"{name}, {conversations.Count} conversations");
        output.WriteLine($"  decisions: {decisions}");
        output.WriteLine($"  actions:   {actions}; day right {days}/{actions.Hits}, sure or unsure right {unsure}/{actions.Hits}");
        output.WriteLine($"  questions: {questions}");
        return new(decisions, actions, questions, actions.Hits == 0 ? 1 : (double)days / actions.Hits);
    }

    /// <summary>As many of the first sentences as there is something to find.</summary>
    private Tally Baseline(List<Marked> conversations)
    {
        var tally = new Tally();
        foreach (var c in conversations)
        {
            var wanted = c.Expected.Where(e => e.Kind != ItemKind.OpenQuestion).Select(w => w with { Owner = null }).ToList();
            var first = c.Turns.SelectMany(t => Plain.Sentences(t.Text)).Take(wanted.Count).Select(s => new Found(s, s, null, "", false, [0])).ToList();
            tally.Add(c, wanted, first, null, null);
        }
        output.WriteLine($"first sentences instead: {tally}");
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
