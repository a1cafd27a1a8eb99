using System.Globalization;
using System.Text;
using System.Text.Json;
using CoachingPortal.Domain;
using CoachingPortal.Fred.Offline;

namespace CoachingPortal.Fred.Summary;

/// <summary>A model's summary. What it claims to have been said is looked up; what is not there is marked as unverified.</summary>
internal static class ModelSummary
{
    /// <summary>Characters of the material, of which notes take at most a third where there is no transcript.</summary>
    private const int MaxChars = 120_000, MaxNotes = 40_000;

    private const int MaxItems = 30, MaxSummary = 10_000;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { AllowTrailingCommas = true, ReadCommentHandling = JsonCommentHandling.Skip };

    /// <summary>The material as the model reads it, and the turn ids behind each numbered line (from 1).</summary>
    public static (string Text, List<Guid[]> Lines, bool IsCondensed) Describe(SummaryMaterial material)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Session \"{material.Title}\", held on {material.HeldOn:dddd yyyy-MM-dd}. Founder: {material.FounderName}. Coach: {material.CoachName}.").AppendLine();
        if (material.Turns.Count > 0)
        {
            var said = Condensed.Of([.. material.Turns.Select(t => t.Said)], MaxChars - text.Length);
            text.AppendLine("Transcript:");
            foreach (var (entry, number) in said.Entries.Select((e, i) => (e.Said, i + 1)))
                text.AppendLine(CultureInfo.InvariantCulture, $"{number}. {(entry.Role?.ToString() ?? entry.Speaker).ToUpperInvariant()}: {Line(entry.Text)}");
            return (text.ToString(), [.. said.Entries.Select(e => e.Places.Select(p => material.Turns[p].Id).ToArray())], said.LeavesOut);
        }
        text.AppendLine(material.Origin).AppendLine();
        var notes = Condensed.Of([.. material.Notes.Select(n => new Spoken("Note", null, n, default))], MaxNotes);
        var chat = Condensed.Of(material.Chat, MaxChars - text.Length - notes.Entries.Sum(n => Condensed.SizeOf(n.Said)));
        foreach (var (_, entry) in chat.Entries)
            text.AppendLine(CultureInfo.InvariantCulture, $"FOUNDER to FRED: {Line(entry.Text)}");
        foreach (var (_, entry) in notes.Entries)
            text.AppendLine(CultureInfo.InvariantCulture, $"NOTE: {Line(entry.Text)}");
        return (text.ToString(), [], chat.LeavesOut || notes.LeavesOut);
    }

    /// <returns>Null when the answer is no summary.</returns>
    public static SummaryDraft? Read(string answer, SummaryMaterial material, IReadOnlyList<Guid[]> lines, bool isCondensed)
    {
        Answer? read;
        try
        {
            int start = answer.IndexOf('{', StringComparison.Ordinal), end = answer.LastIndexOf('}');
            read = start < 0 || end < start ? null : JsonSerializer.Deserialize<Answer>(answer[start..(end + 1)], Json);
        }
        catch (JsonException)
        {
            return null;
        }
        var quotations = new Quotations(material, lines);
        var points = Sentences(read?.Summary).Select(c =>
        {
            var (evidence, isProven) = quotations.Of(c.Quote, c.Turns);
            return new SummaryPoint(string.Join(' ', c.Text!.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)), evidence, Moments.Of(material, evidence, c.Quote ?? ""), !isProven);
        }).ToList();
        if (read is null || points.Count == 0)
            return null;
        var condensed = material.Turns.Count > 0 ? "The transcript was long; this was made from a condensed form of it." : "Chat and notes were long; this was made from a condensed form of them.";
        var text = string.Join("\n\n", new[] { material.Origin, Cut(string.Join("\n\n", points.Select(p => p.Text)), MaxSummary), isCondensed ? condensed : null }.Where(t => t is not null));
        var items = Items(read.Decisions, ItemKind.Decision).Concat(Items(read.NextActions, ItemKind.NextAction)).Concat(Items(read.OpenQuestions, ItemKind.OpenQuestion)).ToList();
        return new(text, items, SummarySource.Model) { Points = points };

        IEnumerable<DraftItem> Items(List<Claim>? claims, ItemKind kind) =>
            Written(claims ?? []).Select(c =>
            {
                var (evidence, isProven) = quotations.Of(c.Quote, c.Turns);
                Role? owner = kind != ItemKind.NextAction ? null : c.Owner?.Trim().ToLowerInvariant() switch { "founder" => Role.Founder, "coach" => Role.Coach, _ => null };
                DateOnly? due = kind == ItemKind.NextAction && DateOnly.TryParseExact(c.DueOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var on) ? on : null;
                return new DraftItem(kind, Cut(c.Text!.Trim(), 2000), owner, due, c.Unsure == true, !isProven, evidence) { At = Moments.Of(material, evidence, c.Quote ?? "") };
            });
    }

    private static string Line(string text) => text.ReplaceLineEndings(" ");

    private static string Cut(string text, int length) => text.Length > length ? text[..length] : text;

    /// <summary>Its sentences; of a summary that is one text its paragraphs, which name nothing they rest on.</summary>
    private static IEnumerable<Claim> Sentences(JsonElement? summary) => summary switch
    {
        { ValueKind: JsonValueKind.String } text => Written(text.GetString()!.Split("\n\n").Select(p => new Claim(p, null, null, null, null, null))),
        { ValueKind: JsonValueKind.Array } sentences => Written(sentences.Deserialize<List<Claim>>(Json) ?? []),
        _ => [],
    };

    private static IEnumerable<Claim> Written(IEnumerable<Claim> claims) => claims.Where(c => !string.IsNullOrWhiteSpace(c.Text)).Take(MaxItems);

    private sealed record Answer(JsonElement? Summary, List<Claim>? Decisions, List<Claim>? NextActions, List<Claim>? OpenQuestions);

    private sealed record Claim(string? Text, string? Owner, string? DueOn, string? Quote, List<int>? Turns, bool? Unsure);
}
