namespace CoachingPortal.Domain;

public enum ModelPurpose
{
    Chat,
    Summary,

    /// <summary>A look at whether it can be reached.</summary>
    Check,
}

/// <summary>One request to the language model, for the bill; none of its words.</summary>
public sealed class ModelCall
{
    public Guid Id { get; init; } = Ids.New();

    public Guid? SessionId { get; init; }

    public required ModelPurpose Purpose { get; init; }

    public required string Model { get; init; }

    public required DateTimeOffset AskedAt { get; init; }

    public required int DurationMs { get; init; }

    /// <summary>As the server counted them; null when it did not say.</summary>
    public int? InputTokens { get; init; }

    /// <inheritdoc cref="InputTokens"/>
    public int? OutputTokens { get; init; }

    /// <summary>Why it gave no answer; null when it did.</summary>
    public string? Failure { get; init; }
}
