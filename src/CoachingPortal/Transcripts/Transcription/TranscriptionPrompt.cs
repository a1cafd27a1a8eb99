using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>What a recogniser is told before it listens: names and terms that may occur.</summary>
internal static class TranscriptionPrompt
{
    /// <summary>Characters. Whisper looks at the last 224 tokens, so more would push the first words out.</summary>
    public const int Longest = 800;

    /// <param name="words">The most important ones first.</param>
    /// <returns>Null when there are none.</returns>
    public static string? Of(IEnumerable<string> words)
    {
        var (all, length) = (new List<string>(), 0);
        foreach (var word in words.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            if (length + word.Length + 2 > Longest)
                break;
            all.Add(word);
            length += word.Length + 2;
        }
        return all.Count == 0 ? null : string.Join(", ", all) + ".";
    }

    /// <summary>The people's names, the coach's words, the portal's.</summary>
    public static string? Of(CoachingSession session, TranscriptionOptions options) =>
        Of([session.Founder!.Name, session.Coach!.Name, .. session.Coach.Vocabulary, .. Vocabulary.Read(options.Vocabulary)]);
}
