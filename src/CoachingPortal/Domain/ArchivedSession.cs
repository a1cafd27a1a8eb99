namespace CoachingPortal.Domain;

/// <summary>A session that lies in the archive. Outlives the session itself until its object is removed.</summary>
public sealed class ArchivedSession
{
    public required Guid SessionId { get; init; }

    public required string Key { get; set; }

    /// <summary>SHA-256 of the JSON.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>Bytes in the store.</summary>
    public long Size { get; set; }

    /// <summary>Bytes of the JSON.</summary>
    public long RawSize { get; set; }

    public DateTimeOffset ArchivedAt { get; set; }
}

/// <summary>What a night's comparison of the sessions with the archive found and mended.</summary>
public sealed class ArchiveCheck
{
    public Guid Id { get; init; } = Ids.New();

    public required DateTimeOffset FinishedAt { get; init; }

    public required int Sessions { get; init; }

    /// <summary>Objects written because they were not there, or said something else.</summary>
    public required int Written { get; init; }

    /// <summary>Objects removed because their session was gone.</summary>
    public required int Removed { get; init; }

    /// <summary>Sessions that could not be brought up to date.</summary>
    public required int Failed { get; init; }

    /// <summary>Why the last of them could not.</summary>
    public string? Failure { get; init; }
}
