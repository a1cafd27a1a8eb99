using CoachingPortal.Accounts;
using Microsoft.Extensions.Caching.Memory;

namespace CoachingPortal.Sessions;

/// <summary>
/// Hands what the prerendered page has read to the page's circuit a moment later, so that it neither reads twice nor
/// flashes. It stays on the server: a long session's notes would not fit through the circuit's first message.
/// </summary>
public sealed class SessionHandoff(IMemoryCache cache)
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);

    /// <returns>The token that the page carries to its circuit.</returns>
    public string Leave(SessionMaterial material, Caller caller)
    {
        var token = Guid.NewGuid().ToString("N");
        cache.Set((nameof(SessionHandoff), token, caller.Id), material, Kept);
        return token;
    }

    /// <returns>Null when it is not there (any more), or was left for somebody else or by another node.</returns>
    public SessionMaterial? Take(string? token, Caller caller, Guid sessionId)
    {
        var key = (nameof(SessionHandoff), token, caller.Id);
        if (token is null || !cache.TryGetValue<SessionMaterial>(key, out var material) || material?.Head.Id != sessionId)
            return null;
        cache.Remove(key);
        return material;
    }
}
