using System.Text;

namespace CoachingPortal.Fred;

/// <summary>An answer while it is being given. It lives apart from any page, so that a page may go and come back.</summary>
public sealed class RunningAnswer(Guid sessionId, Guid personId, Guid clientId)
{
    private readonly StringBuilder text = new();
    private readonly TaskCompletionSource<bool> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Guid SessionId { get; } = sessionId;

    public Guid PersonId { get; } = personId;

    public Guid ClientId { get; } = clientId;

    /// <summary>Raised after each piece and at the end, on any thread.</summary>
    public event Action? Changed;

    /// <summary>True once the answer is stored, false when it failed.</summary>
    public Task<bool> Finished => finished.Task;

    public bool IsOffline { get; private set; }

    public string Text
    {
        get
        {
            lock (text)
                return text.ToString();
        }
    }

    internal void Add(FredPiece piece)
    {
        lock (text)
            text.Append(piece.Text);
        IsOffline |= piece.IsOffline;
        Changed?.Invoke();
    }

    internal void Finish(bool stored)
    {
        finished.TrySetResult(stored);
        Changed?.Invoke();
    }
}
