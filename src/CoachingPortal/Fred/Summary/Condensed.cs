using CoachingPortal.Domain;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Fred.Summary;

/// <summary>What was said, in as much as one request to a model may hold: of more, what matters least is left out, and never the end.</summary>
/// <param name="Entries">In order, each with the places (from 0) of what went into it.</param>
/// <param name="LeavesOut">Whether anything was left out or cut short.</param>
internal sealed record Condensed(IReadOnlyList<(int[] Places, Spoken Said)> Entries, bool LeavesOut)
{
    public const int MaxEntries = 500;

    /// <summary>Characters of one entry's text.</summary>
    public const int MaxEntryChars = 1000;

    /// <summary>Of the last entries so many are always kept: there a session comes to its decisions.</summary>
    private const int Ending = 40;

    /// <summary>What an entry takes besides its speaker and text: its number, its role and what stands between.</summary>
    private const int Around = 20;

    /// <param name="maxChars">Of all entries together, as <see cref="SizeOf"/> counts them.</param>
    public static Condensed Of(IReadOnlyList<Spoken> said, int maxChars)
    {
        var leavesOut = said.Any(s => s.Text.Length > MaxEntryChars);
        List<(int[] Places, Spoken Said)> entries = [.. said.Select((s, i) => (new[] { i }, s with { Text = Clip(s.Text) }))];
        if (entries.Count > MaxEntries)
            entries = Merged(entries);
        if (entries.Count <= MaxEntries && entries.Sum(e => SizeOf(e.Said)) <= maxChars)
            return new(entries, leavesOut);
        var kept = new SortedSet<int>();
        var room = maxChars;
        foreach (var i in ByWeight([.. entries.Select(e => e.Said)]))
            if (kept.Count < MaxEntries && SizeOf(entries[i].Said) <= room && kept.Add(i))
                room -= SizeOf(entries[i].Said);
        return new([.. kept.Select(i => entries[i])], true);
    }

    public static int SizeOf(Spoken said) => said.Speaker.Length + said.Text.Length + Around;

    /// <summary>What one person said in one go, as one entry: nothing is lost by it.</summary>
    private static List<(int[] Places, Spoken Said)> Merged(List<(int[] Places, Spoken Said)> entries)
    {
        var merged = new List<(int[] Places, Spoken Said)>();
        foreach (var entry in entries)
            if (merged.Count > 0 && merged[^1].Said.Speaker == entry.Said.Speaker && merged[^1].Said.Text.Length + entry.Said.Text.Length < MaxEntryChars)
                merged[^1] = ([.. merged[^1].Places, .. entry.Places], merged[^1].Said with { Text = merged[^1].Said.Text + " " + entry.Said.Text });
            else
                merged.Add(entry);
        return merged;
    }

    /// <summary>The end first, then what was promised and decided, the later before the earlier, then what tells most, then the rest from the end on.</summary>
    private static IEnumerable<int> ByWeight(List<Spoken> spoken) =>
        Enumerable.Range(0, spoken.Count).Reverse().Take(Ending)
            .Concat(Extraction.Commitments(spoken).Concat(Extraction.DecisionsIn(spoken)).SelectMany(f => f.Turns).OrderDescending())
            .Concat(Extraction.ByWeight(spoken, MaxEntries).Select(k => k.Index))
            .Concat(Enumerable.Range(0, spoken.Count).Reverse());

    private static string Clip(string text) => text.Length > MaxEntryChars ? text[..MaxEntryChars] : text;
}
