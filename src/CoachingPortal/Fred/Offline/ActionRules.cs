namespace CoachingPortal.Fred.Offline;

/// <summary>How people word what they will do.</summary>
internal static class ActionRules
{
    private const string Softly = @"(?: definitely| also| then| just| now| simply| probably| maybe| really| try to| at least| personally| certainly| gladly| happily| first| still| go and| go ahead and)*";
    private const string I = @"^(?:(?:first|then|tomorrow|today|tonight|next week|on \w+|by \w+|" + Day + @")[, ]+(?:morning |afternoon |evening |night )?)*(?:i|(?<we>we))";
    private const string Me = @"^(?:(?:first|then|tomorrow|today|tonight|next week|on \w+|by \w+|" + Day + @")[, ]+(?:morning |afternoon |evening |night )?)*i";
    private const string Day = "monday|tuesday|wednesday|thursday|friday|saturday|sunday";
    private const string Mine = @"(?:on me|down to me|mine|my job|my part|up to me|(?:got )?my name on it)";

    /// <summary>Said of oneself. The weights: 3 a promise; 2 needs a deed that can be ticked off; 1 needs a day too.</summary>
    public static readonly IReadOnlyList<Rule> Own =
    [
        new("i'll", "I'll call her tomorrow.", @"\b(?:i|(?<we>we))(?:'ll| will| shall)" + Softly + @" (?!not\b|never\b)(?<x>.+)$", 2),
        new("i'm going to", "I'm going to ring her on Monday.", @"\b(?:i|(?<we>we))(?:'m| am|'re| are|) (?:going to|gonna)" + Softly + @" (?!not\b|never\b)(?<x>.+)$", 2),
        new("i promise to", "I promise to set up a meeting.", @"\b(?:i|(?<we>we)) (?:hereby )?(?:promise(?: you)?|commit|undertake)(?: to| that i'll| i'll) (?<x>.+)$|\bcount on me to (?<x>.+)$"),
        new("let me", "Let me send you the letter.", @"^let me" + Softly + @" (?<x>(?:send|write|draft|prepare|book|schedule|introduce|share|email|set up|put together|check|find out|look (?:it|that) up|look for|ask (?:him|her|them|around)|talk to|make (?:an?|the)|dig|forward|connect)\b.+)$", 2),
        new("on the hook", "I'm on the hook for that doc.", @"\bi(?:'m| am) on the hook for (?<x>.+)$|\bi(?: still| also)* (?<x>owe (?:you|him|her|them) (?!a (?:lot|great|huge|big|apolog)|so\b|everything|me\b).+)$"),
        new("my homework", "My homework is a one-page quote.", @"\bmy (?:homework|job|part|task|next step|to-?do)(?:,? then,?| now| this week)? (?:is|would be)(?: to)?:? (?<x>.+)$"),
        new("i'd better", "I'd better sit him down this afternoon.", @"\bi(?:'d| had|) better (?!not\b|than\b)(?<x>.+)$", 2),
        new("that's on me", "Getting the letters to her is on me.", @"^(?<x>.+?)(?:,? (?:that|that one|which|this))?(?:'s| is| are) (?:all )?" + Mine + @"\b.*$"),
        new("you'll have it", "You'll have the list by Thursday.", @"\byou(?:'ll| will)? (?:have|get|find) (?!to\b|a hard|no\b|used\b)(?<x>.+?(?: from me\b.*|,? (?:by|before|on|until|tomorrow|tonight|today|later today|this (?:evening|afternoon|week)|next week|over the weekend)\b.*))$|\b(?:he|she|they|\w+)(?:'ll| will)? (?:have|has|gets?) (?<x>.+? from me\b.*)$|\bgets? from me (?<x>.+)$"),
        new("consider it done", "The twenty-ninth at four, consider it booked.", @"^(?<x>.+?),? (?:consider (?:it|that) (?:done|booked|sent)|leave (?:it|that) (?:with|to) me|i(?:'ll| will) see to (?:it|that)|i(?:'m| am) on (?:it|that))\b.*$|^(?<x>)(?:leave (?:it|that) (?:with|to) me|i(?:'m| am) on (?:it|that)|consider (?:it|that) (?:done|booked)|you can (?:count on|hold me to) (?:it|that|me))\b.*$"),
        new("on its way", "The checklist will be in your inbox by Sunday.", @"^(?<x>.+?(?: will be|'ll be|'s| is) (?:on (?:its|the) way|in your (?:inbox|mail|hands)|with you (?:by|on|before|tomorrow|tonight)|in the (?:post|mail))\b.*)$"),
        new("done", "Title and bio, Monday, done.", @"^(?<x>.+), (?:done|sorted|promise)\b.*$", 1.5),
        new("goes out", "The letter goes out by Wednesday.", @"^(?<x>(?!everything|every\b|all\b|nothing|it\b|that\b|which\b).+? (?:goes (?:out|up|live)|go (?:out|up)|is going out) (?:by|until|on|before|this|tomorrow|tonight|today|next)\b.*)$"),
        new("i'm calling her", "I'm calling her today.", I + @"(?:'m| am|'re| are)" + Softly + @" (?<x>(?:" + Verbs.Doing + @")\b.+)$", 1),
        new("i call her", "I call both of them today.", Me + Softly + @" (?<x>(?:" + Verbs.Task + @")\b.*)$", 1),
        new("her i call", "The lawyer I call tomorrow.", @"^(?<x>(?:the|this|that|my|our|his|her|him) \S+(?: \S+){0,3} i (?:" + Verbs.Task + @")\b.*)$", 1.5),
        new("i have to", "I have to change the landing page by tomorrow.", @"\b(?:i|(?<we>we))(?:'ve got to| have got to| gotta| got to| also have to| need to| also need to| have to|'ll have to| must| really need to) (?<x>(?:" + Verbs.Task + @")\b.+)$", 1),
        new("i can", "I can send it to you on Thursday.", @"\b(?:i|(?<we>we)) can" + Softly + @" (?<x>(?:" + Verbs.Task + @")\b.+)$", 1),
        new("they get it from me", "The others get a mail on Tuesday.", @"^(?<x>(?:everybody|everyone|the \w+) (?:gets?|will get|hears?|will hear) .+)$", 1),
        new("i should", "I should ring her on Monday.", @"\b(?:i|(?<we>we))(?:'d| would| should| could| might| may| ought to|'d like to| would like to| want to|'d want to)" + Softly + @" (?!rather|like\b|love\b|hate\b)(?<x>(?:" + Verbs.Task + @")\b.+)$", 0.5),
    ];

