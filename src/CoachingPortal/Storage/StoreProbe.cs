using CoachingPortal.Domain;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Storage;

/// <summary>Tries the recordings' store.</summary>
internal sealed class StoreProbe(IObjectStore store, IOptions<S3Options> s3, TimeProvider time) : ISystemProbe
{
    public string Name => "object-store";

    public string Title => "Store of the recordings";

    public Task<ProbeResult> ProbeAsync(CancellationToken cancellation) =>
        StoreTrial.RunAsync(store, s3.Value.IsSet ? $"Bucket {s3.Value.Bucket}" : "The portal's disk", time, cancellation);
}
