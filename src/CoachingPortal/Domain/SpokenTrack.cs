namespace CoachingPortal.Domain;

public enum SoundFormat
{
    /// <summary>RIFF/WAVE, 16-bit mono PCM.</summary>
    Wav,

    /// <summary>Opus in Ogg (RFC 7845), one stream, mono or stereo.</summary>
    OggOpus,
}

/// <summary>The sound of one person alone during a call, as an object in the store.</summary>
/// <param name="ObjectKey">In the object store.</param>
/// <param name="StartedAt">
/// True time of the object's first sample, on the clock of <see cref="Recording.StartedAt"/>: what is heard at a position of
/// the object was said at this plus the position.
/// </param>
/// <param name="Spans">When sound was taken and might be: nothing outside of them is sent anywhere. In order, not overlapping.</param>
public sealed record SpokenTrack(Guid PersonId, Role Role, string ObjectKey, SoundFormat Format, DateTimeOffset StartedAt, IReadOnlyList<Stretch> Spans);

/// <summary>
/// Knows tracks of single people after a call. Whoever records brings its own; all that are registered are asked, and a
/// person may have several tracks.
/// </summary>
public interface ISpokenTracks
{
    /// <summary>Asked once the call's recording is complete or failed for good.</summary>
    /// <returns>None when this source has none of that call.</returns>
    /// <exception cref="StepWaitsException">They are still being written.</exception>
    /// <exception cref="StepFailedException">They could not be written, and may be later; in words for the coach.</exception>
    Task<IReadOnlyList<SpokenTrack>> OfCallAsync(Guid sessionId, Guid callId, CancellationToken cancellation);

    /// <summary>People of whom there should be sound that is not among the tracks, or not all of it. Asked after <see cref="OfCallAsync"/>.</summary>
    Task<IReadOnlyCollection<Guid>> MissingAsync(Guid sessionId, Guid callId, CancellationToken cancellation) => Task.FromResult<IReadOnlyCollection<Guid>>([]);
}

/// <summary>A stretch of time; its end is not in it.</summary>
public readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To)
{
    public TimeSpan Length => To - From;

    public bool Holds(DateTimeOffset at) => at >= From && at < To;

    /// <summary>What lies in both, in order.</summary>
    /// <param name="some">In order.</param>
    /// <param name="others">In order.</param>
    public static IReadOnlyList<Stretch> Common(IEnumerable<Stretch> some, IReadOnlyList<Stretch> others) =>
    [
        .. from one in some
           from other in others
           let both = new Stretch(one.From > other.From ? one.From : other.From, one.To < other.To ? one.To : other.To)
           where both.Length > TimeSpan.Zero
           select both,
    ];
}