    /// <summary>Put to the other one; counts when they say yes.</summary>
    public static readonly IReadOnlyList<Rule> Asked =
    [
        new("can you", "Can you send me the numbers?", @"\b(?:can|could|will|would) you(?: please| also| maybe| perhaps| just| then)* (?<x>(?:" + Verbs.Task + @")\b[^?]*)\??$"),
        new("please", "Please bring the numbers next time.", @"^please (?<x>(?:" + Verbs.Task + @")\b.+)$"),
        new("i'd like you to", "I'd like you to text me at two.", @"\bi(?:'d| would)(?: really)? (?:like|love|want|ask) you to (?<x>.+)$|\bi want you to (?<x>.+)$"),
        new("you'll", "You'll send the invite?", @"^you(?:'ll| will|'re going to| are going to)(?: also| then)? (?<x>(?:" + Verbs.Task + @")\b.+)$"),
        new("your homework", "Your homework is to call five of them.", @"\b(?:your|the) (?:homework|next step|action(?: item)?|task) (?:is|would be|for (?:you|this week) is)(?: to)? (?<x>.+)$"),
        new("send it over", "Send it over on Thursday, then.", @"^(?<x>(?:send|text|call|ring|email|mail|write|bring|ping|message|drop|note|write)\b (?:it|me|them|that|him|her|the|your|down)\b.+)$"),
    ];

    /// <summary>Things one will do that nobody ticks off, and ways of speaking.</summary>
    public const string NoDeed =
        @"^(?:be\b(?! (?:there|at|ready))|have\b(?! (?:a (?:word|chat|call|talk|look|go|draft|conversation|think)|it|that|the \w+ ready|lunch|coffee|dinner))|see (?!to\b|him|her|them|about|my)|think\b(?! (?:about|it over|on))|say\b(?! no)|admit\b|tell you\b(?! (?:by|on|when))|let you\b|stop you\b|pause\b|going (?:with|for|ahead|well|to be)\b|doing (?:it|that)\b|do\b$|give you (?:an example|that|credit)|give (?:it|that) (?:a thought|some)|repeat\b|explain myself|get (?:there|used|over|through|fired|killed|mad|it\b)|go (?:mad|crazy|bankrupt|under|on\b|ahead|home|to bed|with)|leave it\b|miss\b|need\b|know\b|feel\b|lose\b|die\b|regret\b|forget\b|always\b|never\b|probably (?:never|say|be)|run out\b|end up\b|look (?:like|bad|stupid|weak|forward)|sound\b|believe\b|want\b|like\b|love\b|hate\b|take (?:that|it|your|the blame|what i)|do my best|manage\b|survive\b|fail\b|not\b|hold (?:you|my)|keep (?:it\b|that\b|saying|going|doing|thinking|trying|my fingers|it in mind)|live\b|last\b|wait\b(?! (?:for|until|till))|ask (?:you (?!to\b|about)|the same|myself|again)|come back to that|sleep\b|cry\b|find (?:myself|it|a way|out (?:soon|then))|make (?:it\b|sense|mistakes|myself)|stand by|work (?:it|that|things) out|show up|turn up|own (?:it|that)|handle (?:it|that)|do (?:fine|better|well|anything|whatever|something|more|the same|nothing)|start (?:crying|to (?:feel|think))|bring (?:that|it) up|put (?:it|this) (?:like|differently|another)|pay (?:for|the price)|play\b|try\b$|talk about|speak about)";

    /// <summary>Asks for the day, or for what comes next.</summary>
    public const string When = @"\b(?:when\b|by when|which day|what day|how soon|by\?$|until when|what date|what time)";

    /// <summary>Asks what will be done or who does it.</summary>
    public const string Committing = @"\b(?:when (?:will|do|can|could|does|would)|by when|which day|what (?:will|exactly will) you do|(?:your|the) (?:first|next) step|what(?:'s| is) (?:the|a|your) (?:first|next)|what comes first|who (?:tells|will|does|writes|answers|needs|has to|prepares|switches|do you|calls|else|is going|takes|makes)|will you|how (?:will|do) you (?:tell|start|do|want to)|how does (?:he|she|it|that)|how will|what (?:needs|has|remains|is left) to (?:happen|be done)|what needs doing|what would be (?:a|the) first|what else|from you|what are (?:you|the) (?:going|steps)|are you going to|could you|can you|what happens (?:now|next)|where do you start|what(?:'s| is) to be done|and (?:the|your|a) \w+)";
}
