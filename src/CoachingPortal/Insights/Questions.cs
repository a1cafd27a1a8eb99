using System.Buffers;
using System.Text.RegularExpressions;

namespace CoachingPortal.Insights;

/// <summary>Finds the questions in what was said.</summary>
public static partial class Questions
{
    public const string Formula =
        "A sentence that ends with a question mark. Where a line has no punctuation at all, as live captions often have not, one that begins like a question (such as what did, how much, do you). "
        + "It is open when it, or its last clause that begins like a question, begins with what, how, why, who, which, where or when; else closed. These words are English: in other languages all count as closed.";

    private static readonly SearchValues<char> QuestionMarks = SearchValues.Create("?？؟");
    private static readonly SearchValues<char> Marks = SearchValues.Create(".!…?？؟");
    private const string Quotes = "\"'“”‘’";

    /// <returns>Open and closed ones.</returns>
    public static (int Open, int Closed) Count(string text)
    {
        var (open, closed) = (0, 0);
        foreach (var question in Of(text))
            (open, closed) = IsOpen(question) ? (open + 1, closed) : (open, closed + 1);
        return (open, closed);
    }

    /// <summary>Whether the text ends with a question.</summary>
    public static bool IsLast(string text) => IsPunctuated(text) ? EndsAsQuestion(text) : BeginsAsQuestion().IsMatch(Fillers().Replace(text.Trim(), ""));

    private static IEnumerable<string> Of(string text)
    {
        if (!IsPunctuated(text))
            return IsLast(text) ? [text.Trim()] : [];
        // Most lines ask nothing, and need not be taken apart.
        return !text.AsSpan().ContainsAny(QuestionMarks) ? [] : Ends().Split(text).Where(EndsAsQuestion);
    }

    private static bool IsPunctuated(string text) => text.AsSpan().ContainsAny(Marks);

    private static bool EndsAsQuestion(string sentence) => sentence.AsSpan().TrimEnd(Quotes + ") ") is [.., '?' or '？' or '؟'];

    /// <summary>"When you signed, did you feel well?" asks by its last clause, "What did you feel, relief?" by its first.</summary>
    private static bool IsOpen(string question)
    {
        foreach (var clause in question.Split([',', ';', ':', '–', '—']).Reverse())
        {
            var begins = Fillers().Replace(clause.AsSpan().Trim(Quotes + " ").ToString(), "");
            if (AsksOpenly().IsMatch(begins))
                return true;
            if (AsksClosed().IsMatch(begins))
                return false;
        }
        return false;
    }

    [GeneratedRegex("""(?<=[.!?…？؟])\s+|(?<=[.!?…？؟]["'”’)])\s+(?!\p{Ll})""")]
    private static partial Regex Ends();

    [GeneratedRegex(@"^(?:(?:and|but|so|then|well|okay|ok|now|yeah|yes|no|right|oh|hm+|um+|uh)\b[, ]*)+", RegexOptions.IgnoreCase)]
    private static partial Regex Fillers();

    [GeneratedRegex(@"^(?:what|how|why|who|whom|whose|which|where|when)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksOpenly();

    [GeneratedRegex(@"^(?:do|does|did|is|are|am|was|were|can|could|will|would|should|shall|may|might|have|has|had|don't|doesn't|didn't|isn't|aren't|wasn't|weren't|can't|couldn't|won't|wouldn't|shouldn't|haven't|hasn't)\b", RegexOptions.IgnoreCase)]
    private static partial Regex AsksClosed();

    [GeneratedRegex(
        @"^(?:(?:what|how|why|who|which|where|when)(?:'s|'re| (?:is|are|was|were|do|does|did|can|could|will|would|should|have|has|had|might|don't|didn't|else|much|many|long|often|far))\b|(?:do|does|did|is|are|was|were|can|could|will|would|should|have|has|had|don't|didn't|isn't|aren't|can't|won't|wouldn't) (?:you|we|they|it|he|she|i|that|this|there|your|the)\b)",
        RegexOptions.IgnoreCase)]
    private static partial Regex BeginsAsQuestion();
}
