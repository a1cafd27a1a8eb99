namespace CoachingPortal.Sessions;

/// <summary>How a change of a session's material ended.</summary>
public enum Outcome
{
    Done,

    /// <summary>There is no such thing, or it is not the caller's to change.</summary>
    NotFound,

    /// <summary>Somebody changed it since it was read.</summary>
    Conflict,
}

/// <summary>How the saving of a written text ended.</summary>
/// <param name="Version">Of the text that stands now.</param>
/// <param name="Text">With <see cref="Outcome.Conflict"/>: the text that stands now, theirs.</param>
public sealed record TextSaved(Outcome Outcome, string Version = "", string? Text = null);

internal static class WrittenText
{
    /// <summary>Line ends as one character, no NUL (PostgreSQL holds none), no blanks around.</summary>
    public static string Clean(string? text) =>
        (text ?? "").Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal).Trim();

    /// <exception cref="ArgumentException">Empty or longer than <paramref name="longest"/> characters.</exception>
    public static string Require(string? text, int longest, string what)
    {
        var clean = Clean(text);
        return clean.Length == 0
            ? throw new ArgumentException($"{what} needs some words.")
            : clean.Length > longest ? throw new ArgumentException($"{what} may have at most {longest:N0} characters.") : clean;
    }
}
