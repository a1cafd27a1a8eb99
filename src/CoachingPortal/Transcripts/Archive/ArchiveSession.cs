using CoachingPortal.Domain;

namespace CoachingPortal.Transcripts.Archive;

/// <summary>The last work after a call: the whole session into the archive.</summary>
internal sealed class ArchiveSession(SessionArchive archive) : IPostCallStep
{
    public const string StepName = "archive";

    public string Name => StepName;

    public string Title => "Archiving";

    public async Task RunAsync(Guid sessionId, Guid callId, CancellationToken cancellation)
    {
        try
        {
            await archive.RefreshAsync(sessionId, cancellation: cancellation);
        }
        catch (IOException e)
        {
            throw new StepFailedException($"The archive could not be written: {e.Message}", e);
        }
    }
}
