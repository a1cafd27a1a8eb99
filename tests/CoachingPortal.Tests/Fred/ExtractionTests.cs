using System.Globalization;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Tests.Fred;

/// <summary>Measures the offline extraction on conversations of our own writing.</summary>
public sealed class ExtractionTests(ITestOutputHelper output)
{
    private static readonly DateOnly Held = new(2026, 11, 18);

    [Fact]
    public void Extraction_OurConversations_FindsMostAndInventsLittle()
    {
        var conversations = Conversations();
        var decisions = new Tally();
        var actions = new Tally();
        int owners = 0, dates = 0, unsure = 0, matched = 0;
        foreach (var c in conversations)
        {
            decisions.Add(output, c.Name, "decision", c.Expected.Where(e => e.Owner is null).ToList(), Extraction.DecisionsIn(c.Turns), (_, _) => { });
            actions.Add(output, c.Name, "action", c.Expected.Where(e => e.Owner is not null).ToList(), Extraction.Commitments(c.Turns), (expected, found) =>
            {
                matched++;
                owners += Score("owner", expected.Owner == found.Owner, found);
                dates += Score("date", expected.DueOn == DueDates.In(found.Quote, Held), found);
                unsure += Score("unsure", expected.IsUnsure == found.IsUnsure, found);
            });
        }
        output.WriteLine($"{conversations.Count} conversations");
        output.WriteLine($"decisions: {decisions}");
        output.WriteLine($"actions:   {actions}; owner right {owners}/{matched}, date right {dates}/{matched}, sure or unsure right {unsure}/{matched}");

        Assert.True(conversations.Count >= 12);
        Assert.True(decisions.Precision >= 0.85 && decisions.Recall >= 0.8, $"decisions: {decisions}");
        Assert.True(actions.Precision >= 0.85 && actions.Recall >= 0.85, $"actions: {actions}");
        Assert.True(owners >= 0.95 * matched && dates >= 0.9 * matched && unsure >= 0.9 * matched);

        int Score(string what, bool right, Found found)
        {
            if (!right)
                output.WriteLine($"  {what} wrong: {found}");
            return right ? 1 : 0;
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
        var found = Assert.Single(Extraction.Commitments([Said("FOUNDER", "I'll send you the deck and your notes."), Said("COACH", "Thanks.")]));

        Assert.Equal("Send Carla the deck and Carla's notes", found.Text);
    }

    [Fact]
    public void KeySentences_LongConversation_AreFewTrueAndInOrder()
    {
        var turns = Conversations().SelectMany(c => c.Turns).ToList();

        var key = Extraction.KeySentences(turns, 6);

        Assert.Equal(6, key.Count);
        Assert.Equal(key.Select(k => k.Index).Order(), key.Select(k => k.Index));
        Assert.All(key, k => Assert.Contains(k.Text, turns[k.Index].Text.Replace('’', '\''), StringComparison.Ordinal));
    }

    private sealed record Expected(Role? Owner, string[] Words, DateOnly? DueOn, bool IsUnsure);

    private sealed record Conversation(string Name, List<Spoken> Turns, List<Expected> Expected);

    private sealed class Tally
    {
        private int expected, found, hits;

        public double Precision => found == 0 ? 1 : (double)hits / found;
        public double Recall => expected == 0 ? 1 : (double)hits / expected;

        public void Add(ITestOutputHelper output, string name, string kind, List<Expected> wanted, IReadOnlyList<Found> got, Action<Expected, Found> onHit)
        {
            expected += wanted.Count;
            found += got.Count;
            foreach (var item in got)
            {
                var match = wanted.Find(w => w.Words.All(word => (item.Text + " " + item.Quote).Contains(word, StringComparison.OrdinalIgnoreCase)));
                if (match is null)
                {
                    output.WriteLine($"{name}: {kind} too many: {item.Text} <- {item.Quote}");
                    continue;
                }
                wanted.Remove(match);
                hits++;
                onHit(match, item);
            }
            wanted.ForEach(w => output.WriteLine($"{name}: {kind} missed: {string.Join(' ', w.Words)}"));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"precision {Precision:0.00} ({hits}/{found}), recall {Recall:0.00} ({hits}/{expected})");
    }

    private static Spoken Said(string role, string text) =>
        role == "COACH" ? new("Carla Coach", Role.Coach, text, default) : new("Fiona Founder", Role.Founder, text, default);

    private static List<Conversation> Conversations()
    {
        using var reader = new StreamReader(typeof(ExtractionTests).Assembly.GetManifestResourceStream("Conversations.txt")!);
        var all = new List<Conversation>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
                all.Add(new(line[2..], [], []));
            else if (line.StartsWith("D ", StringComparison.Ordinal))
                all[^1].Expected.Add(new(null, line[2..].Split(' '), null, false));
            else if (line.StartsWith("A ", StringComparison.Ordinal))
            {
                var parts = line[2..].Split('|', StringSplitOptions.TrimEntries);
                var words = parts[1].Split(' ');
                all[^1].Expected.Add(new(
                    parts[0] == "coach" ? Role.Coach : Role.Founder, [.. words.Where(w => w != "?")],
                    parts[2] == "-" ? null : DateOnly.ParseExact(parts[2], "yyyy-MM-dd", CultureInfo.InvariantCulture), words.Contains("?")));
            }
            else if (line.Split(": ", 2) is [var role, var text])
                all[^1].Turns.Add(Said(role, text));
        }
        return all;
    }
}
