using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>The last work after a call: the whole session into the archive, and once into the log, without a word of what was said.</summary>
internal sealed partial class ArchiveSession(SessionArchive archive, ILogger<ArchiveSession> log) : IPostCallStep
{
    public const string StepName = "archive";

    public string Name => StepName;

    public string Title => "Archiving";

    public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        try
        {
            if (await archive.RefreshAsync(sessionId, cancellation: cancellation) is (ArchiveOutcome.Written, { } facts, { } row))
                LogArchived(sessionId, callId, row.Key, facts.Calls, facts.Turns, facts.Speakers, facts.Words, facts.TalkSeconds, facts.Decisions, facts.NextActions, facts.Notes, row.RawSize, row.Size);
        }
        catch (IOException e)
        {
            throw new StepFailedException($"The archive could not be written: {e.Message}", e);
        }
    }

    [LoggerMessage(
        LogLevel.Information,
        "Archived session {SessionId} after call {CallId} as {Key}: {Calls} calls, {Turns} turns of {Speakers} speakers, {Words} words in {TalkSeconds} s, {Decisions} decisions, {NextActions} next actions, {Notes} notes; {RawSize} bytes of JSON, {Size} packed")]
    private partial void LogArchived(
        Guid sessionId, Guid callId, string key, int calls, int turns, int speakers, int words, double talkSeconds, int decisions, int nextActions, int notes, long rawSize, long size);
}
