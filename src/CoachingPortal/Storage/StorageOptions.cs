using System.ComponentModel.DataAnnotations;

namespace CoachingPortal.Storage;

/// <summary>The section <c>Storage</c> of the settings.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>The portal warns when less than this share of the disk under its data folder is free, in percent.</summary>
    [Range(0, 100, ErrorMessage = "must lie between 0 and 100.")]
    public double WarnBelowPercent { get; set; } = 10;

    /// <summary>It also warns when less than this is free, in GB of 10⁹ bytes.</summary>
    [Range(0, 1_000_000, ErrorMessage = "must lie between 0 and 1000000.")]
    public double WarnBelowGigabytes { get; set; } = 2;

    /// <summary>How often it looks.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ErrorMessage = "must lie between 00:00:01 and 1.00:00:00.")]
    public TimeSpan LookEvery { get; set; } = TimeSpan.FromMinutes(1);
}
