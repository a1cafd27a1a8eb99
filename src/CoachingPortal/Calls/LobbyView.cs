using CoachingPortal.Domain;
using CoachingPortal.Privacy;

namespace CoachingPortal.Calls;

/// <summary>Everything the lobby tells one person before a call; read anew whenever the session changes.</summary>
/// <param name="RecordingLocked">Why this person cannot ask for a recording, in words; null when they can.</param>
/// <param name="RecordingRunning">A recording of the open call is active or paused, so it has been asked for already.</param>
/// <param name="CallType">As the session's.</param>
/// <param name="Promises">Open next actions of this founder's earlier sessions, the latest session first.</param>
public sealed record LobbyView(
    Guid SessionId,
    string Title,
    DateTimeOffset StartsAt,
    DateTimeOffset EndsAt,
    bool IsCancelled,
    LobbyPerson Me,
    LobbyPerson Other,
    bool RecordingRequested,
    bool RecordingRunning,
    string? RecordingLocked,
    IReadOnlyList<LobbyPromise> Promises,
    string CallType = CoachingSession.Scheduled)
{
    /// <summary>A founder's call with FRED: nobody else is expected.</summary>
    public bool IsWithFred => CallType == CoachingSession.OnDemand;

    /// <summary>What a yes to a transcript means.</summary>
    public ConsentWording Transcript { get; init; } = ConsentWording.Transcript;

    /// <summary>Whether this person's yes to just these words stands.</summary>
    public bool AgreesToTranscript { get; init; }

    /// <summary>Whether more is open than <see cref="Promises"/> names.</summary>
    public bool HasMorePromises { get; init; }

    /// <summary>Whether the question about recording is put before this person joins.</summary>
    public bool AsksRecording => RecordingRequested || RecordingRunning;

    /// <summary>Will it be recorded, and on what does it hang: one sentence.</summary>
    public string RecordingSentence =>
        RecordingRunning ? "This call is being recorded."
        : !RecordingRequested ? "Nobody has asked for a recording."
        : Declined is { } who ? $"A recording was asked for, and {Name(who)} did not agree. The call is not recorded."
        : IsWithFred && !Other.IsPresent ? "A recording was asked for. It starts when you are in the call and have agreed."
        : "A recording was asked for. It starts when both of you are in the call and have agreed.";

    private LobbyPerson? Declined => Array.Find([Me, Other], p => p.Recording is ConsentAnswer.Declined or ConsentAnswer.Withdrawn);

    /// <summary>How this person is called in a sentence that they read themselves.</summary>
    public string Name(LobbyPerson person) => person == Me ? "you" : person.Name;
}

/// <param name="Recording">Their newest answer about being recorded; null when they have not been asked.</param>
public sealed record LobbyPerson(Guid Id, string Name, Role Role, bool IsPresent, ConsentAnswer? Recording);

/// <param name="Owner">Who promised it; null when nobody said.</param>
public sealed record LobbyPromise(Guid Id, string Text, Role? Owner, DateOnly? DueOn, string SessionTitle)
{
    /// <summary>A program claims it, and its words were not found in what was said.</summary>
    public bool IsUnverified { get; init; }
}
