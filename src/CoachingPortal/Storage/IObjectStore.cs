namespace CoachingPortal.Storage;

/// <summary>
/// Keeps what is too big for the database: sound, archives. Streams only, so that no object ever lies in memory whole.
/// Keys look like <c>recordings/2026/11/21/…/mixed.wav</c>; see <see cref="ObjectKey"/> for what they may hold.
/// </summary>
public interface IObjectStore
{
    /// <summary>Writes the object, or replaces it, all or nothing: no reader ever sees half of it.</summary>
    /// <param name="content">Read to its end; need not be seekable nor know its length.</param>
    /// <returns>Its size in bytes.</returns>
    /// <exception cref="IOException">The store could not take it; nothing was changed.</exception>
    Task<long> PutAsync(string key, Stream content, CancellationToken cancellation = default);

    /// <summary>Opens the object for reading from <paramref name="offset"/> to its end. The caller disposes of the stream.</summary>
    /// <param name="offset">Bytes from the start, at most the object's size.</param>
    /// <returns>Null when there is no such object.</returns>
    Task<Stream?> OpenAsync(string key, long offset = 0, CancellationToken cancellation = default);

    /// <returns>Null when there is no such object.</returns>
    Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation = default);

    /// <summary>Removes the object; no error when there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellation = default);

    /// <summary>All objects whose key begins with <paramref name="prefix"/>, in no particular order.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string prefix, CancellationToken cancellation = default);
}

/// <param name="Size">Bytes.</param>
public sealed record StoredObject(string Key, long Size, DateTimeOffset ModifiedAt);

/// <summary>
/// What a key may be: 1 to 512 characters; parts between slashes of letters, digits and <c>-_=.</c>, none empty and
/// none beginning with a dot. So a key can never leave the store's folder, and means the same on disk and in S3.
/// </summary>
public static class ObjectKey
{
    public const int MaxLength = 512;

    /// <returns>The key itself.</returns>
    /// <exception cref="ArgumentException">It is no valid key.</exception>
    public static string Check(string key) =>
        IsValid(key) ? key : throw new ArgumentException("Not a valid object key.", nameof(key));

    public static bool IsValid(string? key)
    {
        if (key is null || key.Length is 0 or > MaxLength)
            return false;
        foreach (var part in key.Split('/'))
            if (part.Length == 0 || part[0] == '.' || part[^1] == '.' || !part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=' or '.'))
                return false;
        return true;
    }
}
