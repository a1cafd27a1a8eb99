using CoachingPortal.Domain;
using CoachingPortal.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts;

/// <summary>
/// What was said in a session. Two hours hold thousands of turns, so that each is one piece of markup
/// (<see cref="TurnMarkup"/>) and all are drawn again only when they are others; of those, only the ones that changed
/// reach the browser. A click on a time, or on words, is heard by the page's script, through the list's parent.
/// </summary>
public sealed partial class TranscriptView(IOptions<TranscriptionOptions> options, ViewerTimeZone viewer) : ComponentBase
{
    /// <summary>Turns of one list: what is out of sight is left out by browsers list by list.</summary>
    private const int Together = 8;

    private IReadOnlyList<TranscriptPart>? drawn;
    private TurnMarkup? markup;

    /// <summary>In order; drawn again only when it is another list.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<TranscriptPart> Parts { get; set; } = [];

    protected override async Task OnInitializedAsync() => markup = new(options.Value.ConfidenceThreshold, await viewer.GetAsync());

    protected override bool ShouldRender() => drawn != Parts;

    protected override void OnAfterRender(bool firstRender) => drawn = markup is null ? null : Parts;
}
