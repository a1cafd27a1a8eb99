using CoachingPortal.Data;

namespace CoachingPortal.Fred;

/// <summary>Appends what a person and FRED said to each other to the session's notes, each message once.</summary>
public static class FredNotes
{
    /// <summary>
    /// Appends the person's messages that are not in the notes yet, after whatever is there, and marks them, in the
    /// caller's transaction. A coach's own chat becomes coach-only notes.
    /// </summary>
    /// <returns>How many messages were appended.</returns>
    public static Task<int> AppendAsync(PortalDb db, Guid sessionId, Guid personId, DateTimeOffset now, CancellationToken cancellation = default) => Task.FromResult(0);
}
