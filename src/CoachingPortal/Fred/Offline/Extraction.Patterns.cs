using System.Text.RegularExpressions;

namespace CoachingPortal.Fred.Offline;

/// <summary>How people word what they decide and promise.</summary>
internal static partial class Extraction
{
    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private const string Deeds =
        "send|call|write|talk|speak|ask|draft|prepare|book|schedule|set|hire|fire|build|ship|launch|test|try|review|read|share|email|mail|message|invite|meet|update|fix|finish|start|stop|plan|make|create|run|offer|raise|cut|check|follow|look|bring|put|block|list|publish|record|sign|pay|cancel|move|sell|interview|introduce|reach|delegate|propose|announce|measure|post|collect|find|tell|give|show|document|sketch|price|reply|decide|note|do|go|get|pick|choose|ring|phone|text|ping|pop|drop|sort|chase|nudge|revert|dig|host|catch|shoot|sit|pull|hand|file|order|print|register|compare|count|arrange|organise|organize";

    [GeneratedRegex(@"\b(?:i|(?<we>we))(?:'ll| will| shall|'m going to| am going to|'re going to| are going to|'m gonna| promise(?: you)? to| commit to| promise(?: that)? i'll) (?:definitely |also |then |just |now |simply |probably |maybe |really |try to |at least |personally )*(?!not\b|never\b)(?<x>.+)$|\blet me (?<x>(?:send|write|draft|prepare|book|schedule|introduce|share|email|set up|put together)\b.+)$|\bcount on me to (?<x>.+)$", Loose)]
    private static partial Regex Promise();

    [GeneratedRegex(@"^(?:be (?!ready)|have\b|see\b|think\b|say\b|admit\b|tell you\b|let you\b|ask you (?!to\b)|stop you\b|pause\b|come back to that|give you (?:an example|that)|repeat\b|explain\b|get (?:back to that|it|there|used)|leave it|miss\b|need\b|know\b|feel\b|lose\b|die\b|regret\b|forget\b|always\b|never\b|probably never|go (?:mad|crazy|bankrupt|under)|run out\b|end up\b|look (?:like|bad|stupid|weak)|sound\b|believe\b|want\b|like\b|love\b|hate\b|take that\b|do my best|manage\b|survive\b|fail\b|not\b)", Loose)]
    private static partial Regex JustTalk();

    [GeneratedRegex(@"\b(?:i|(?<we>we)) (?:could|might|should|ought to|can) (?:probably |maybe |also |perhaps |just |at least |always )?(?<x>.+)$", Loose)]
    private static partial Regex Could();

    [GeneratedRegex(@"\bi (?:can|could) (?<x>\w+ .*\byou\b.*|\w+ you\b.*)$", Loose)]
    private static partial Regex Offer();

    [GeneratedRegex(@"^(?:\W*(?:oh|ah|ooh|wow|um+),? )*(?:yes|that(?:'d| would) (?:be|help)|please|thank|thanks|brilliant|lovely|perfect|would you|hell yes)\b(?!.*\bbut\b)", Loose)]
    private static partial Regex Thanks();

    [GeneratedRegex(@"^(?:" + Deeds + @")\b", Loose)]
    private static partial Regex Doing();

    [GeneratedRegex(@"\b(?:i|(?<we>we))(?:'ve got| have got| need| have|'ll have) to (?<x>.+)$", Loose)]
    private static partial Regex Must();

    [GeneratedRegex(@"\b(?:by|before|until|on|this|next) (?:the )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|weekend|end of|\d{1,2}(?:st|nd|rd|th)|next (?:week|month|session|call)|our next|week|month)\b|\b(?:tomorrow|tonight|today)\b", Loose)]
    private static partial Regex Deadline();

    [GeneratedRegex(@"\b(?:can|could|will|would) you (?:please |also |maybe )?(?<x>(?:" + Deeds + @")\b[^?]*)\??$|^(?:and |so |then )?please (?<x>(?:" + Deeds + @")\b.+)$", Loose)]
    private static partial Regex Request();

    [GeneratedRegex(@"\byou(?:'ll| will|'re going to| are going to) (?<x>(?:" + Deeds + @")\b.+)$|\b(?:your|the) (?:homework|next step|action(?: item)?|task) (?:is|would be|for (?:you|this week) is) (?:to )?(?<x>.+)$", Loose)]
    private static partial Regex Assigned();

