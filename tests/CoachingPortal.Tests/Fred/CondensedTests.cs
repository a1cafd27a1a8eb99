using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Summary;

namespace CoachingPortal.Tests.Fred;

public sealed class CondensedTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Describe_AllFits_LeavesNothingOutAndSaysNothing()
    {
        var (text, lines, isCondensed) = Describe([.. Enumerable.Range(0, 500).Select(i => Turn(i, $"Sentence {i} is here."))]);

        Assert.False(isCondensed);
        Assert.Equal(500, lines.Count);
        Assert.Contains("500. FOUNDER: Sentence 499 is here.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_ManyShortTurnsInOneGo_AreJoinedWithoutLossAndNothingIsSaid()
    {
        var turns = Enumerable.Range(0, 1200).Select(i => Turn(i, $"Bit {i}.", (i / 6 % 2) == 0 ? Role.Founder : Role.Coach)).ToList();

        var (text, lines, isCondensed) = Describe(turns);

        Assert.False(isCondensed);
        Assert.Equal((200, 1200), (lines.Count, lines.Sum(l => l.Length)));
        Assert.All(Enumerable.Range(0, 1200), i => Assert.Contains($"Bit {i}.", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Describe_MoreEntriesThanFit_KeepsTheEndAndWhatWasPromisedAndSaysSo()
    {
        var turns = Enumerable.Range(0, 3000).Select(i => Turn(i, $"Thing number {i} that matters is {Word(i)} and {Word(i * 7)} for us.", i % 2 == 0 ? Role.Founder : Role.Coach)).ToList();
        turns[200] = Turn(200, "I will send Markus the contract by Friday.");
        turns[2999] = Turn(2999, "Bye then.");

        var (text, lines, isCondensed) = Describe(turns);

        Assert.True(isCondensed);
        Assert.InRange(lines.Count, 400, 500);
        Assert.Contains("Markus the contract", text, StringComparison.Ordinal);
        Assert.EndsWith("Bye then.", text.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(lines.Select(l => l[0]), lines.Select(l => l[0]).OrderBy(id => turns.FindIndex(t => t.Id == id)));
    }

    [Fact]
    public void Describe_MoreWordsThanFit_KeepsTheEndWithinTheBoundAndSaysSo()
    {
        // 400 turns of 900 characters: three times as much as may be sent.
        var turns = Enumerable.Range(0, 400).Select(i => Turn(i, string.Concat(Enumerable.Range(0, 900).Select(c => c % 9 == 8 ? ' ' : Word(i)[c % Word(i).Length]))[..880] + $" end {i}.", i % 2 == 0 ? Role.Founder : Role.Coach)).ToList();
        turns[399] = Turn(399, "Let's go with ninety, then.");

        var (text, _, isCondensed) = Describe(turns);

        Assert.True(isCondensed);
        Assert.InRange(text.Length, 60_000, 120_000);
        Assert.Contains("ninety, then.", text, StringComparison.Ordinal);
        Assert.Contains("end 398.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OneTurnTooLong_IsCutAndSaysSo() => Assert.True(Describe([Turn(0, new string('x', 1500))]).IsCondensed);

    [Fact]
    public void Describe_ChatAndNotesAlone_AreBoundedToo()
    {
        var chat = Enumerable.Range(0, 500).Select(i => new Spoken("Fiona", Role.Founder, $"{Word(i)} {new string('y', 900)} {i}.", Start.AddMinutes(i))).ToList();

        var (text, _, isCondensed) = ModelSummary.Describe(Material([], chat, [.. Enumerable.Range(0, 100).Select(i => $"{new string('z', 900)} note {i}.")]));

        Assert.True(isCondensed);
        Assert.InRange(text.Length, 60_000, 120_000);
        Assert.Contains(" 499.", text, StringComparison.Ordinal);
        Assert.Contains("note 99.", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "The transcript was long; this was made from a condensed form of it.")]
    [InlineData(false, "Chat and notes were long; this was made from a condensed form of them.")]
    public void Read_OfACondensedForm_TheSummarySaysSoAndOtherwiseNot(bool hasTranscript, string said)
    {
        var material = hasTranscript ? Material([Turn(0, "Hello.")], [], []) : Material([], [], ["Hello."]);
        string TextOf(bool isCondensed) => ModelSummary.Read("""{"summary": "They talked."}""", material, [], isCondensed)!.Text;

        Assert.EndsWith($"They talked.\n\n{said}", TextOf(isCondensed: true), StringComparison.Ordinal);
        Assert.EndsWith("They talked.", TextOf(isCondensed: false), StringComparison.Ordinal);
    }

    private static (string Text, List<Guid[]> Lines, bool IsCondensed) Describe(IReadOnlyList<(Guid, Spoken)> turns) => ModelSummary.Describe(Material(turns, [], []));

    private static SummaryMaterial Material(IReadOnlyList<(Guid, Spoken)> turns, IReadOnlyList<Spoken> chat, IReadOnlyList<string> notes) =>
        new(turns, chat, notes, new(2026, 11, 20), "Pricing", "Fiona Founder", "Carla Coach", Guid.Empty);

    private static (Guid Id, Spoken Said) Turn(int i, string text, Role role = Role.Founder) =>
        (Guid.NewGuid(), new(role == Role.Founder ? "Fiona Founder" : "Carla Coach", role, text, Start.AddSeconds(i)));

    /// <summary>Words that differ, so that no sentence says the same as another.</summary>
    private static string Word(int i) => string.Concat(Enumerable.Range(0, 6).Select(d => (char)('a' + ((i * 31) + (d * (i % 17))) % 26)));
}
