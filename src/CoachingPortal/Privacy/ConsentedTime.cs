using CoachingPortal.Domain;

namespace CoachingPortal.Privacy;

/// <summary>When somebody had agreed to a transcript, in words that told of writing it down after the call.</summary>
internal static class ConsentedTime
{
    /// <param name="answers">All of one person in one session.</param>
    /// <param name="service">Who is to be sent the sound; null while it stays here.</param>
    /// <returns>In order; the last one without an end when it stands.</returns>
    public static IReadOnlyList<Stretch> Of(IEnumerable<Consent> answers, string? service = null)
    {
        var spans = new List<Stretch>();
        Consent? yes = null;
        foreach (var answer in answers.Where(a => a.Type == ConsentType.Transcript).OrderBy(a => a.Number))
        {
            Close(answer.AnsweredAt);
            yes = answer.Answer == ConsentAnswer.Granted && ConsentWording.NamesTranscription(answer.WordingVersion, service) ? answer : null;
        }
        Close(DateTimeOffset.MaxValue);
        return spans;

        void Close(DateTimeOffset at)
        {
            if (yes is null)
                return;
            var end = yes.ExpiresAt < at ? yes.ExpiresAt.Value : at;
            if (end > yes.AnsweredAt)
                spans.Add(new(yes.AnsweredAt, end));
        }
    }
}
