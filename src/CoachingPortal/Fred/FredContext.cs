using System.Globalization;
using System.Text;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred;

/// <summary>Something said in the call.</summary>
public sealed record Spoken(string Speaker, Role? Role, string Text, DateTimeOffset At)
{
    /// <summary>See <see cref="TurnPieces"/>.</summary>
    public int[] Pieces { get; init; } = [];
}

/// <summary>A next action that is not ticked off, and where it was agreed.</summary>
/// <param name="IsUnverified">A program claims it, and the words it rests on were not found, or are gone.</param>
public sealed record OpenAction(string Text, Role? Owner, DateOnly? DueOn, DateTimeOffset AgreedAt, string SessionTitle, bool IsFromThisSession, bool IsUnverified = false);

public sealed record PastSession(string Title, DateTimeOffset At, string? Summary, IReadOnlyList<string> Decisions, IReadOnlyList<string> Actions);

public sealed record ChatLine(ChatRole Role, string Text);

/// <summary>
/// All that FRED knows when asked, bounded in size, and limited to what the asker may read: a founder's FRED knows
/// neither the coach-only notes nor the coach's chat.
/// </summary>
public sealed partial record FredContext
{
    public required Role Asker { get; init; }
    public required string FounderName { get; init; }
    public required string CoachName { get; init; }
    public Guid? SessionId { get; init; }
    public string Title { get; init; } = "";
    public DateTimeOffset StartsAt { get; init; }
    public DateTimeOffset Now { get; init; }

    /// <summary>In order; the newest are kept.</summary>
    public IReadOnlyList<Spoken> Turns { get; init; } = [];

    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<OpenAction> OpenActions { get; init; } = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<PastSession> Past { get; init; } = [];

    /// <summary>The asker's conversation with FRED in this session, in order; the last line is the question.</summary>
    public IReadOnlyList<ChatLine> Chat { get; init; } = [];

    public string Question => Chat is [.., { Role: not ChatRole.Fred } last] ? last.Text : "";

    /// <summary>The material in words, for a model.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"Session: {Title}, {Day(StartsAt)}. Founder: {FounderName}. Coach: {CoachName}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"Now: {Now.UtcDateTime:yyyy-MM-dd HH:mm} UTC. You talk with {(Asker == Role.Coach ? CoachName + ", the coach" : FounderName + ", the founder")}.");
        Section("Open actions", OpenActions.Select(a => $"- {a.Text} (owner: {a.Owner?.ToString() ?? "nobody named"}{(a.DueOn is { } due ? $", due {due:yyyy-MM-dd}" : "")}; agreed {Day(a.AgreedAt)}, \"{a.SessionTitle}\"{(a.IsUnverified ? Unverified : "")})"));
        foreach (var session in Past)
        {
            Section($"Earlier session \"{session.Title}\", {Day(session.At)}", session.Summary is null ? [] : [session.Summary]);
            Section("Its decisions", session.Decisions.Select(d => "- " + d));
            Section("Its actions", session.Actions.Select(a => "- " + a));
        }
        Section("Notes of this session", Notes);
        Section("Said in this call so far", Turns.Select(t => $"{t.Role?.ToString() ?? t.Speaker}: {t.Text}"));
        return text.ToString();

        void Section(string title, IEnumerable<string> lines)
        {
            var all = lines.ToList();
            if (all.Count == 0)
                return;
            text.AppendLine().AppendLine(title + ":");
            all.ForEach(l => text.AppendLine(l));
        }
    }

    private const string Unverified = "; unverified, its words were not found in what was said";

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
