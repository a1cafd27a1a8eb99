using System.Globalization;
using CoachingPortal.Data;
using Microsoft.Extensions.Options;

namespace CoachingPortal.Storage;

/// <summary>How full a disk is.</summary>
/// <param name="Free">Bytes that the portal may still write.</param>
/// <param name="Size">Bytes in all.</param>
public sealed record DiskSpace(long Free, long Size)
{
    public double FreePercent => Size == 0 ? 0 : 100d * Free / Size;

    /// <summary>Such as <c>1.4 GB of 50 GB are free (3 %)</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Free / 1e9:0.#} GB of {Size / 1e9:0.#} GB are free ({FreePercent:0.#} %)");
}

/// <summary>
/// Watches the disk that holds the portal's data folder (its own database, and objects unless they lie in S3): a full disk
/// ends recordings and stops the database, so the admin hears of it before.
/// </summary>
public sealed partial class DiskWatch(DataFolder folder, IOptions<StorageOptions> options, TimeProvider time, ILogger<DiskWatch> log) : BackgroundService
{
    /// <summary>Repeated in the log no oftener than this while it lasts.</summary>
    private static readonly TimeSpan SayAgainAfter = TimeSpan.FromHours(1);

    private DateTimeOffset? saidAt;

    /// <summary>For tests: where the figures come from.</summary>
    internal Func<DiskSpace> Measure { get; set; } = () => Of(folder.Path);

    /// <summary>In words for the admin; null while there is room.</summary>
    public string? Warning { get; private set; }

    /// <summary>Measures now.</summary>
    public void Look()
    {
        DiskSpace space;
        try
        {
            space = Measure();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            LogUnknown(e.Message);
            return;
        }
        var isLow = space.FreePercent < options.Value.WarnBelowPercent || space.Free < options.Value.WarnBelowGigabytes * 1e9;
        Warning = isLow ? $"The portal's disk is nearly full: {space}. When it is full, nothing can be recorded or written down any more." : null;
        if (!isLow)
        {
            if (saidAt is not null)
                LogRoomAgain(space);
            saidAt = null;
        }
        else if (saidAt is null || time.GetUtcNow() - saidAt >= SayAgainAfter)
        {
            saidAt = time.GetUtcNow();
            LogNearlyFull(space, folder.Path);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.LookEvery);
        try
        {
            do
                Look();
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The portal stops.
        }
    }

    private static DiskSpace Of(string path)
    {
        // The drive of the longest mount point that the path lies under.
        var drive = DriveInfo.GetDrives().Where(d => d.IsReady && IsUnder(path, d.RootDirectory.FullName)).MaxBy(d => d.RootDirectory.FullName.Length)
            ?? throw new IOException("No disk was found for the data folder.");
        return new(drive.AvailableFreeSpace, drive.TotalSize);
    }

    private static bool IsUnder(string path, string root) =>
        (path + Path.DirectorySeparatorChar).StartsWith(root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    [LoggerMessage(LogLevel.Warning, "The disk under {Folder} is nearly full: {Space}")]
    private partial void LogNearlyFull(DiskSpace space, string folder);

    [LoggerMessage(LogLevel.Information, "There is room on the disk again: {Space}")]
    private partial void LogRoomAgain(DiskSpace space);

    [LoggerMessage(LogLevel.Warning, "How full the disk is could not be found out: {Reason}")]
    private partial void LogUnknown(string reason);
}
