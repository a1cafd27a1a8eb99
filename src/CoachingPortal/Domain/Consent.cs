namespace CoachingPortal.Domain;

public enum ConsentType
{
    Recording,
    Transcript,
}

public enum ConsentAnswer
{
    Granted,
    Declined,
    Withdrawn,
}

/// <summary>
/// One answer of one person to one question about one session. Rows are only added, never changed: the newest is what
/// holds, the rest is the proof.
/// </summary>
public sealed class Consent
{
    public Guid Id { get; init; } = Ids.New();

    /// <summary>Order of the answers; given by the database.</summary>
    public long Number { get; init; }

    public required Guid SessionId { get; init; }

    public required Guid PersonId { get; init; }

    public required ConsentType Type { get; init; }

    public required ConsentAnswer Answer { get; init; }

    public required DateTimeOffset AnsweredAt { get; init; }

    /// <summary>Which wording was shown, such as <c>recording-1</c>.</summary>
    public required string WordingVersion { get; init; }

    /// <summary>The words themselves, as they were shown.</summary>
    public required string Wording { get; init; }

    /// <summary>GDPR article, such as <c>GDPR Art. 6(1)(a)</c>.</summary>
    public required string LegalBasis { get; init; }

    /// <summary>After this the answer no longer counts as granted; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>False for a yes that has expired.</summary>
    public bool StandsAt(DateTimeOffset now) => Answer != ConsentAnswer.Granted || !(ExpiresAt <= now);
}
