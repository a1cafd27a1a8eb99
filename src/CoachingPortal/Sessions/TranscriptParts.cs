using CoachingPortal.Domain;
using CoachingPortal.Transcripts;

namespace CoachingPortal.Sessions;

/// <summary>A session's turns, parted by the calls they were said in.</summary>
internal static class TranscriptParts
{
    public static IReadOnlyList<TranscriptPart> Of(SessionMaterial material)
    {
        var parts = new List<TranscriptPart>();
        var turns = new List<TurnLine>();
        Origin? origin = null;
        foreach (var turn in material.Turns)
        {
            var own = material.OriginOf(turn.CallId, turn.StartedAt);
            if (origin is not null && own != origin)
                Close();
            origin = own;
            turns.Add(turn);
        }
        if (origin is not null)
            Close();
        return parts;

        void Close()
        {
            parts.Add(new(origin.Call?.StartedAt ?? origin.Start, origin.Start, origin.Recording is { Status: RecordingStatus.Complete } complete ? complete.Id : null, [.. turns]) { CallId = origin.Call?.Id });
            turns.Clear();
        }
    }

    public static bool AreSame(IReadOnlyList<TranscriptPart> some, IReadOnlyList<TranscriptPart> others) =>
        some.Count == others.Count
        && some.Zip(others).All(p => (p.First.At, p.First.Start, p.First.RecordingId) == (p.Second.At, p.Second.Start, p.Second.RecordingId) && p.First.Turns.SequenceEqual(p.Second.Turns));
}
