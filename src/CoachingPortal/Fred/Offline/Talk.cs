using System.Text.RegularExpressions;
using CoachingPortal.Domain;

namespace CoachingPortal.Fred.Offline;

/// <summary>A part of a sentence that says one thing: one subject and what it does.</summary>
/// <param name="Core">Without the words that lead in: "okay, so I'll call her" is "I'll call her".</param>
/// <param name="Sentence">The whole sentence.</param>
/// <param name="Turn">Index into the turns.</param>
/// <param name="IsAsked">The sentence is a question, with or without its mark.</param>
/// <param name="IsResolved">Begins as one who has made up their mind: "okay, ...", "right, ...", "so ...".</param>
internal sealed record Clause(int Turn, int Order, Role? Role, string Speaker, string Text, string Core, string Sentence, bool IsAsked, bool IsResolved)
{
    public int Length { get; } = Plain.Words(Core).Count;
}

/// <summary>A conversation taken apart into clauses, with who answers whom. Captions without commas and full stops are cut where a new subject begins.</summary>
internal sealed partial class Talk
{
    private readonly List<List<Clause>> ofTurn = [];

    public Talk(IReadOnlyList<Spoken> turns)
    {
        Turns = turns;
        for (var i = 0; i < turns.Count; i++)
        {
            var (said, own) = (turns[i].Text.Replace('’', '\''), new List<Clause>());
            var bare = !Punctuated().IsMatch(said);
            foreach (var sentence in Plain.Sentences(said))
            {
                foreach (var part in Parts(sentence, bare))
                {
                    var core = LeadIn().Replace(part, "").Trim();
                    var asked = (sentence.EndsWith('?') && !Tag().IsMatch(sentence)) || (bare && Asking().IsMatch(core));
                    own.Add(new(i, Clauses.Count + own.Count, turns[i].Role, turns[i].Speaker, part, core.Length == 0 ? part : core, bare ? part : sentence, asked, Resolving().IsMatch(part)));
                }
            }
            Clauses.AddRange(own);
            ofTurn.Add(own);
        }
    }

    public IReadOnlyList<Spoken> Turns { get; }

    public List<Clause> Clauses { get; } = [];

    public IReadOnlyList<Clause> In(int turn) => ofTurn[turn];

    /// <summary>The other one's turn just before, or -1. What the same person said in between is passed over.</summary>
    public int TurnBefore(int turn)
    {
        var at = turn - 1;
        while (at >= 0 && Turns[at].Speaker == Turns[turn].Speaker)
            at--;
        return at;
    }

    /// <summary>The other one's next turn, or -1.</summary>
    public int TurnAfter(int turn)
    {
        var at = turn + 1;
        while (at < Turns.Count && Turns[at].Speaker == Turns[turn].Speaker)
            at++;
        return at < Turns.Count ? at : -1;
    }

    /// <summary>What the other one asked just before, or said last when nothing was asked.</summary>
    public Clause? Prompt(int turn) => TurnBefore(turn) is >= 0 and var before && ofTurn[before].Count > 0 ? ofTurn[before].LastOrDefault(c => c.IsAsked) ?? ofTurn[before][^1] : null;

    /// <summary>The clause just before in the same turn.</summary>
    public Clause? Before(Clause clause) => clause.Order > 0 && Clauses[clause.Order - 1].Turn == clause.Turn ? Clauses[clause.Order - 1] : null;

    /// <summary>The clause just after in the same turn.</summary>
    public Clause? After(Clause clause) => clause.Order + 1 < Clauses.Count && Clauses[clause.Order + 1].Turn == clause.Turn ? Clauses[clause.Order + 1] : null;

    private static IEnumerable<string> Parts(string sentence, bool bare)
    {
        var start = 0;
        foreach (Match cut in (bare ? BareBreak() : Break()).Matches(sentence))
        {
            var part = sentence[start..cut.Index];
            // "If we raise, we could ..." is one thing, and a word or two alone say nothing.
            if (Subordinate().IsMatch(part) || Plain.Words(part).Count < 2)
                continue;
            yield return part.Trim(' ', ',');
            start = cut.Index;
        }
        yield return sentence[start..].Trim(' ', ',');
    }

    private const RegexOptions Loose = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    private const string Subject = @"(?:i|we|you|he|she|they|it|let's|let me|(?:this|that|the) \w+ i)(?:'\w+)? ";