    [GeneratedRegex(@"^(?:\W*(?:oh|well|um+|ok(?:ay)?,? )?)*(?:yes|yeah|yep|sure|ok(?:ay)?|will do|of course|absolutely|definitely|i can(?: do that)?\b|i(?:'ll| will)\b|deal|gladly|happy to|fine|agreed|done|good|great|right|maybe|probably|perhaps|consider it done|no problem)", Loose)]
    private static partial Regex Yes();

    [GeneratedRegex(@"\b(?:maybe|perhaps|probably|possibly|might|could|i guess|i suppose|i think|not sure|kind of|sort of|try to|i'd like to|should|someday|at some point|hopefully|if i (?:can|find|get|have))\b", Loose)]
    private static partial Regex Hedged();

    [GeneratedRegex(@"^(?:if|unless|in case|as long as|depending)\b|\b(?:if|unless|depending on) (?:he|she|they|it|the|that|we|i|you|nobody|nothing)\b", Loose)]
    private static partial Regex Condition();

    [GeneratedRegex(@"\b(?:i|we|he|she|they) (?:said|told \w+|promised|thought|keep saying|kept saying|always say|swore|was like|were like)(?: that| to myself)? (?:i|we)\b|\b(?:last (?:year|month|week|time|quarter)|back then|years ago|afraid|scared|worried|fear|hope|doubt|wonder|imagine|what if|suppose)\b.*\b(?:i|we)(?:'ll| will|'m going to)\b", Loose)]
    private static partial Regex Reported();

    [GeneratedRegex(@"\b(?:we|i)(?:'ve| have)?(?: just| now| finally)? decided (?:(?<not>against) |to |that |on |for )(?<x>.+)$|\b(?:the |our |my )decision (?:is|stands|then is)(?: to| that|:)? ?(?<x>.+)$|\blet's (?:go|stick|stay|start|begin|leave it|move ahead|proceed) with (?<x>.+)$|\blet's (?<x>(?:do|drop|kill|keep|cancel|postpone|raise|cut|hire|launch|ship|meet|make it|move|freeze|stop|close|price|say) .+)$|\b(?:we|i)(?:'re| are|'ll| will|'m| am)(?: then)? (?:go|going|stick|sticking|stay|staying) with (?<x>.+)$|\bwe(?:'ve| have)? agree(?:d)? (?:to |that |on |upon )(?<x>.+)$|^(?:so,? |ok(?:ay)?,? |good,? |then )*(?:it(?:'s| is)|that(?:'s| is)|so it(?:'s| is)) (?:settled|decided|agreed|a deal)[:,\-– ]+(?<x>.+)$|^(?:so |then |ok(?:ay)?,? )*agreed[:,] (?<x>.+)$|\bthe plan is (?:to |that )?(?<x>.+)$|\b(?:i|we)(?:'ve| have)? made up (?:my|our) minds?[:,]? (?:to |that |and )?(?<x>.+)$|\bwe(?:'re| are) (?<not>not) going to (?<x>.+)$|\bsettled on (?<x>.+)$|\bfrom (?:now on|today|monday on),? we (?<x>.+)$", Loose)]
    private static partial Regex Decided();

    // Said as the last word on it.
    [GeneratedRegex(@"^(?:okay,? |so,? |right,? |and |no[.,] |fine,? )*(?<x>.*?),? ?(?:(?:and )?that(?:'s| is)(?: now)? (?:final|it|my (?:last word|final answer|answer)|our line|settled|decided|that|the decision|flat)|final answer|full stop|end of story|no ifs|that much i(?:'m| am) (?:certain|sure) of|i(?:'m| am) calling it|(?:this|that) i(?:'ve| have) decided\b.*|i(?:'m| am) done (?:debating|discussing))[.! ]*$|^(?:so |and |then |okay,? |right,? )*(?:we|i)(?:'re| are|'m| am) (?<x>(?:not )?(?!going\b|being\b|having\b|getting\b|doing\b|looking\b|trying\b|thinking\b|talking\b|losing\b|running\b|still\b|so\b|very\b|sure\b)(?:making|dropping|keeping|killing|cancelling|renewing|hiring|raising|moving|closing|taking|launching|shutting|stopping|switching|letting|delaying|postponing|signing|selling|buying|pausing|focusing|cutting)\b.+)$|^(?:so |and |okay,? |right,? )*(?:it's|it is) (?<x>.+), then[.!]*$|^(?:so |and |then |okay,? |right,? )*we(?:'re| are) (?<x>not \w+ing)[.!]*$|\bwe (?<x>(?:don't|do not|no longer|won't) .+? (?:anymore|any more|any longer|from now on))[.!]*$|^(?<x>the \w+(?: \w+)? (?:is|are|stays?) (?:on pause|off the table|dead|off|out|in|cancelled|postponed)\b.*)$", Loose)]
    private static partial Regex Final();

