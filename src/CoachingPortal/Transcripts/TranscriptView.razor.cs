using System.Globalization;
using CoachingPortal.Domain;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts;

/// <summary>
/// What was said in a session. An hour holds hundreds of turns, so that a turn's markup is slim and it is drawn again
/// only when the turns are others. A click on a time is heard by the page's script, through the list's parent.
/// </summary>
public sealed partial class TranscriptView(IOptions<TranscriptionOptions> options) : ComponentBase
{
    private IReadOnlyList<TranscriptPart>? drawn;

    /// <summary>In order; drawn again only when it is another list.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<TranscriptPart> Parts { get; set; } = [];

    /// <summary>Below this confidence (0 to 1) a turn is marked.</summary>
    private double UnsureBelow => options.Value.ConfidenceThreshold;

    protected override bool ShouldRender() => drawn != Parts;

    protected override void OnAfterRender(bool firstRender) => drawn = Parts;

    /// <summary>Such as <c>4:07</c> or <c>1:04:07</c>; before the start, <c>-0:12</c>.</summary>
    private static string Position(TranscriptPart part, TurnLine turn)
    {
        var position = turn.StartedAt - part.Start;
        var sign = position <= TimeSpan.FromSeconds(-1) ? "-" : "";
        return sign + position.Duration().ToString(position.Duration() >= TimeSpan.FromHours(1) ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }

    /// <summary>Null where it is the page's own, and saying it again would only make the page longer.</summary>
    private static string? LanguageOf(TurnLine turn) => turn.Language is { } language && !language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? language : null;

    private static string? RoleOf(TurnLine turn) => turn.Role is { } role ? " " + role.ToString().ToLowerInvariant() : null;

    private static string? ClassOf(TurnLine turn) => turn.Role == Role.Founder ? "by-founder" : null;
}
