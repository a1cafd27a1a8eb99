using CoachingPortal.Storage;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>Where the archive lies: in its own bucket, or with the recordings.</summary>
public sealed class ArchiveStore(IObjectStore recordings, IOptions<S3Options> s3, IOptions<ArchiveOptions> options) : IDisposable
{
    private readonly S3ObjectStore? own = options.Value.BucketBeside(s3.Value) is { } bucket ? new(bucket) : null;

    public IObjectStore Objects => own ?? recordings;

    /// <summary>Whether it has a bucket beside the recordings' store.</summary>
    public bool HasItsOwn => own is not null;

    public string? Bucket => options.Value.Bucket;

    /// <summary>In words for the admin.</summary>
    public string Where => own is not null ? $"bucket {options.Value.Bucket}" : s3.Value.IsSet ? $"bucket {s3.Value.Bucket}" : "the portal's disk";

    public void Dispose() => own?.Dispose();
}
