using CoachingPortal.Domain;

namespace CoachingPortal.Calls;

/// <summary>What somebody asks who wants to join the call of a session.</summary>
/// <param name="EnableRecording">True asks for a recording, false takes the founder's own request back, null leaves it as it is.</param>
/// <param name="Consents">Answers given in the lobby; what is null there was not answered.</param>
/// <param name="TabId">The browser tab's own name, at most 64 characters; made when missing.</param>
/// <param name="Resumes">The participation that this page held before it lost its connection or was reloaded.</param>
/// <param name="Media">What the page will send, so that the others see it with its coming and not after it.</param>
public sealed record JoinRequest(
    Guid SessionId, bool? EnableRecording = null, ConsentAnswers? Consents = null, string? TabId = null, Guid? Resumes = null, MediaState? Media = null);

public sealed record ConsentAnswers(bool? Recording, bool? Transcript);

/// <summary>Everything a page needs to enter the call, and nothing that would let it do more than this person may.</summary>
/// <param name="Transport"><c>direct</c>: browser to browser, signalled over <c>/hubs/call</c>; <c>livekit</c>: over a LiveKit server.</param>
/// <param name="Url">Of the media server; null for a direct call.</param>
/// <param name="Token">For the media server; null for a direct call.</param>
/// <param name="Identity">The person's id.</param>
/// <param name="CanPublish">False while a recording that this person has refused is still ending; LiveKit tells when it has.</param>
/// <param name="Attributes">The participant's attributes: <c>recording.requested</c> when a recording is asked for.</param>
/// <param name="SampleRate">Hz, of the sound that a recording takes.</param>
/// <param name="ServerTime">The portal's clock when it gave the ticket.</param>
public sealed record JoinTicket(
    CallTransport Transport,
    string? Url,
    string? Token,
    IReadOnlyList<IceServer> IceServers,
    string Identity,
    Guid ParticipationId,
    Guid CallId,
    Guid SessionId,
    string Name,
    Role Role,
    bool CanPublish,
    bool CanPublishData,
    IReadOnlyDictionary<string, string> Attributes,
    int SampleRate,
    DateTimeOffset ServerTime);

/// <summary>Why nobody gets a ticket, each with the status and the words that the API answers.</summary>
public sealed record CallRefusal(int Status, string Type, string Detail)
{
    public static readonly CallRefusal NotFound = new(StatusCodes.Status404NotFound, "not-found", "There is no such session, or it is not yours.");
    public static readonly CallRefusal Cancelled = new(StatusCodes.Status409Conflict, "session-cancelled", "This session was cancelled.");
    public static readonly CallRefusal Moved = new(StatusCodes.Status409Conflict, "moved", "You are in this call in another tab or on another device.");
    public static readonly CallRefusal Left = new(StatusCodes.Status409Conflict, "left", "You left this call. You can join it again.");
    public static readonly CallRefusal ConsentNeeded = new(StatusCodes.Status409Conflict, "consent-needed", "This call is to be recorded. Say whether you agree before you join.");
    public static readonly CallRefusal NoRecording = new(StatusCodes.Status403Forbidden, "recording-not-allowed", "Only the founder of this session can ask for a recording, and only with Studio.");
    public static readonly CallRefusal NoMediaServer = new(StatusCodes.Status409Conflict, "no-media-server", "This call runs on a media server that the portal is no longer set up for. Let everyone leave, and join again.");
    public static readonly CallRefusal NothingToDo = new(StatusCodes.Status409Conflict, "no-recording", "There is no recording in the state for that.");

    public Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult ToProblem() =>
        TypedResults.Problem(Detail, statusCode: Status, type: "/problems/" + Type);
}
