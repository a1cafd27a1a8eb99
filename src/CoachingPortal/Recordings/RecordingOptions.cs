namespace CoachingPortal.Recordings;

/// <summary>The section <c>Recording</c> of the settings.</summary>
public sealed class RecordingOptions
{
    public const string Section = "Recording";

    /// <summary>Hz, of new recordings: 16000, or 8000 as on the telephone.</summary>
    public int SampleRate { get; set; } = 16000;

    /// <summary>How long after a call the portal waits for sound that is still on its way, before it writes the files.</summary>
    public TimeSpan LateChunks { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong with the settings, each fault naming its key.</summary>
    public IEnumerable<string> Faults()
    {
        if (SampleRate is not (16000 or 8000))
            yield return $"{Section}:SampleRate must be 16000 or 8000, not {SampleRate}.";
        if (LateChunks < TimeSpan.Zero || LateChunks > TimeSpan.FromMinutes(5))
            yield return $"{Section}:LateChunks must lie between 00:00:00 and 00:05:00, not {LateChunks}.";
    }
}
