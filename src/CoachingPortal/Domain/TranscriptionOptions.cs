namespace CoachingPortal.Domain;

/// <summary>
/// Section <c>Transcription</c>: what writes down each person's own track after a call, an <see cref="Endpoint"/> or a
/// <see cref="Command"/>. Without either the captions of the call are its transcript.
/// </summary>
public sealed class TranscriptionOptions
{
    public const string Section = "Transcription";

    /// <summary>Base address of an OpenAI-compatible server, such as <c>https://api.example.com/v1</c>; asked at <c>audio/transcriptions</c> below it.</summary>
    public string? Endpoint { get; set; }

    /// <summary>How people are told whom their recordings are sent to, when they are asked whether they agree; the host of <see cref="Endpoint"/> when null.</summary>
    public string? ServiceName { get; set; }

    /// <summary>The model that <see cref="Endpoint"/> is asked for.</summary>
    public string? Model { get; set; }

    /// <summary>Sent to <see cref="Endpoint"/> as bearer token; null when it wants none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>
    /// A program and its arguments, run without a shell: <c>{file}</c> stands for the sound's path, <c>{language}</c> and
    /// <c>{prompt}</c> for those. It prints a JSON object a line: <c>start</c> and <c>end</c> in seconds, <c>text</c>,
    /// and <c>confidence</c> from 0 to 1 or null.
    /// </summary>
    public string? Command { get; set; }

    /// <summary>
    /// A program and its arguments, run without a shell, that makes the WAV (16 kHz, mono) at <c>{wav}</c> from the Ogg Opus
    /// that LiveKit's Egress wrote, at <c>{file}</c>: <see cref="Command"/> reads WAV alone. Null leaves such calls their captions.
    /// </summary>
    public string? Decoder { get; set; }

    /// <summary>Such as <c>en</c>; null lets the recogniser find out.</summary>
    public string? Language { get; set; }

    /// <summary>Words that recognisers do not know, for everyone's sessions, separated by commas.</summary>
    public string? Vocabulary { get; set; }

    /// <summary>The largest piece of sound that is sent at once, with all that is sent beside it. 16-bit sound at 16 kHz takes 1.9 MB a minute.</summary>
    public long MaxUploadBytes { get; set; } = 25_000_000;

    /// <summary>How long one piece may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>0 to 1: turns below it are marked.</summary>
    public double ConfidenceThreshold { get; set; } = 0.6;

    /// <summary>Whether calls are transcribed after their end, so that it is worth recording each person alone.</summary>
    public bool IsSet => HasEndpoint || HasCommand;

    /// <summary>Whether voices that LiveKit's Egress records as Ogg Opus can be written down.</summary>
    public bool ReadsOpus => HasEndpoint || (HasCommand && HasDecoder);

    public bool HasDecoder => !string.IsNullOrWhiteSpace(Decoder);

    /// <summary>Who gets the sound, in words for people; null while it goes nowhere. A yes to somebody else does not cover it.</summary>
    public string? SentTo => !HasEndpoint ? null : string.IsNullOrWhiteSpace(ServiceName) ? new Uri(Endpoint!).Host : ServiceName.Trim();

    public bool HasEndpoint => !string.IsNullOrWhiteSpace(Endpoint);

    public bool HasCommand => !string.IsNullOrWhiteSpace(Command);
}
