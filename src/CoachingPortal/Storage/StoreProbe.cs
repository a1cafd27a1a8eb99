using CoachingPortal.Domain;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Storage;

/// <summary>Writes, reads and removes a small object.</summary>
internal sealed class StoreProbe(IObjectStore store, IOptions<S3Options> s3, TimeProvider time) : ISystemProbe
{
    public string Name => "object-store";

    public string Title => "Store of the recordings";

    public async Task<ProbeResult> ProbeAsync(CancellationToken cancellation)
    {
        var where = s3.Value.IsSet ? $"Bucket {s3.Value.Bucket}" : "The portal's disk";
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
