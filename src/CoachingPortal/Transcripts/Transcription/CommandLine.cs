using System.Text;

namespace CoachingPortal.Transcripts.Transcription;

/// <summary>A command as the settings have it: words between spaces, double quotes around one that has spaces. No shell looks at it.</summary>
internal static class CommandLine
{
    public const string File = "{file}";
    public const string Wav = "{wav}";
    public const string Language = "{language}";
    public const string Prompt = "{prompt}";

    /// <returns>Null when a quotation mark is left open.</returns>
    public static IReadOnlyList<string>? Split(string command)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quoted = false;
        foreach (var c in command)
        {
            if (c == '"')
            {
                quoted = !quoted;
                word ??= new();
            }
            else if (char.IsWhiteSpace(c) && !quoted)
            {
                if (word is not null)
                    words.Add(word.ToString());
                word = null;
            }
            else
            {
                (word ??= new()).Append(c);
            }
        }
        if (word is not null)
            words.Add(word.ToString());
        return quoted ? null : words;
    }

    /// <summary>Where a program lies, by its path or on the search path.</summary>
    public static string? Find(string program)
    {
        if (program.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal) || program.Contains('/', StringComparison.Ordinal))
            return System.IO.File.Exists(program) ? Path.GetFullPath(program) : null;
        string[] names = OperatingSystem.IsWindows() ? [program, program + ".exe"] : [program];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(_ => names, Path.Combine).FirstOrDefault(System.IO.File.Exists);
    }
}
