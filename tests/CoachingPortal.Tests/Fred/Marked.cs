using System.Globalization;
using System.Text.RegularExpressions;
using CoachingPortal.Domain;
using CoachingPortal.Fred;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Tests.Fred;

/// <summary>What a person who read the conversation would have written down.</summary>
/// <param name="Words">Words that the entry and the turns it links to must hold.</param>
internal sealed record Wanted(ItemKind Kind, Role? Owner, string[] Words, DateOnly? DueOn, bool IsUnsure);

/// <summary>A conversation of our own writing with what is expected to be found in it.</summary>
internal sealed partial record Marked(string Name, DateOnly HeldOn, List<Spoken> Turns, List<Wanted> Expected)
{
    /// <summary>
    /// <c># name (held on Wednesday, 18 November 2026)</c>, turns as <c>COACH: ...</c>, then <c>D words</c> for a decision, <c>Q words</c> for an open question,
    /// <c>A owner | words | 2026-11-20</c> (or <c>-</c>) for an action; a <c>?</c> among the words says that it was said without certainty.
    /// </summary>
    public static List<Marked> In(string file)
    {
        using var reader = new StreamReader(typeof(Marked).Assembly.GetManifestResourceStream(file)!);
        var all = new List<Marked>();
        var held = new DateOnly(2026, 11, 18);
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                if (Held().Match(line) is { Success: true } on)
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

    public static Spoken Said(string role, string text) =>
        role == "COACH" ? new("Carla Coach", Role.Coach, text, default) : new("Fiona Founder", Role.Founder, text, default);

    [GeneratedRegex(@"\(held on \w+, (?<d>\d+ \w+ \d{4})")]
    private static partial Regex Held();
}

/// <summary>Counts what was found of what was wanted.</summary>
internal sealed class Tally
{
    private int found;

    public int Expected { get; private set; }
    public int Hits { get; private set; }

    public double Precision => found == 0 ? 1 : (double)Hits / found;
    public double Recall => Expected == 0 ? 1 : (double)Hits / Expected;

    /// <param name="tell">Gets a line for each thing missed and each thing too many.</param>
    public void Add(Marked talk, ItemKind kind, IReadOnlyList<Found> got, Action<string>? tell = null, Action<Wanted, Found>? onHit = null) =>
        Add(talk, [.. talk.Expected.Where(e => e.Kind == kind)], got, tell, onHit);

    public void Add(Marked talk, List<Wanted> wanted, IReadOnlyList<Found> got, Action<string>? tell, Action<Wanted, Found>? onHit)
    {
        Expected += wanted.Count;
        found += got.Count;
        foreach (var item in got)
        {
            if (wanted.Find(w => IsThis(talk, w, item)) is not { } match)
            {
                tell?.Invoke($"{talk.Name}: too many: {item.Text} <- {item.Quote}");
                continue;
            }
            wanted.Remove(match);
            Hits++;
            onHit?.Invoke(match, item);
        }
        wanted.ForEach(w => tell?.Invoke($"{talk.Name}: {w.Kind} missed: {string.Join(' ', w.Words)}"));
    }

    /// <summary>
    /// All of the words in the entry, its quote or the turns that it links to (with the question that the first of them answers), half of them in the entry or its quote,
    /// and one that means something in the entry itself. An action's owner must be right too.
    /// </summary>
    private static bool IsThis(Marked talk, Wanted wanted, Found item)
    {
        var told = item.Text + " " + item.Quote;
        var linked = item.Turns.Append(Math.Max(0, item.Turns.Min() - 1)).Distinct().Select(i => talk.Turns[i].Text);
        var context = told + " " + string.Join(' ', linked);
        return wanted.Words.All(w => Holds(context, w))
            && 2 * wanted.Words.Count(w => Holds(told, w)) >= wanted.Words.Length
            && wanted.Words.Any(w => (w.Length > 2 && !Plain.IsCommon(w) || w.Any(char.IsDigit) || wanted.Words.All(o => o.Length <= 2 || Plain.IsCommon(o))) && Holds(item.Text, w))
            && (wanted.Owner is null || wanted.Owner == item.Owner);
    }

    /// <summary>The word, or a longer one that begins with it.</summary>
    private static bool Holds(string text, string word) =>
        Regex.IsMatch(text.Replace('’', '\''), @"(?<![\p{L}\p{N}])" + Regex.Escape(word), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"precision {Precision:0.00} ({Hits}/{found}), recall {Recall:0.00} ({Hits}/{Expected})");
}
