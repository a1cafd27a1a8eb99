using System.Text.Json;
using System.Text.Json.Serialization;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Summary;

/// <summary>A call's transcript, and its summary if the sender made one; else FRED makes it from the transcript.</summary>
/// <param name="RoomName">Names the session.</param>
/// <param name="Transcript">At most 500 entries, in order.</param>
/// <param name="CallType"><c>scheduled</c> or <c>on-demand</c>; left as it is when missing.</param>
/// <param name="Replace">Whether a summary that stands may be replaced.</param>
public sealed record SummaryRequest(
    string? RoomName, IReadOnlyList<TranscriptEntry?>? Transcript, string? Summary, IReadOnlyList<SummaryItem?>? Decisions, IReadOnlyList<SummaryItem?>? NextActions,
    IReadOnlyList<SummaryItem?>? OpenQuestions, string? CallType, bool? Replace);

/// <summary>One entry of a transcript.</summary>
/// <param name="Role"><c>founder</c>, <c>coach</c>, or nothing for another voice; without it the speaker's name may tell.</param>
/// <param name="Start">Seconds from the start of the call; <paramref name="StartedAt"/> wins.</param>
/// <param name="End">Seconds from the start of the call; <paramref name="EndedAt"/> wins.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Language">BCP 47, such as <c>en-GB</c>, at most 35 characters.</param>
public sealed record TranscriptEntry(string? Speaker, string? Role, string? Text, DateTimeOffset? StartedAt, double? Start, DateTimeOffset? EndedAt, double? End, double? Confidence, string? Language = null);

/// <summary>A decision or next action: its text alone, or an object.</summary>
/// <param name="Owner"><c>founder</c> or <c>coach</c>.</param>
[JsonConverter(typeof(Converter))]
public sealed record SummaryItem(string? Text, string? Owner, DateOnly? DueOn)
{
    private sealed record Fields(string? Text, string? Owner, DateOnly? DueOn);

    private sealed class Converter : JsonConverter<SummaryItem>
    {
        public override SummaryItem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
                return new(reader.GetString(), null, null);
            var fields = JsonSerializer.Deserialize<Fields>(ref reader, options);
            return new(fields?.Text, fields?.Owner, fields?.DueOn);
        }

        public override void Write(Utf8JsonWriter writer, SummaryItem value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, new Fields(value.Text, value.Owner, value.DueOn), options);
    }
}

/// <summary>What stands after a summary was sent.</summary>
/// <param name="Source"><c>agent</c> when the sender made it, <c>offline</c> or <c>model</c> when FRED did; null when there is none.</param>
public sealed record SummaryStanding(Guid SessionId, string RoomName, string CallType, string? Summary, SummarySource? Source, int Decisions, int NextActions, int OpenQuestions, int Turns);

internal static class SummaryRequestCheck
{
    public const int MaxEntries = 500;
    private const int MaxItems = 100, MaxSummary = 20_000;

    /// <summary>All faults at once, by field; none when the request is sound.</summary>
    public static Dictionary<string, string[]> Faults(SummaryRequest r, DateTimeOffset now)
    {
        var latest = now.AddDays(1);
        var faults = new Dictionary<string, string[]>();
        if (string.IsNullOrWhiteSpace(r.RoomName))
            Add("roomName", "Name the session by its room.");
        else if (r.RoomName.Any(char.IsControl))
            Add("roomName", "A room's name has printable characters only.");
        if (r.CallType is not (null or CoachingSession.Scheduled or CoachingSession.OnDemand))
            Add("callType", "The call type is scheduled or on-demand.");
        if (r.Summary?.Length > MaxSummary)
            Add("summary", $"A summary has at most {MaxSummary:N0} characters.");
        else if (HasNull(r.Summary))
            Add("summary", "A null character cannot be stored.");
        if (r.Transcript is null && string.IsNullOrWhiteSpace(r.Summary) && r.Decisions is null && r.NextActions is null && r.OpenQuestions is null)
            Add("transcript", "Send a transcript, a summary, or both.");
        if (r.Transcript?.Count > MaxEntries)
            Add("transcript", $"A transcript has at most {MaxEntries} entries; this one has {r.Transcript.Count}. Merge neighbouring entries of one speaker.");
        else
            for (var i = 0; i < (r.Transcript?.Count ?? 0); i++)
                if (FaultOf(r.Transcript![i], latest) is { } fault)
                    Add($"transcript[{i}]", fault);
        Items("decisions", r.Decisions);
        Items("nextActions", r.NextActions);
        Items("openQuestions", r.OpenQuestions);
        return faults;

        void Add(string field, string fault)
        {
            if (faults.Count < 20)
                faults[field] = [fault];
        }

        void Items(string field, IReadOnlyList<SummaryItem?>? items)
        {
            if (items?.Count > MaxItems)
                Add(field, $"At most {MaxItems}.");
            for (var i = 0; i < Math.Min(items?.Count ?? 0, MaxItems); i++)
            {
                if (items![i]?.Text?.Trim() is not { Length: >= 1 and <= 2000 })
                    Add($"{field}[{i}]", "A text of 1 to 2000 characters is needed.");
                else if (HasNull(items[i]!.Text))
                    Add($"{field}[{i}]", "A null character cannot be stored.");
                else if (items[i]!.Owner is not (null or "founder" or "coach"))
                    Add($"{field}[{i}].owner", "The owner is founder or coach.");
            }
        }
    }

    private static bool HasNull(string? text) => text?.Contains('\0', StringComparison.Ordinal) == true;

    private static string? FaultOf(TranscriptEntry? e, DateTimeOffset latest) =>
        e?.Text?.Trim() is not { Length: >= 1 and <= 8000 } ? "A text of 1 to 8000 characters is needed."
        : HasNull(e.Text) || HasNull(e.Speaker) ? "A null character cannot be stored."
        : e.Speaker is not null && e.Speaker.Trim().Length is 0 or > 100 ? "A speaker's name has 1 to 100 characters."
        : string.IsNullOrWhiteSpace(e.Speaker) && e.Role is null ? "Name the speaker or the role."
        : e.Role is not (null or "founder" or "coach" or "agent" or "other") ? "The role is founder or coach, or is left out."
        : e.Confidence is { } c && !(c >= 0 && c <= 1) ? "The confidence lies between 0 and 1."
        : e.Language is { } language && (language.Trim().Length is 0 or > 35 || language.Any(char.IsControl)) ? "The language is a tag such as en-GB, of at most 35 characters."
        : e.Start is { } s && !(s >= 0 && s <= 86_400) || e.End is { } f && !(f >= 0 && f <= 86_400) ? "Start and end are seconds from the start of the call, at most a day."
        : e.StartedAt is { } from && from < DateTimeOffset.UnixEpoch ? "The time it started is missing."
        : e.StartedAt > latest || e.EndedAt > latest ? "Its time lies in the future."
        : (e.EndedAt is { } end && e.StartedAt is { } start && end < start) || e.End < e.Start ? "It cannot end before it starts."
        : null;
}
