using CoachingPortal.Domain;

namespace CoachingPortal.Storage;

/// <summary>Writes, reads and removes a small object.</summary>
internal static class StoreTrial
{
    /// <param name="where">The store in words, to begin a sentence with.</param>
    public static async Task<ProbeResult> RunAsync(IObjectStore store, string where, TimeProvider time, CancellationToken cancellation)
    {
        var key = $"health/{Guid.NewGuid():N}";
        var written = key + "\n";
        try
        {
            var begun = time.GetTimestamp();
            await using (var content = new MemoryStream(System.Text.Encoding.ASCII.GetBytes(written)))
                await store.PutAsync(key, content, cancellation);
            string? read = null;
            if (await store.OpenAsync(key, 0, cancellation) is { } stream)
                using (var reader = new StreamReader(stream))
                    read = await reader.ReadToEndAsync(cancellation);
            await store.DeleteAsync(key, cancellation);
            return read == written
                ? new(ProbeState.Works, $"{where}: written, read and removed in {time.GetElapsedTime(begun).TotalMilliseconds:0} ms.")
                : new(ProbeState.Fails, $"{where}: what was written did not come back the same.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(ProbeState.Fails, $"{where} cannot be written: {e.Message}");
        }
    }
}
