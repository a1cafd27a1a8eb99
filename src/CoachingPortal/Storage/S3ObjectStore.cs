using System.Buffers;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace CoachingPortal.Storage;

/// <summary>
/// Objects in an S3 bucket. What is put is read once, a part at a time; an object appears when its last part is there, so
/// that it is all there or not at all.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    /// <summary>Of a part in bytes: S3 wants 5 MiB at least and 10,000 parts at most, so this is enough for 80 GB.</summary>
    internal const int PartSize = 8 * 1024 * 1024;

    /// <summary>Until the store has answered; a part of 8 MiB goes up within it at 0.3 MB/s.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    /// <summary>Keys listed at once; null for as many as the store likes.</summary>
    internal int? PageSize { get; init; }

    private readonly AmazonS3Client client;
    private readonly string bucket;

    public S3ObjectStore(S3Options options)
    {
        bucket = options.Bucket!;
        var config = new AmazonS3Config
        {
            AuthenticationRegion = options.Region,
            Timeout = AnswerWithin,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            MaxErrorRetry = 2,
            // The signature covers the content already; checksums in trailers are more than many stores understand.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (string.IsNullOrWhiteSpace(options.Endpoint))
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        else
            (config.ServiceURL, config.ForcePathStyle) = (options.Endpoint, true);
        client = new(new BasicAWSCredentials(options.AccessKey, options.Secret), config);
    }

    public async Task<long> PutAsync(string key, Stream content, CancellationToken cancellation = default)
    {
        ObjectKey.Check(key);
        var buffer = ArrayPool<byte>.Shared.Rent(PartSize);
        try
        {
            var size = await FillAsync(content, buffer, cancellation);
            if (size == PartSize)
                return await PutPartsAsync(key, content, buffer, cancellation);
            await AskAsync(
                "take an object",
                c => client.PutObjectAsync(new() { BucketName = bucket, Key = key, InputStream = new MemoryStream(buffer, 0, size), UseChunkEncoding = false, AutoCloseStream = false }, c),
                cancellation);
            return size;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task<Stream?> OpenAsync(string key, long offset = 0, CancellationToken cancellation = default)
    {
        ObjectKey.Check(key);
        try
        {
            var request = new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = offset == 0 ? null : new($"bytes={offset}-") };
            var response = await AskAsync("give an object", c => client.GetObjectAsync(request, c), cancellation);
            return new S3ReadStream(response, AnswerWithin);
        }
        catch (IOException e) when (StatusOf(e) == 404)
        {
            return null;
        }
        catch (IOException e) when (StatusOf(e) == 416)
        {
            // From its very end there is nothing to read, which is no fault.
            return await HeadAsync(key, cancellation) is null ? null : Stream.Null;
        }
    }

    public async Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation = default)
    {
        ObjectKey.Check(key);
        try
        {
            var head = await AskAsync("look for an object", c => client.GetObjectMetadataAsync(new GetObjectMetadataRequest { BucketName = bucket, Key = key }, c), cancellation);
            return new(key, head.ContentLength, Utc(head.LastModified));
        }
        catch (IOException e) when (StatusOf(e) == 404)
        {
            return null;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        ObjectKey.Check(key);
        try
        {
            await AskAsync("delete an object", c => client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucket, Key = key }, c), cancellation);
        }
        catch (IOException e) when (StatusOf(e) == 404)
        {
        }
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var request = new ListObjectsV2Request { BucketName = bucket, Prefix = prefix, MaxKeys = PageSize };
        ListObjectsV2Response page;
        do
        {
            page = await AskAsync("list its objects", c => client.ListObjectsV2Async(request, c), cancellation);
            foreach (var found in page.S3Objects ?? [])
                if (ObjectKey.IsValid(found.Key))
                    yield return new(found.Key, found.Size ?? 0, Utc(found.LastModified));
            request.ContinuationToken = page.NextContinuationToken;
        }
        while (page.IsTruncated == true);
    }

    public void Dispose() => client.Dispose();

    private async Task<long> PutPartsAsync(string key, Stream content, byte[] buffer, CancellationToken cancellation)
    {
        var upload = (await AskAsync("begin an object", c => client.InitiateMultipartUploadAsync(new() { BucketName = bucket, Key = key }, c), cancellation)).UploadId;
        try
        {
            var parts = new List<PartETag>();
            long total = 0;
            for (var size = PartSize; size > 0; size = await FillAsync(content, buffer, cancellation))
            {
                var (number, length) = (parts.Count + 1, size);
                var part = await AskAsync(
                    "take a part of an object",
                    c => client.UploadPartAsync(
                        new() { BucketName = bucket, Key = key, UploadId = upload, PartNumber = number, PartSize = length, InputStream = new MemoryStream(buffer, 0, length), UseChunkEncoding = false }, c),
                    cancellation);
                parts.Add(new(number, part.ETag));
                total += size;
                if (size < PartSize)
                    break;
            }
            await AskAsync("finish an object", c => client.CompleteMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = upload, PartETags = parts }, c), cancellation);
            return total;
        }
        catch
        {
            await ForgetAsync(key, upload);
            throw;
        }
    }

    /// <summary>Parts of an object that never became one are paid for until somebody says so.</summary>
    private async Task ForgetAsync(string key, string upload)
    {
        try
        {
            using var limit = new CancellationTokenSource(AnswerWithin);
            await AskAsync("forget an object", c => client.AbortMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = upload }, c), limit.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // What made the upload fail is the news; the bucket's own rules clear the rest.
        }
    }

    private static async Task<int> FillAsync(Stream content, byte[] buffer, CancellationToken cancellation) =>
        await content.ReadAtLeastAsync(buffer.AsMemory(0, PartSize), PartSize, throwOnEndOfStream: false, cancellation);

    /// <summary>The bound also holds where the client's own does not: on retries, and on an answer that stops half way.</summary>
    private static async Task<T> AskAsync<T>(string what, Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(2 * AnswerWithin);
        try
        {
            return await ask(limit.Token);
        }
        catch (Exception e) when (cancellation.IsCancellationRequested && e is not OperationCanceledException)
        {
            // An answer that comes together with the end is none: nobody looks for a refusal of the store's then.
            throw new OperationCanceledException(e.Message, e, cancellation);
        }
        catch (Exception e) when (Explain(what, e) is { } words && !cancellation.IsCancellationRequested)
        {
            throw new IOException(words, e);
        }
    }

    private static string? Explain(string what, Exception e) => e switch
    {
        AmazonServiceException { StatusCode: 0 } or AmazonClientException or HttpRequestException =>
            $"The S3 store could not be asked to {what}: {e.InnerException?.Message ?? e.Message}",
        AmazonServiceException s => $"The S3 store would not {what}: {s.ErrorCode} ({(int)s.StatusCode}).",
        OperationCanceledException or TimeoutException => $"The S3 store took too long to {what}.",
        IOException => $"The line to the S3 store broke when it was to {what}.",
        _ => null,
    };

    private static int? StatusOf(IOException e) => e.InnerException is AmazonServiceException s ? (int)s.StatusCode : null;

    private static DateTimeOffset Utc(DateTime? at) => at is { } t ? new(t.ToUniversalTime(), TimeSpan.Zero) : default;
}
