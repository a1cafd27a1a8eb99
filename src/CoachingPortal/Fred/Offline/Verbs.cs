namespace CoachingPortal.Fred.Offline;

/// <summary>The words that rules share: what one does for somebody, what one settles, and when.</summary>
internal static class Verbs
{
    /// <summary>Deeds that are done and then ticked off; a promise is made of these.</summary>
    public const string Task =
        "send|call|write|talk|speak|ask|draft|prepare|prep|book|schedule|set|build|ship|test|try|review|read|share|email|e-mail|mail|message|invite|meet|update|fix|finish|start|plan|make|create|check|follow|look|bring|put|"
        + "block|list|publish|record|sign|pay|interview|introduce|reach|delegate|propose|announce|measure|post|collect|find|tell|show|document|sketch|reply|note|do|go|get|pick|choose|ring|phone|text|ping|pop|drop you|drop (?:him|her|them)|"
        + "sort|chase|nudge|revert|dig|host|catch|shoot|sit|pull|hand|file|order|print|register|compare|count|arrange|organise|organize|brief|decline|rank|mark|delete|cancel|clear|clean|take|give|open|run|work|rewrite|redo|calculate|research|"
        + "contact|consult|confirm|approve|submit|upload|download|visit|fly|drive|travel|forward|present|practise|practice|rehearse|outline|map|define|summarise|summarize|complete|move|leave|keep|have a|let (?:him|her|them|you|anna|\\w+) know|"
        + "point|connect|buy|hire|fire|close|switch|turn|remove|add|google|come back|get back|circle back|line up|go through|go over|break it|train|teach|explain|negotiate|apply|transfer|track|log|change|install|wire|recommend|reschedule|postpone|apologise|apologize|raise|cut|stop|offer|sell|say no|come by|drop by|stand|join|attend|walk|help|cover|telephone|handle|see (?:to|about)|feed";

    /// <summary>The same as one is about to do them.</summary>
    public const string Doing =
        "sending|calling|writing|talking|speaking|asking|drafting|preparing|booking|scheduling|setting|building|testing|reviewing|reading|sharing|emailing|mailing|messaging|inviting|meeting|updating|fixing|putting|bringing|telling|showing|replying|"
        + "ringing|phoning|texting|pinging|sorting|chasing|giving|handing|filing|ordering|deleting|visiting|flying|driving|checking|picking|running|presenting|announcing|posting|publishing|taking|interviewing|introducing|looking|cancelling|canceling|finishing|starting|marking";

    /// <summary>What settles a matter when "we" are its subject.</summary>
    public const string Settle =
        "drop|cut|kill|stop|keep|close|cancel|postpone|delay|hire|fire|let|go with|go for|take|sign|sell|buy|switch|move|launch|ship|raise|freeze|pause|renew|rename|replace|focus|pivot|offer|charge|price|outsource|end|leave|stay|stick|accept|reject|refuse|"
        + "decline|pass on|split|merge|open|start|begin|limit|skip|hold off|wait|pay|give up|shut|wind|turn|part ways|say no|walk away|do|make|run|double|halve|lower|increase|reduce|bring|promote|retire|ditch|scrap|park|put|use|build|change|restrict|extend|test|appoint|choose|pick|give|invest|expand|relocate|downsize|abandon|migrate|adopt";

    public const string Settling =
        "dropping|cutting|killing|stopping|keeping|closing|cancelling|canceling|postponing|delaying|hiring|firing|letting|taking|signing|selling|buying|switching|moving|launching|shipping|raising|freezing|pausing|renewing|renaming|replacing|focusing|focussing|"
        + "pivoting|offering|charging|outsourcing|ending|leaving|staying|sticking|accepting|rejecting|refusing|declining|splitting|merging|opening|limiting|skipping|giving up|shutting|winding|turning|parting|walking away|making|getting (?:a|an|rid)|doubling|halving|lowering|increasing|"
        + "reducing|promoting|ditching|scrapping|parking|restricting|extending|choosing|picking|expanding|relocating|abandoning|migrating|adopting|going with|going for|going ahead|going remote|putting|sunsetting|retiring";

    private const string Day = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";

    private const string Month = "january|february|march|april|may|june|july|august|september|october|november|december";

    /// <summary>A day to come.</summary>
    public const string Due =
        @"(?:\b(?:" + Day + @")\b|\b(?:tomorrow|tonight|today|this (?:week|month|morning|afternoon|evening|weekend|arvo)|next (?:week|month)|over the weekend|right (?:after|now|away)|straight (?:after|away)|after (?:this|the|our) (?:call|session)|as soon as|later on|in the morning|first thing|at (?:lunch|noon|one|two|three|four|five|six|seven|eight|nine|ten)|end of|before (?:christmas|the)|by (?:christmas|the|next|our)|within|in (?:an?|\d+|one|two|three|four|five|six|ten) (?:days?|weeks?|months?)|next time|before (?:we|our|my|his|her|the))\b|\bthe \d{1,2}(?:st|nd|rd|th)\b|\b(?:" + Month + @") \d|\b\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:" + Month + @")\b|\b(?:on|by|until|before) the \w+(?:th|st|nd|rd)\b)";

    /// <summary>From, until or for when something holds.</summary>
    public const string Bound =
        @"\b(?:any ?more|any longer|no longer|from (?:now|today|tomorrow|monday|next|the|" + Month + @")|until|till|for now|instead|this (?:time|year|quarter|summer|winter|spring|autumn)|as of|starting|for good|for the time being|end of|across the board|for everyone|for everybody|whatever happens|no matter what|not a|once and for all|in (?:" + Month + @"))\b";
}
