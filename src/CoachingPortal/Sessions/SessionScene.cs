using CoachingPortal.Domain;
using CoachingPortal.Recordings;

namespace CoachingPortal.Sessions;

/// <summary>What the player's outline shows of a session: who spoke when, and where decisions, actions, comments and FRED's messages belong.</summary>
internal static class SessionScene
{
    private const int LongestText = 90;

    public static PlayerScene Of(SessionMaterial material) => new(
        [.. material.Turns.Select(t => new Voice(t.StartedAt, t.EndedAt, t.Role, t.Speaker))],
        [.. Marks(material).OrderBy(m => m.At)]);

    /// <summary>Whether the scene of one reading is another than that of the reading before.</summary>
    public static bool IsOther(SessionMaterial? before, SessionMaterial now) =>
        before is null || before.Turns != now.Turns || before.Items != now.Items || before.Chat != now.Chat || before.Comments != now.Comments;

    private static IEnumerable<Mark> Marks(SessionMaterial material)
    {
        foreach (var item in material.Items)
            if (item.Evidence is [var turn, ..])
                yield return new(turn.At, item.Kind switch { ItemKind.Decision => MarkKind.Decision, ItemKind.NextAction => MarkKind.Action, _ => MarkKind.Question }, Short(item.Text) + (item.IsUnverified ? " (unverified)" : ""));
        foreach (var message in material.Chat)
            if (message.Role == ChatRole.Fred)
                yield return new(message.CreatedAt, MarkKind.Fred, Short(message.Text));
        foreach (var comment in material.Comments)
            if (comment is { ReplyToId: null, IsDeleted: false })
                yield return new(comment.At, MarkKind.Comment, Short(comment.Text));
    }

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestText ? line : line[..(line.LastIndexOf(' ', LongestText) is > 0 and var end ? end : LongestText)].TrimEnd('.', ',', ';', ':') + "…";
    }
}
