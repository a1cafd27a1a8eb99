using System.Collections.ObjectModel;
using System.Net;

namespace CoachingPortal.MediaServer;

/// <summary>
/// A call to LiveKit failed: it answered with an error, could not be reached, or took too long. See the
/// <see href="https://twitchtv.github.io/twirp/docs/spec_v7.html">Twirp specification</see>.
/// </summary>
/// <param name="code">One of <see cref="LiveKitCode"/>.</param>
/// <param name="message">What LiveKit says, for the log.</param>
/// <param name="status">The HTTP status of the answer; null without an answer.</param>
/// <param name="meta">What LiveKit adds by name.</param>
/// <param name="inner">What brought it to light.</param>
public sealed class LiveKitException(
    string code,
    string message,
    HttpStatusCode? status = null,
    IReadOnlyDictionary<string, string>? meta = null,
    Exception? inner = null) : Exception($"{code}: {message}", inner)
{
    /// <summary>One of <see cref="LiveKitCode"/>, or one that a newer server has added.</summary>
    public string Code { get; } = code;

    /// <summary>The HTTP status of the answer; null without an answer.</summary>
    public HttpStatusCode? Status { get; } = status;

    /// <summary>What LiveKit adds by name; mostly empty.</summary>
    public IReadOnlyDictionary<string, string> Meta { get; } = meta ?? ReadOnlyDictionary<string, string>.Empty;
}

/// <summary>The codes of a <see cref="LiveKitException"/>.</summary>
public static class LiveKitCode
{
    /// <summary>Nobody waits for the answer any more.</summary>
    public const string Canceled = "canceled";

    /// <summary>An error that fits nowhere else.</summary>
    public const string Unknown = "unknown";

    /// <summary>The request makes no sense.</summary>
    public const string InvalidArgument = "invalid_argument";

    /// <summary>The request could not be read.</summary>
    public const string Malformed = "malformed";

    /// <summary>The call took too long; whether it was carried out is not known.</summary>
    public const string DeadlineExceeded = "deadline_exceeded";

    /// <summary>The room, participant, track or egress is not there.</summary>
    public const string NotFound = "not_found";

    /// <summary>There is no such call at this address.</summary>
    public const string BadRoute = "bad_route";

    /// <summary>It is there already.</summary>
    public const string AlreadyExists = "already_exists";

    /// <summary>The token does not allow it.</summary>
    public const string PermissionDenied = "permission_denied";

    /// <summary>The token is missing or wrong.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>A limit is reached, such as the number of egress workers.</summary>
    public const string ResourceExhausted = "resource_exhausted";

    /// <summary>It cannot be done in this state, such as stopping an egress that is over.</summary>
    public const string FailedPrecondition = "failed_precondition";

    /// <summary>It collided with another call.</summary>
    public const string Aborted = "aborted";

    /// <summary>A value is outside its range.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>The server cannot do it at all.</summary>
    public const string Unimplemented = "unimplemented";

    /// <summary>The server failed.</summary>
    public const string Internal = "internal";

    /// <summary>The server cannot be reached or cannot answer now.</summary>
    public const string Unavailable = "unavailable";

    /// <summary>Data were lost for good.</summary>
    public const string DataLoss = "dataloss";
}