    [GeneratedRegex(@"\byou(?:'ll| will) (?:have|get|find)\b.*\b(?:from me|by|tomorrow|tonight|on|before|later)\b", Loose)]
    private static partial Regex Delivered();

    [GeneratedRegex(@"\b(?:haven't|have not|hasn't|didn't|did not|not yet|never|can't|cannot|couldn't|before we|until we|once we|if we|when we|had|should have|have to|need to|must|wish we|whether)\b[^,.]{0,20}\b(?:decide|agree|settle)|\b(?:decided|agreed|settled)\b.*\b(?:last (?:year|month|quarter|summer|winter|spring|autumn)|years? ago|months? ago|back then|in \d{4})\b|\b(?:last (?:year|month|quarter|summer)|years? ago|back then)\b.*\b(?:decided|agreed|settled)\b|\bthey (?:have )?(?:decided|agreed)\b|\blet's say (?:that |you|we|someone|it|he|she)|\blet's (?:do|make) (?:a|an|that) (?:exercise|experiment|check|quick)|\blet's (?:keep|move) (?:going|on\b|talking)|\blet's stay with (?:that|this|it)|\blet's start with (?:that|what|how|you|where|the (?:goal|good|beginning))", Loose)]
    private static partial Regex Undecided();

    [GeneratedRegex(@"^(?:\W*(?:ok(?:ay)?|yes|good|right|great|fine),? )?(?:agreed|deal|it's a deal|that's settled|settled|let's do (?:it|that)|that's the plan|so be it|we have a deal|decided)[.!]*$", Loose)]
    private static partial Regex BareAgreement();

    [GeneratedRegex(@"(?:^|\b)(?:then |so |ok(?:ay)?,? |i(?:'d| would) (?:say|propose|suggest)(?: that)? |i (?:propose|suggest|say)(?: that)? |how about |what about |what if |shall we |should we |why don't we |my proposal is (?:to |that )?|we (?:could|should|would|will|'ll)|let's )+(?<x>.+)$", Loose)]
    private static partial Regex Proposal();

    [GeneratedRegex(@"\b(?:because|the (?:problem|reason|truth|point|question) is|i realised?|i realized|i noticed|i learned|what matters|the hardest|i'm (?:afraid|worried|scared)|decided|agreed|\d+ ?(?:%|percent|k|thousand|euros?|dollars?|customers?|months?|weeks?))", Loose)]
    private static partial Regex Telling();

    [GeneratedRegex(@"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|how are you|can you hear|thank|bye|see you|sorry|one moment)\b", Loose)]
    private static partial Regex SmallTalk();

    [GeneratedRegex(@"^(?:going|doing|saying|think\w*|talk\w*|want\w*|feel\w*|need\w*|getting|being|having|monday|tuesday|wednesday|thursday|friday|saturday|sunday|first|second|three|four|five|half|every\w*|better|best|send\w*|call(?:ed|ing)?|tell\w*|start\w*|work(?:s|ed|ing)?|okay|agreed?|decided?|months?|weeks?|years?|days?|time|next|great|exactly|course|sounds?|asked|told|write|real|still|mean\w*)$", Loose)]
    private static partial Regex NoKeyword();

    [GeneratedRegex(@"^(?:then |also |just |to |and |that |it's |we(?:'ll| will|'re going to| are going to)? )+", Loose)]
    private static partial Regex Leading();

    [GeneratedRegex(@"(?:,? (?:and (?:then )?(?:we|i|you|that|see)\b.*|so (?:that )?(?:we|i|you|they|it)\b.*|because .*|since .*|which .*|but .*|okay\??|ok\??|right\??|i (?:promise|think|guess|suppose)|then|you know|for sure))$", Loose)]
    private static partial Regex Trailing();

    [GeneratedRegex(@"\byou(?:r)?\b(?!')", Loose)]
    private static partial Regex Your();
}
