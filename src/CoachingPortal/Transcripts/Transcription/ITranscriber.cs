namespace CoachingPortal.Transcripts.Transcription;

/// <summary>Something heard in a piece of sound.</summary>
/// <param name="From">From the piece's start.</param>
/// <param name="Confidence">0 to 1; null when the recogniser gives none.</param>
internal sealed record Heard(TimeSpan From, TimeSpan To, string Text, double? Confidence)
{
    /// <summary>When its words begin, where the recogniser says it: see <see cref="Domain.TurnPieces"/>.</summary>
    public int[] Pieces { get; init; } = [];
}

/// <param name="Language">As BCP 47; null when the recogniser does not say.</param>
internal sealed record HeardPiece(IReadOnlyList<Heard> Heard, string? Language);

/// <summary>Turns sound into words.</summary>
internal interface ITranscriber
{
    /// <summary>The largest <see cref="SoundPiece.Bytes"/> it takes.</summary>
    long MaxBytes { get; }

    /// <param name="prompt">Words that may occur; null for none.</param>
    /// <exception cref="Domain.StepFailedException">It did not work, in words for the coach.</exception>
    Task<HeardPiece> TranscribeAsync(SoundPiece piece, string? prompt, CancellationToken cancellation);
}