    [GeneratedRegex(@"[.?!,;]", Loose)]
    private static partial Regex Punctuated();

    [GeneratedRegex(@",?\s+(?=(?:and|but|so|because|cause)(?: then| so| also| now| maybe)?\s+" + Subject + @")|,\s+(?=and (?:the|my|our|[A-Z]\w+)(?: \w+)? (?:goes|gets?|is|are|has|will|comes?|moves?|stays?|does|helps?|takes?|keeps?)\b)|(?<=,)\s+(?=" + Subject + @")|\s+[—–-]\s+", Loose)]
    private static partial Regex Break();

    private const string Holding = @"(?<!\b(?:if|that|when|what|who|how|why|where|which|because|than|as|like|think|guess|mean|said|say|know|hope|whether|suppose|wish|thing|until|before|after|once|do|did|does|are|am|can|could|will|would|should|is|was|told \w+|tell \w+|ask \w+|so|and|but|then|yeah|okay|yes|no|right|well|um|uh))";

    [GeneratedRegex(@"\s+(?=(?:and|but|so|then|because|cause)(?: then| so| also| now| maybe| honestly| actually| i (?:guess|mean|think))?\s+" + Subject + @")|" + Holding + @"\s+(?=(?:(?:okay|yeah|yes|right|no)\s+)?(?:i|we|you|he|she|they|it|that)'(?:ll|m|re|d|s|ve) |(?:i|we) (?:will|can|could|have|need|should|want|was|guess|mean|promise|go|tell|call|send|write|speak)\b|let's |let me )", Loose)]
    private static partial Regex BareBreak();

    [GeneratedRegex(@"^\W*(?:(?:and|but|so|okay|well|or|then|yeah|because) )*(?:if|when|once|unless|until|as soon as|after|before|while|suppose|in case)\b(?!.*,.*,)|^\W*(?:(?:and|but|so|okay|well|then) )*(?:from|starting|as of|by|on|at|until|in|after|next|this|today|tomorrow)\b[^,]{0,28}$", Loose)]
    private static partial Regex Subordinate();

    [GeneratedRegex(@"^(?:(?:so|and|but|then|okay|ok|you know what|\w+,(?= (?:we|i)(?: |'))|first of all|(?:it|that|which) means(?: that)?|i (?:believe|conclude|say|make of it)(?: that)?(?= (?:i|we|that)\b)|yes|yeah|yep|yup|aye|no(?=[,.:;!])|nah|well|right|alright|all right|fine|good|great|um+|uh+|er|oh|ah|hm+|look|listen|honestly|actually|basically|in fact|anyway|i mean|i guess|i suppose|i think|i'd say|you know|you're right|like|fair enough|sure|cool|perfect|lovely|now|therefore|you know what|eh|you see|see|ouf|thanks|thank you|exactly|agreed|done|there|because|also|absolutely|of course|definitely|deal|god|gosh|ha|hey|truthfully|frankly|honest answer|that(?= (?:i|we|he|she|they)\b))(?:[,.:;!?…]+\s*|\s+|$))+", Loose)]
    private static partial Regex LeadIn();

    // "I'd better tell him, hadn't I?" asks nothing.
    [GeneratedRegex(@", (?:don't|haven't|hadn't|aren't|isn't|won't|can't|didn't|shouldn't|eh|no|right|huh|innit)(?: (?:i|we|it|you|they|he|she))?\?$", Loose)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^\W*(?:(?:and|no|oh|well|um|yeah|hm+)[,.]? )*(?:so|okay|ok|right|alright|all right|fine|yes|(?<!and )then|done|therefore|you're right|good|honest answer|yeah|you know what|no, i take it back|i take it back|sod it|screw it|halas|right then)\b", Loose)]
    private static partial Regex Resolving();

    [GeneratedRegex(@"^(?:who|what|when|where|why|how|which|whose|is|are|am|was|were|do|does|did|can|could|will|would|should|shall|have|has|what's|who's|how's|where's|by when)\b(?! \w+ i do\b)|\b(?:right|or|or what)$", Loose)]
    private static partial Regex Asking();
}

/// <summary>How something is worded, with an example that the tests hold against it.</summary>
/// <param name="Pattern">Group x: the matter.</param>
internal sealed record Rule(string Name, string Example, string Pattern, double Weight = 3)
{
    private readonly Regex regex = new(Pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    public Match Match(string text) => regex.Match(text);
}
