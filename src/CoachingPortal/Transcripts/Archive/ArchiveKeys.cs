using System.Globalization;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>Names of the archive's objects, in the folders that query engines read as columns (“hive partitions”).</summary>
internal static class ArchiveKeys
{
    public const string Root = "sessions/";

    private const string Ending = ".json.gz";

    /// <param name="startsAt">The session's start; the folders are its day in UTC.</param>
    public static string Of(Guid sessionId, DateTimeOffset startsAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{Root}year={startsAt.UtcDateTime:yyyy}/month={startsAt.UtcDateTime:MM}/day={startsAt.UtcDateTime:dd}/{sessionId:D}{Ending}");

    /// <returns>Null for an object that is none of the archive's.</returns>
    public static Guid? SessionOf(string key) =>
        key.Split('/') is ["sessions", var year, var month, var day, var name]
        && year.StartsWith("year=", StringComparison.Ordinal) && month.StartsWith("month=", StringComparison.Ordinal) && day.StartsWith("day=", StringComparison.Ordinal)
        && name.EndsWith(Ending, StringComparison.Ordinal) && Guid.TryParseExact(name[..^Ending.Length], "D", out var id) ? id : null;
}
