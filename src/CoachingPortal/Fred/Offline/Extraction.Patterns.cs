using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

/// <summary>Which sentences and words carry most.</summary>
internal static partial class Extraction
{
    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(?:because|the (?:problem|reason|truth|point|question) is|i realised?|i realized|i noticed|i learned|what matters|the hardest|i'm (?:afraid|worried|scared)|decided|agreed|\d+ ?(?:%|percent|k|thousand|euros?|dollars?|customers?|months?|weeks?))", Loose)]
    private static partial Regex Telling();

    [GeneratedRegex(@"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|how are you|can you hear|thank|bye|see you|sorry|one moment)\b", Loose)]
    private static partial Regex SmallTalk();

    [GeneratedRegex(@"^(?:going|doing|saying|think\w*|talk\w*|want\w*|feel\w*|need\w*|getting|being|having|monday|tuesday|wednesday|thursday|friday|saturday|sunday|first|second|three|four|five|half|every\w*|better|best|send\w*|call(?:ed|ing)?|tell\w*|start\w*|work(?:s|ed|ing)?|okay|agreed?|decided?|months?|weeks?|years?|days?|time|next|great|exactly|course|sounds?|asked|told|write|real|still|mean\w*)$", Loose)]
    private static partial Regex NoKeyword();
}
