namespace CoachingPortal.Domain;

/// <summary>That somebody changed the words of a turn.</summary>
public sealed class TurnCorrection
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    public required Guid TurnId { get; init; }

    /// <summary>Who did it.</summary>
    public required Guid PersonId { get; init; }

    public required DateTimeOffset CorrectedAt { get; init; }

    public required string TextBefore { get; init; }

    /// <summary>0 to 1; a turn that a person has read carries none any more.</summary>
    public double? ConfidenceBefore { get; init; }
}

/// <summary>That somebody named a speaker otherwise, in all of that speaker's turns in a session.</summary>
public sealed class SpeakerCorrection
{
    public Guid Id { get; init; } = Ids.New();

    public required Guid SessionId { get; init; }

    /// <summary>Who did it.</summary>
    public required Guid PersonId { get; init; }

    public required DateTimeOffset CorrectedAt { get; init; }

    /// <summary>The turns that it changed.</summary>
    public required Guid[] TurnIds { get; init; }

    public required string SpeakerBefore { get; init; }

    public Role? RoleBefore { get; init; }

    /// <summary>Who was held for the speaker; null for nobody of the session.</summary>
    public Guid? SpeakerIdBefore { get; init; }

    public required string Speaker { get; init; }

    public Role? Role { get; init; }

    public Guid? SpeakerId { get; init; }
}
