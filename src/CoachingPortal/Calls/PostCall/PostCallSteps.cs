using CoachingPortal.Domain;
using CoachingPortal.Fred.Summary;
using CoachingPortal.Recordings;
using CoachingPortal.Transcripts.Archive;
using CoachingPortal.Transcripts.Transcription;

namespace CoachingPortal.Calls.PostCall;

/// <summary>The work after a call. Each feature brings its step; the order stands here and nowhere else.</summary>
public sealed class PostCallSteps(IEnumerable<IPostCallStep> steps)
{
    private static readonly string[] Order = [AssembleRecording.StepName, TranscribeCall.StepName, SummariseSession.StepName, ArchiveSession.StepName];

    /// <summary>Steps that the order does not name come last.</summary>
    private readonly IPostCallStep[] inOrder = [.. steps.OrderBy(s => (uint)Array.IndexOf(Order, s.Name))];

    /// <summary>The rows of a call that has just ended.</summary>
    public IEnumerable<PostCallStep> For(Guid sessionId, Guid callId) =>
        inOrder.Select((step, i) => new PostCallStep { CallId = callId, SessionId = sessionId, Name = step.Name, Position = i });

    /// <returns>Null for a step of an earlier version that there is no more.</returns>
    public IPostCallStep? Find(string name) => Array.Find(inOrder, s => s.Name == name);
}
