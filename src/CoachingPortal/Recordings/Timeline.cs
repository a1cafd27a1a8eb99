using CoachingPortal.Domain;

namespace CoachingPortal.Recordings;

/// <summary>
/// The one time axis of a recording's files: wall clock from the first span's start to the last one's end. What lies
/// between spans is silence in them.
/// </summary>
public sealed class Timeline
{
    private readonly Dictionary<Guid, Span> spans;

    /// <param name="segments">At least one, all of them ended.</param>
    /// <param name="sampleRate">Hz.</param>
    public Timeline(IEnumerable<RecordingSegment> segments, int sampleRate)
    {
        var ordered = segments.OrderBy(s => s.Number).ToArray();
        SampleRate = sampleRate;
        StartedAt = ordered[0].StartedAt;
        EndedAt = ordered.Max(s => s.EndedAt!.Value);
        spans = ordered.ToDictionary(s => s.Id, s => new Span(s, SamplesTo(s.StartedAt), SamplesTo(s.EndedAt!.Value)));
        Samples = SamplesTo(EndedAt);
    }

    /// <summary>The axis on which the recording's files lie: its spans, or what LiveKit's Egress wrote of them.</summary>
    /// <param name="recording">Complete.</param>
    public static Timeline Of(Recording recording) =>
        new(recording.Recorder == Recorder.Portal ? recording.Segments : Parts(recording.Segments, recording.Files), recording.SampleRate);

    /// <summary>The spans as the files hold them; spans without a file are none.</summary>
    public static IEnumerable<RecordingSegment> Parts(IReadOnlyList<RecordingSegment> segments, IEnumerable<RecordingFile> files) =>
        from file in files
        where file.StartedAt is not null
        join segment in segments on file.SegmentId equals segment.Id
        select new RecordingSegment
        {
            Id = segment.Id,
            RecordingId = segment.RecordingId,
            Number = segment.Number,
            StartedAt = file.StartedAt!.Value,
            EndedAt = file.StartedAt.Value.AddMilliseconds(file.DurationMs ?? 0),
            EndedBy = segment.EndedBy,
            EndedById = segment.EndedById,
        };

    public DateTimeOffset StartedAt { get; }

    public DateTimeOffset EndedAt { get; }

    public int SampleRate { get; }

    /// <summary>Of the whole.</summary>
    public long Samples { get; }

    public long DurationMs => Ms(Samples);

    /// <summary>What was recorded, in order.</summary>
    public IEnumerable<(RecordingSegment Segment, long FromMs, long ToMs)> Recorded =>
        spans.Values.OrderBy(s => s.Segment.Number).Select(s => (s.Segment, Ms(s.From), Ms(s.To)));

    /// <summary>What was not, in order: pauses and withdrawn consent.</summary>
    public IEnumerable<(RecordingSegment After, long FromMs, long ToMs)> NotRecorded =>
        Recorded.Zip(Recorded.Skip(1)).Where(x => x.Second.FromMs > x.First.ToMs).Select(x => (x.First.Segment, x.First.ToMs, x.Second.FromMs));

    /// <summary>A chunk's place on the axis; null when none of it lies inside the span of its track.</summary>
    public Piece? Place(RecordingTrack track, RecordingChunk chunk)
    {
        if (!spans.TryGetValue(track.SegmentId, out var span))
            return null;
        var position = SamplesTo(track.StartedAt) + chunk.Position;
        var samples = (int)Math.Clamp(span.To - position, 0, chunk.Samples);
        return samples > 0 && position + samples > span.From ? new(position, samples, chunk.Key) : null;
    }

    private long SamplesTo(DateTimeOffset at) => (at - StartedAt).Ticks * SampleRate / TimeSpan.TicksPerSecond;

    private long Ms(long samples) => samples * 1000 / SampleRate;

    private readonly record struct Span(RecordingSegment Segment, long From, long To);
}
