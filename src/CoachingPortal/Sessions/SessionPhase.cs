namespace CoachingPortal.Sessions;

public enum SessionStage
{
    Cancelled,
    Coming,

    /// <summary>Its time has come, and nobody is in the call.</summary>
    Due,
    Running,

    /// <summary>There was a call.</summary>
    Held,

    /// <summary>Its time has passed without one.</summary>
    Missed,
}

/// <summary>Where a session stands, which decides what the page promises where there is nothing yet.</summary>
/// <param name="IsCancelled">Also when there was a call before.</param>
public sealed record SessionPhase(SessionStage Stage, bool IsCancelled = false)
{
    public static SessionPhase Of(SessionMaterial material, DateTimeOffset now) => new(material switch
    {
        { Course.IsRunning: true } => SessionStage.Running,
        { Course.Calls.Count: > 0 } => SessionStage.Held,
        { Head.CancelledAt: not null } => SessionStage.Cancelled,
        _ when now < material.Head.StartsAt.AddMinutes(-15) => SessionStage.Coming,
        _ when now < material.Head.EndsAt => SessionStage.Due,
        _ => SessionStage.Missed,
    }, material.Head.CancelledAt is not null);

    /// <summary>Whether the call can be joined from here.</summary>
    public bool MayJoin => !IsCancelled;

    public string MissingSummary(SessionMaterial material) => Stage switch
    {
        SessionStage.Cancelled => "The session was cancelled, so there is nothing to sum up.",
        SessionStage.Coming or SessionStage.Due => "After the call FRED writes a summary here, from the transcript, his talk with the founder and your notes.",
        SessionStage.Running => "The call is running. FRED writes a summary here when it is over.",
        SessionStage.Held when material.Course.Steps.Any(s => s.Status is Domain.StepStatus.Waiting or Domain.StepStatus.Running) => "FRED is writing it. It appears here by itself.",
        SessionStage.Held => "There is no summary. The coach can write one by hand.",
        _ => "There was no call, so there is nothing to sum up. The coach can still write something here.",
    };

    public string MissingTranscript => Stage switch
    {
        SessionStage.Cancelled => "The session was cancelled, so nothing was said.",
        SessionStage.Coming or SessionStage.Due => "What each of you says appears here as text, with speaker and time, if you both agree to a transcript in the lobby.",
        SessionStage.Running => "Nothing has been written down so far. What is said appears here as soon as there are captions.",
        SessionStage.Held => "There is no transcript. To have one next time, agree to it in the lobby and use a browser with speech recognition (Chrome, Edge or Safari); an agent may also send one.",
        _ => "There was no call, so there is no transcript.",
    };
}
