using CoachingPortal.Hosting;

namespace CoachingPortal.Data;

/// <summary>
/// Keeps a second portal off a data folder. The operating system releases it however the holder dies.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

    /// <param name="patience">How long to wait for a holder that is about to stop.</param>
    /// <exception cref="StartupFaultException">Another portal holds it, or the folder cannot be written.</exception>
    public static async Task<FolderLock> TakeAsync(string folder, TimeSpan patience, CancellationToken cancellation)
    {
        var parent = Path.GetDirectoryName(folder)!;
        var path = folder + ".lock";
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(200))
        {
            try
            {
                Directory.CreateDirectory(parent);
                return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (UnauthorizedAccessException e)
            {
                throw new StartupFaultException($"The data folder {parent} belongs to another user. Start the portal as that user, or name another folder: --Data:Folder=/a/folder", e);
            }
            catch (IOException) when (waited < patience && File.Exists(path))
            {
                await Task.Delay(200, cancellation);
            }
            catch (IOException) when (File.Exists(path))
            {
                throw new StartupFaultException($"Another portal is using the data folder {parent}. Stop it, or give this one a folder of its own: --Data:Folder=/another/folder");
            }
            catch (IOException e)
            {
                throw new StartupFaultException($"The data folder {parent} cannot be made: {e.Message}", e);
            }
        }
    }

    public void Dispose() => file.Dispose();
}
