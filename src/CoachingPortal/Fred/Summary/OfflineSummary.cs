using System.Globalization;
using CoachingPortal.Domain;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Fred.Summary;

/// <summary>A summary in the speakers' own words: the sentences that carry most, the decisions, the commitments.</summary>
internal static class OfflineSummary
{
    private const int MaxItems = 30;
    private const int MaxText = 2000;

    public static SummaryDraft Make(SummaryMaterial material)
    {
        var spoken = material.Turns.Count > 0 ? material.Turns.Select(t => t.Said).ToList() : [.. material.Chat];
        var items = Items(material, spoken, Extraction.DecisionsIn(spoken), ItemKind.Decision)
            .Concat(Items(material, spoken, Extraction.Commitments(spoken), ItemKind.NextAction))
            .Concat(Items(material, spoken, Extraction.OpenQuestions(spoken), ItemKind.OpenQuestion)).ToList();
        var key = Extraction.KeySentences(spoken, 5).Select(k => (Line: $"{k.Turn.Speaker.Split(' ')[0]}: “{Plain.Shortened(k.Text, 45)}”", k.Index, k.Text)).ToList();
        return new(Text(material, spoken, items, key.ConvertAll(k => k.Line)), items, SummarySource.Offline)
        {
            Points = material.Turns.Count == 0 ? [] : key.ConvertAll(k => new SummaryPoint(k.Line, [material.Turns[k.Index].Id], Moments.Of(material, [material.Turns[k.Index].Id], k.Text), false)),
        };
    }

    private static string Text(SummaryMaterial material, List<Spoken> spoken, List<DraftItem> items, List<string> key)
    {
        var paragraphs = new List<string>();
        if (material.Origin is { } origin)
            paragraphs.Add(origin);
        var keywords = Extraction.Keywords(spoken, 4);
        var opening = keywords.Count > 1 ? $"Much of it was about {string.Join(", ", keywords.SkipLast(1))} and {keywords[^1]}." : "";
        int decisions = items.Count(i => i.Kind == ItemKind.Decision), actions = items.Count(i => i.Kind == ItemKind.NextAction);
        if (decisions + actions > 0)
            opening += " " + Plain.Capitalised($"{Counted(decisions, "decision")} and {Counted(actions, "next action")} were heard.");
        if (opening.Length > 0)
            paragraphs.Add(opening.Trim());
        if (key.Count > 0)
            paragraphs.Add("In their own words:\n" + string.Join('\n', key));
        if (material.Turns.Count == 0 && material.Notes.Count > 0)
            paragraphs.Add("From the notes:\n" + string.Join('\n', material.Notes.SelectMany(Plain.Sentences).Where(s => Plain.Stems(s).Count > 1).Take(5).Select(s => "– " + Plain.Shortened(s, 45))));
        if (paragraphs.Count == 0 || (paragraphs.Count == 1 && material.Origin is not null))
            paragraphs.Add("Too little was said to tell what it was about.");
        return string.Join("\n\n", paragraphs);
    }

    private static IEnumerable<DraftItem> Items(SummaryMaterial material, List<Spoken> spoken, IReadOnlyList<Found> found, ItemKind kind) =>
        found.Take(MaxItems).Select(f =>
        {
            Guid[] turns = material.Turns.Count == 0 ? [] : [.. f.Turns.Select(i => material.Turns[i].Id)];
            return new DraftItem(
                kind, f.Text.Length > MaxText ? f.Text[..MaxText] : f.Text, kind == ItemKind.NextAction ? f.Owner : null,
                kind == ItemKind.NextAction ? DueDates.In(f.When ?? f.Quote, SaidOn(material, spoken, f)) : null, f.IsUnsure, false, turns) { At = Moments.Of(material, turns, f.Quote) };
        });

    /// <summary>A session may be talked about for days in its chat; "tomorrow" counts from when it was said.</summary>
    private static DateOnly SaidOn(SummaryMaterial material, List<Spoken> spoken, Found found)
    {
        var at = spoken[found.Turns[0]].At;
        return material.Turns.Count > 0 || at == default ? material.HeldOn : DateOnly.FromDateTime(at.UtcDateTime);
    }

    private static string Counted(int count, string what) =>
        count == 0 ? $"no {what}" : count == 1 ? $"one {what}" : string.Create(CultureInfo.InvariantCulture, $"{count} {what}s");
}
