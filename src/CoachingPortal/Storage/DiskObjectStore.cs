using System.Runtime.CompilerServices;

namespace CoachingPortal.Storage;

/// <summary>
/// Objects as files below one folder. An object is written beside the others under a passing name and then renamed, so
/// that a crash leaves the old one or the new one.
/// </summary>
/// <param name="folder">Made when missing; nothing else may lie in it.</param>
public sealed class DiskObjectStore(string folder) : IObjectStore
{
    private const string Passing = ".writing";

    /// <summary>Nobody waits this long between two writes to one object.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(15);

    private readonly string folder = Path.GetFullPath(folder);

    /// <summary>Removes what a killed portal left half-written. What is being written right now, by us or beside us, stays.</summary>
    /// <returns>How many went.</returns>
    public int Sweep(DateTimeOffset now)
    {
        var count = 0;
        var passing = new DirectoryInfo(Path.Combine(folder, Passing));
        foreach (var file in passing.Exists ? passing.GetFiles() : [])
        {
            if (file.LastWriteTimeUtc > now.UtcDateTime - Abandoned)
                continue;
            file.Delete();
            count++;
        }
        return count;
    }

    public async Task<long> PutAsync(string key, Stream content, CancellationToken cancellation = default)
    {
        var path = PathOf(key);
        var passing = Path.Combine(folder, Passing, Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(Path.Combine(folder, Passing));
        try
        {
            long size;
            await using (var file = new FileStream(passing, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous))
            {
                await content.CopyToAsync(file, cancellation);
                size = file.Length;
                // A name that outlives a power cut must not stand for content that did not.
                file.Flush(flushToDisk: true);
            }
            Place(passing, path);
            return size;
        }
        finally
        {
            File.Delete(passing);
        }
    }

    public Task<Stream?> OpenAsync(string key, long offset = 0, CancellationToken cancellation = default)
    {
        try
        {
            // Deleting under a reader is allowed: it reads on to the end of what it opened.
            var file = new FileStream(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
            file.Seek(offset, SeekOrigin.Begin);
            return Task.FromResult<Stream?>(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
    }

    public Task<StoredObject?> HeadAsync(string key, CancellationToken cancellation = default)
    {
        var file = new FileInfo(PathOf(key));
        return Task.FromResult(file.Exists ? new StoredObject(key, file.Length, file.LastWriteTimeUtc) : null);
    }

    public Task DeleteAsync(string key, CancellationToken cancellation = default)
    {
        var path = PathOf(key);
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            return Task.CompletedTask;
        }
        RemoveEmptyFolders(Path.GetDirectoryName(path)!);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        // Only the folder that the prefix names is walked, not the whole store.
        var slash = prefix.LastIndexOf('/');
        var top = slash < 0 ? folder : PathOf(prefix[..slash]);
        if (!Directory.Exists(top))
            yield break;
        foreach (var file in new DirectoryInfo(top).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            cancellation.ThrowIfCancellationRequested();
            var key = Path.GetRelativePath(folder, file.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (key.StartsWith(prefix, StringComparison.Ordinal) && ObjectKey.IsValid(key) && file.Exists)
                yield return new(key, file.Length, file.LastWriteTimeUtc);
        }
        await Task.CompletedTask;
    }

    private string PathOf(string key) => Path.Combine(folder, ObjectKey.Check(key).Replace('/', Path.DirectorySeparatorChar));

    private static void Place(string passing, string path)
    {
        // A delete beside us may take the empty folder away between the two lines.
        for (var attempt = 1; ; attempt++)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            try
            {
                File.Move(passing, path, overwrite: true);
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < 10)
            {
            }
        }
    }

    private void RemoveEmptyFolders(string path)
    {
        try
        {
            for (; path.Length > folder.Length; path = Path.GetDirectoryName(path)!)
                Directory.Delete(path);
        }
        catch (IOException)
        {
            // Not empty: that is where it ends.
        }
    }
}
