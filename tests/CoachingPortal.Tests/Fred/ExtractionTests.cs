using System.Globalization;
using System.Text.RegularExpressions;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Tests.Fred;

/// <summary>Measures the offline extraction on conversations of our own writing.</summary>
public sealed partial class ExtractionTests(ITestOutputHelper output)
{
    private static readonly DateOnly Held = new(2026, 11, 18);

    /// <summary>The first file was written beside the patterns; the second by somebody who had never seen them, and half of it was never looked at while they were made.</summary>
    [Fact]
    public void Extraction_Conversations_FindsMostAndInventsLittle()
    {
        var ours = Conversations("Conversations.txt");
        var others = Conversations("Unseen.txt");
        var known = Measure("written beside the patterns", ours);
        Measure("another's, looked at", [.. others.Where((_, i) => i % 2 == 0)]);
        Measure("another's, never looked at", [.. others.Where((_, i) => i % 2 == 1)]);
        var all = Measure("all", [.. ours, .. others]);
        var first = Baseline([.. ours, .. others]);

        Assert.True(ours.Count + others.Count >= 30);
        Assert.True(known.Decisions.Precision >= 0.9 && known.Decisions.Recall >= 0.9 && known.Actions.Precision >= 0.9 && known.Actions.Recall >= 0.9, "written beside the patterns");
        Assert.True(all.Decisions.Precision >= 0.8 && all.Actions.Precision >= 0.8, $"{all.Decisions}; {all.Actions}");
        Assert.True((all.Decisions.Hits + all.Actions.Hits) >= 0.7 * (all.Decisions.Expected + all.Actions.Expected), $"{all.Decisions}; {all.Actions}");
        Assert.True(all.Questions.Precision >= 0.75, $"{all.Questions}");
        Assert.True(first.Recall < 0.1, $"{first}");
    }

    private Measured Measure(string name, List<Conversation> conversations)
    {
        var m = new Measured(new(), new(), new());
        int owners = 0, dates = 0, unsure = 0, matched = 0;
        foreach (var c in conversations)
        {
            m.Decisions.Add(output, c.Name, "decision", [.. c.Expected.Where(e => e.Kind == ItemKind.Decision)], c.Turns, Extraction.DecisionsIn(c.Turns), (_, _) => { });
            m.Questions.Add(output, c.Name, "question", [.. c.Expected.Where(e => e.Kind == ItemKind.OpenQuestion)], c.Turns, Extraction.OpenQuestions(c.Turns), (_, _) => { });
            m.Actions.Add(output, c.Name, "action", [.. c.Expected.Where(e => e.Kind == ItemKind.NextAction)], c.Turns, Extraction.Commitments(c.Turns), (expected, found) =>
            {
                matched++;
                owners += Score("owner", expected.Owner == found.Owner, found);
                dates += Score($"date {expected.DueOn} {DueDates.In(found.Quote, c.HeldOn)}", expected.DueOn == DueDates.In(found.Quote, c.HeldOn), found);
                unsure += Score("unsure", expected.IsUnsure == found.IsUnsure, found);
            });
        }
        output.WriteLine($"{name}, {conversations.Count} conversations");
        output.WriteLine($"  decisions: {m.Decisions}");
        output.WriteLine($"  actions:   {m.Actions}; owner right {owners}/{matched}, date right {dates}/{matched}, sure or unsure right {unsure}/{matched}");
        output.WriteLine($"  questions: {m.Questions}");
        return m;

        int Score(string what, bool right, Found found)
        {
            if (!right)
                output.WriteLine($"  {what} wrong: {found}");
            return right ? 1 : 0;
        }
    }

    /// <summary>As many of the first sentences as there is something to find.</summary>
    private Tally Baseline(List<Conversation> conversations)
    {
        var tally = new Tally();
        foreach (var c in conversations)
        {
            var wanted = c.Expected.Where(e => e.Kind != ItemKind.OpenQuestion).ToList();
            var first = c.Turns.SelectMany(t => Plain.Sentences(t.Text)).Take(wanted.Count).Select(s => new Found(s, s, null, "", false, [0])).ToList();
            tally.Add(null, c.Name, "", wanted, c.Turns, first, (_, _) => { });
        }
        output.WriteLine($"first sentences instead: {tally}");
        return tally;
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
        var turns = Conversations("Conversations.txt").SelectMany(c => c.Turns).ToList();

        var key = Extraction.KeySentences(turns, 6);

        Assert.Equal(6, key.Count);
        Assert.Equal(key.Select(k => k.Index).Order(), key.Select(k => k.Index));
        Assert.All(key, k => Assert.Contains(k.Text, turns[k.Index].Text.Replace('’', '\''), StringComparison.Ordinal));
    }

