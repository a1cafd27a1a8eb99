namespace CoachingPortal.Shell;

/// <summary>Short news at the lower edge, of what the person just did; with a way back where there is one. One a circuit.</summary>
public sealed class Toasts
{
    private readonly List<Toast> shown = [];

    internal event Action? Changed;

    internal IReadOnlyList<Toast> Shown => shown;

    /// <param name="undo">Takes the deed back. It may run after the page that gave it has gone, so it holds services, not components.</param>
    public void Show(string text, Func<Task>? undo = null)
    {
        lock (shown)
            shown.Add(new(Guid.NewGuid(), text, undo));
        Changed?.Invoke();
    }

    internal void Remove(Toast toast)
    {
        lock (shown)
            shown.Remove(toast);
        Changed?.Invoke();
    }

    internal IReadOnlyList<Toast> Snapshot()
    {
        lock (shown)
            return [.. shown];
    }
}

internal sealed record Toast(Guid Id, string Text, Func<Task>? Undo)
{
    /// <summary>Long enough to read; much longer where something can be taken back.</summary>
    public TimeSpan Lasts => Undo is null ? TimeSpan.FromSeconds(7) : TimeSpan.FromSeconds(25);
}
