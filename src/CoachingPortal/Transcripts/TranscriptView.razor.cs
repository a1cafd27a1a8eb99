using System.Globalization;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;

namespace CoachingPortal.Transcripts;

/// <summary>
/// What was said in a session. An hour holds hundreds of turns, so that a turn's markup is slim and it is drawn again
/// only when the turns are others. A click on a time is heard by the page's script, through the list's parent.
/// </summary>
public sealed partial class TranscriptView : ComponentBase
{
    /// <summary>Below this confidence (0 to 1) a turn is marked.</summary>
    public const double UnsureBelow = 0.6;

    private (IReadOnlyList<TurnLine>?, DateTimeOffset, bool) drawn;

    /// <summary>In order.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<TurnLine> Turns { get; set; } = [];

    /// <summary>Position 0, where the player's 0 is.</summary>
    [Parameter, EditorRequired]
    public DateTimeOffset Start { get; set; }

    /// <summary>Whether there is something to play from a turn's time; else the times are plain text.</summary>
    [Parameter]
    public bool CanSeek { get; set; }

    protected override bool ShouldRender() => drawn != (Turns, Start, CanSeek);

    protected override void OnAfterRender(bool firstRender) => drawn = (Turns, Start, CanSeek);

    /// <summary>Such as <c>4:07</c> or <c>1:04:07</c>; before the start, <c>-0:12</c>.</summary>
    private string Position(TurnLine turn)
    {
        var position = turn.StartedAt - Start;
        var sign = position <= TimeSpan.FromSeconds(-1) ? "-" : "";
        return sign + position.Duration().ToString(position.Duration() >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Null where it is the page's own, and saying it again would only make the page longer.</summary>
    private static string? LanguageOf(TurnLine turn) => turn.Language is { } language && !language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? language : null;

    private static string? RoleOf(TurnLine turn) => turn.Role is { } role ? " " + role.ToString().ToLowerInvariant() : null;

    private static string? ClassOf(TurnLine turn) => turn.Role == Role.Founder ? "by-founder" : null;
}