    private sealed record Wanted(ItemKind Kind, Role? Owner, string[] Words, DateOnly? DueOn, bool IsUnsure);

    private sealed record Measured(Tally Decisions, Tally Actions, Tally Questions);

    private sealed record Conversation(string Name, DateOnly HeldOn, List<Spoken> Turns, List<Wanted> Expected);

    private sealed class Tally
    {
        private int found;

        public int Expected { get; private set; }
        public int Hits { get; private set; }

        public double Precision => found == 0 ? 1 : (double)Hits / found;
        public double Recall => Expected == 0 ? 1 : (double)Hits / Expected;

        public void Add(ITestOutputHelper? output, string name, string kind, List<Wanted> wanted, List<Spoken> turns, IReadOnlyList<Found> got, Action<Wanted, Found> onHit)
        {
            Expected += wanted.Count;
            found += got.Count;
            foreach (var item in got)
            {
                // A word at least in the entry itself; the rest may stand beside it in the turns that it links to.
                var context = item.Text + " " + item.Quote + " " + string.Join(' ', item.Turns.Select(t => turns[t].Text));
                var match = wanted.Find(w => w.Words.All(word => context.Contains(word, StringComparison.OrdinalIgnoreCase)) && w.Words.Any(word => word.Length > 2 && item.Text.Contains(word, StringComparison.OrdinalIgnoreCase)));
                if (match is null)
                {
                    output?.WriteLine($"{name}: {kind} too many: {item.Text} <- {item.Quote}");
                    continue;
                }
                wanted.Remove(match);
                Hits++;
                onHit(match, item);
            }
            wanted.ForEach(w => output?.WriteLine($"{name}: {kind} missed: {string.Join(' ', w.Words)}"));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"precision {Precision:0.00} ({Hits}/{found}), recall {Recall:0.00} ({Hits}/{Expected})");
    }

    private static Spoken Said(string role, string text) =>
        role == "COACH" ? new("Carla Coach", Role.Coach, text, default) : new("Fiona Founder", Role.Founder, text, default);

    private static List<Conversation> Conversations(string file)
    {
        using var reader = new StreamReader(typeof(ExtractionTests).Assembly.GetManifestResourceStream(file)!);
        var all = new List<Conversation>();
        var held = Held;
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                if (HeldOn().Match(line) is { Success: true } on)
                    held = DateOnly.ParseExact(on.Groups["d"].Value, "d MMMM yyyy", CultureInfo.InvariantCulture);
                all.Add(new(line[2..], held, [], []));
            }
            else if (line.StartsWith("D ", StringComparison.Ordinal))
                all[^1].Expected.Add(new(ItemKind.Decision, null, line[2..].Split(' '), null, false));
            else if (line.StartsWith("Q ", StringComparison.Ordinal))
                all[^1].Expected.Add(new(ItemKind.OpenQuestion, null, line[2..].Split(' '), null, false));
            else if (line.StartsWith("A ", StringComparison.Ordinal))
            {
                var parts = line[2..].Split('|', StringSplitOptions.TrimEntries);
                var words = parts[1].Split(' ');
                all[^1].Expected.Add(new(
                    ItemKind.NextAction, parts[0] == "coach" ? Role.Coach : Role.Founder, [.. words.Where(w => w != "?")],
                    parts[2] == "-" ? null : DateOnly.ParseExact(parts[2], "yyyy-MM-dd", CultureInfo.InvariantCulture), words.Contains("?")));
            }
            else if (line.Split(": ", 2) is [var role, var text])
                all[^1].Turns.Add(Said(role, text));
        }
        return all;
    }

    [GeneratedRegex(@"\(held on \w+, (?<d>\d+ \w+ \d{4})")]
    private static partial Regex HeldOn();
}
