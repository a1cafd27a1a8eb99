using CoachingPortal.Domain;

namespace CoachingPortal.Calls.PostCall;

/// <summary>The work after a call, in its order. A step that fails blocks none of the others.</summary>
public sealed class PostCallSteps(IEnumerable<IPostCallStep> steps)
{
    private readonly IPostCallStep[] inOrder = [.. steps];

    /// <summary>The rows of a call that has just ended.</summary>
    public IEnumerable<PostCallStep> For(Guid sessionId, Guid callId) =>
        inOrder.Select((step, i) => new PostCallStep { CallId = callId, SessionId = sessionId, Name = step.Name, Position = i });

    /// <returns>Null for a step of an earlier version that there is no more.</returns>
    public IPostCallStep? Find(string name) => Array.Find(inOrder, s => s.Name == name);
}
