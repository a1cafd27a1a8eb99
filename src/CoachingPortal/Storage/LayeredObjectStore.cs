using System.Runtime.CompilerServices;

namespace CoachingPortal.Storage;

/// <summary>
/// A store that took the place of another: what is written goes to the new one, what lies in the old one stays readable
/// until it is deleted or replaced.
/// </summary>
public sealed class LayeredObjectStore(IObjectStore store, IObjectStore before) : IObjectStore
{
    public Task<long> PutAsync(string key, Stream content, CancellationToken cancellation = default) => store.PutAsync(key, content, cancellation);

    public async Task<Stream?> OpenAsync(string key, long offset = 0, CancellationToken cancellation = default) =>
        await store.OpenAsync(key, offset, cancellation) ?? await before.OpenAsync(key, offset, cancellation);

    public async Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation = default) =>
        await store.HeadAsync(key, cancellation) ?? await before.HeadAsync(key, cancellation);

    public async Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        // The new one last: while the object is in it, it hides the old one's.
        await before.DeleteAsync(key, cancellation);
        await store.DeleteAsync(key, cancellation);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var found in store.ListAsync(prefix, cancellation))
            yield return found;
        await foreach (var found in before.ListAsync(prefix, cancellation))
            if (await store.HeadAsync(found.Key, cancellation) is null)
                yield return found;
    }
}
